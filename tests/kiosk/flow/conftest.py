"""A visit over the real encrypted store, with a clock that the test turns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from uuid6 import uuid7

from devices.id_card.specimens import RESIDENT
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.catalog.specimen_answers import specimen_answer
from kiosk.domain.case import CaseId
from kiosk.domain.identity import IdentityCard
from kiosk.domain.page import ScannedPage
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.standing import Standing
from kiosk.flow.flow_view import FlowView
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.remembered import Remembered
from kiosk.flow.site import Site
from kiosk.flow.visit_plan import VisitPlan
from offline_store.api import OpenDraft
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store

SITE = Site(code="222401001001", name="示范村便民服务点", terminal="01", phone="0433-0000000")
ANSWERS = {
    "contact_mobile": "13800138000",
    "reg_type": "农业",
    "pay_level": "500",
    "commitment": "yes",
}


@dataclass
class Clock:
    """Turned by hand."""

    moment: datetime = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment."""
        return self.moment

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


@dataclass
class Visit:
    """A flow with what it showed."""

    flow: IntakeFlow
    store: SqlCipherStore
    clock: Clock
    views: list[FlowView] = field(default_factory=list)

    @property
    def view(self) -> FlowView:
        """What it shows now."""
        return self.flow.view

    def to_review(self, card: IdentityCard) -> None:
        """Everything up to the review, as a resident would."""
        self.flow.next()
        self.flow.card_read(card)
        for key, answer in ANSWERS.items():
            self.flow.answer(key, answer)
        self.flow.next()
        self.flow.page_taken(page("m2", b"\xff\xd8 one"))
        self.flow.next()
        self.flow.signed(page("signature", b"\xff\xd8 signed"))
        self.flow.next()

    def fill(self) -> None:
        """An answer that will do to every question that is still open."""
        while open_ := [q for q in self.view.asked if not self.view.answers.get(q.key)]:
            self.flow.answer(open_[0].key, specimen_answer(open_[0]))


def called(key: str) -> ServiceItem:
    """An item of the packaged catalogue by its short key."""
    return next(i for i in packaged_catalog() if i.key == key)


def page(material: str, content: bytes) -> ScannedPage:
    """A page whose bytes are only bytes."""
    return ScannedPage(material=material, jpeg=content, width=10, height=10)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[SqlCipherStore]:
    folder = tmp_path / "store"
    opened = open_store(folder, FileKey(folder / "store.key"), clock=clock.now)
    yield opened
    opened.close()


@pytest.fixture
def resident() -> IdentityCard:
    return RESIDENT


@pytest.fixture
def item() -> ServiceItem:
    return called("pension_enroll")


@pytest.fixture
def new_visit(store: SqlCipherStore, clock: Clock, item: ServiceItem) -> Callable[..., Visit]:
    def begin(
        *,
        draft: OpenDraft | None = None,
        catalog_version: str = "0.1-draft",
        standing: Callable[[], Standing] = Standing,
        item: ServiceItem = item,
        person: Remembered | None = None,
    ) -> Visit:
        views: list[FlowView] = []
        flow = IntakeFlow(
            item,
            store,
            site=SITE,
            catalog_version=catalog_version,
            standing=standing,
            draft=draft,
            new_case_id=lambda: CaseId(str(uuid7())),
            now=clock.now,
            on_change=views.append,
            person=person,
            catalog=packaged_catalog(),
        )
        return Visit(flow, store, clock, views)

    return begin


@pytest.fixture
def begin(store: SqlCipherStore, clock: Clock) -> Callable[..., HandledIntake]:
    def made(
        key: str, plan: VisitPlan | None = None, draft: OpenDraft | None = None
    ) -> HandledIntake:
        flow = HandledIntake(
            called(key),
            store,
            site=SITE,
            catalog_version="0.1-draft",
            new_case_id=lambda: CaseId(str(uuid7())),
            now=clock.now,
            on_change=lambda _view: None,
            draft=draft,
        )
        flow.arrange(plan or VisitPlan())
        flow.begin()
        return flow

    return made
