"""What a kill or a power cut broke off is offered at the next start, to its own card only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import RESIDENT
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.standing import Level, Reason, Standing
from kiosk.flow.broken_off import RESUME_WITHIN
from kiosk.flow.steps import Step
from offline_store.api import StoreError
from ui.shots import SIZES
from ui.specimens import MOMENT, item_called, longest_item
from ui.stage import Stage
from ui.visit_walk import VisitWalk

STRANGER = replace(RESIDENT, name="样本丙", number="440524188001010014")


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    made = Stage(SIZES["kiosk"])
    yield made
    made.close()


def offered(stage: Stage) -> bool:
    stage.window.show_standby()
    return stage.window._inside.standby.resume_door.isVisibleTo(stage.window)


def walk(stage: Stage) -> VisitWalk:
    assert isinstance(stage.window.walk, VisitWalk)
    return stage.window.walk


def test_a_visit_that_was_killed_goes_on_at_its_page(stage: Stage) -> None:
    before = stage.visit(longest_item(), Step.SIGN).flow.view
    stage.restart()
    assert offered(stage)
    stage.window._inside.standby.resume.emit()
    stage.tell(CardRead(RESIDENT))
    view = walk(stage).flow.view
    assert (view.step, view.answers) == (Step.SIGN, before.answers)
    assert [one.sha256 for one in view.pages] == [one.sha256 for one in before.pages]
    walk(stage).flow.signed(before.pages[0])
    stage.window._next()
    stage.window._next()
    case = walk(stage).flow.view.case
    assert case is not None
    assert case.state is CaseState.QUEUED
    assert not offered(stage)


def test_another_card_sees_nothing_and_the_offer_stays(stage: Stage) -> None:
    item = longest_item()
    stage.visit(item, Step.REVIEW)
    stage.restart()
    assert offered(stage)
    stage.window.show_broken_off()
    stage.tell(CardRead(STRANGER))
    assert walk(stage).flow.view.fault is Fault.CARD_OF_ANOTHER
    words = " ".join(label.text() for label in stage.window.findChildren(QLabel))
    for secret in (item.title, item.guide.department, RESIDENT.name, RESIDENT.number):
        assert secret not in words
    stage.window._back()
    assert stage.window.page is stage.window._inside.standby
    assert offered(stage)


@pytest.mark.parametrize("how", ["left", "confirmed"])
def test_a_visit_that_ended_is_not_offered(stage: Stage, how: str) -> None:
    stage.visit(longest_item(), Step.REVIEW)
    if how == "confirmed":
        stage.window._next()
    stage.window.show_standby()
    stage.restart()
    assert not offered(stage)


def test_a_running_terminal_offers_no_draft_of_its_own(stage: Stage) -> None:
    stage.visit(longest_item(), Step.REVIEW)
    stage.store.abandons = False  # the store would not let go of it
    assert not offered(stage)


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(), True),
        (RESUME_WITHIN, True),
        (RESUME_WITHIN + timedelta(seconds=1), False),
        (timedelta(seconds=-1), False),  # saved in the future: nobody knows how long ago
    ],
)
def test_only_what_was_just_broken_off_is_offered(
    stage: Stage, age: timedelta, fresh: bool
) -> None:
    stage.visit(longest_item(), Step.FORM)
    stage.restart()
    assert stage.store.draft is not None
    stage.store.draft = replace(stage.store.draft, saved_at=MOMENT - age)
    assert offered(stage) is fresh


def test_an_item_that_is_no_longer_offered_ends_its_draft(stage: Stage) -> None:
    stage.visit(longest_item(), Step.FORM)
    stage.restart()
    draft = stage.store.draft
    assert draft is not None
    stage.store.draft = replace(draft, case=replace(draft.case, item_code="gone"))
    assert not offered(stage)


def test_a_store_in_trouble_offers_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.visit(longest_item(), Step.FORM)
    stage.restart()

    def busy(_: object) -> None:
        raise StoreError(Fault.STORE_BUSY)

    with monkeypatch.context() as patched:
        patched.setattr(type(stage.store), "open_draft", busy)
        assert not offered(stage)
    assert offered(stage)


@pytest.mark.parametrize(
    ("level", "reason"),
    [(Level.WARNED, reason) for reason in Reason]
    + [(Level.FROZEN, reason) for reason in (Reason.CATALOG_OLD, Reason.MANY_UNSENT)],
)
def test_standby_and_guide_say_how_the_terminal_stands(
    stage: Stage, level: Level, reason: Reason
) -> None:
    stage.standing = Standing(level, (reason,), days_left=3, cases_left=20)
    stage.window.show_standby()
    told = stage.window._inside.standby._standing
    assert told.isVisibleTo(stage.window)
    assert len(told.text()) > 10
    stage.visit(item_called("pension_enroll"), Step.GUIDE)
    frozen = level is Level.FROZEN
    shown = [
        label.text()
        for label in stage.window.page.findChildren(QLabel)
        if label.isVisibleTo(stage.window) and label.text() == told.text()
    ]
    assert shown == ([] if frozen else [told.text()])
    stage.window._next()
    assert walk(stage).flow.view.step is (Step.GUIDE if frozen else Step.READ_CARD)
    stage.standing = Standing()
    stage.window.show_standby()
    assert not told.isVisibleTo(stage.window)
