"""The upload state 上传情况: what waits, how the line is, what was set aside, and what to do now.

Nothing on it names a resident, but for the list of home visits, which is for the road.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique

from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.sending import SENDING_SWITCH, Sending, sending_in
from kiosk.domain.service_item import ServiceCatalog
from kiosk.domain.standing import Heard, Standing
from kiosk.flow.aside_cases import AsideCase, aside_cases
from kiosk.flow.equipment import (
    CasesChanged,
    Equipment,
    Event,
    NetworkChanged,
    StickEnded,
    StickMoved,
    StickSeen,
)
from kiosk.flow.stick_flow import StickFlow, StickView
from offline_store.api import ScreenStore, StoreError


@unique
class UploadStep(StrEnum):
    """The pages of it."""

    STATE = "state"
    STICK = "stick"
    NOTICES = "notices"
    NOTICE = "notice"
    VISITS = "visits"
    VISIT = "visit"


_ABOVE = {UploadStep.NOTICE: UploadStep.NOTICES, UploadStep.VISIT: UploadStep.VISITS}


@dataclass(frozen=True, slots=True)
class Again:
    """How it stands with the cases that staff have offered once more; numbers of cases."""

    waiting: int = 0
    taken: int = 0
    refused: int = 0  # set aside anew


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A home visit with what is wanted in words, "" where nobody said it."""

    visit: HomeVisit
    item_title: str = ""


@dataclass(frozen=True, slots=True)
class UploadView:
    """Everything the pages need. Replaced, never changed."""

    now: datetime  # to the minute, aware, local
    step: UploadStep = UploadStep.STATE
    network: Fault | None = None  # None: the province can be reached
    waiting: int = 0
    oldest: datetime | None = None
    heard: Heard = field(default_factory=Heard)
    standing: Standing = field(default_factory=Standing)
    sending: Sending = Sending.EVERYTHING
    aside: tuple[AsideCase, ...] = ()
    again: Again | None = None
    notices: tuple[Notice, ...] = ()
    notice: Notice | None = None  # the one that is open
    visits: tuple[PlannedVisit, ...] = field(default=(), repr=False)
    visit: PlannedVisit | None = field(default=None, repr=False)  # the one that is open
    stick: StickView = field(default_factory=StickView)
    fault: Fault | None = None


class UploadFlow:
    """One look at it. Lives on the interface's thread; store trouble appears as `view.fault`."""

    def __init__(
        self,
        store: ScreenStore,
        *,
        equipment: Equipment,
        catalog: ServiceCatalog,
        standing: Callable[[], Standing],
        sending: Sending,
        network: Fault | None,
        now: Callable[[], datetime],
        on_change: Callable[[UploadView], None],
    ) -> None:
        """`sending`: what holds until staff set something else. `now`: aware, local."""
        self._store = store
        self._equipment = equipment
        self._catalog = catalog
        self._standing = standing
        self._sending = sending
        self._now = now
        self._on_change = on_change
        self._offered: tuple[CaseId, ...] = ()
        self._stick = StickFlow(equipment, on_change=self._stick_changed)
        self.view = UploadView(now=now(), network=network)

    def begin(self) -> None:
        """Show the first page."""
        self.look()
        self._on_change(self.view)

    def look(self) -> None:
        """Ask the store how everything stands now; every few seconds. Some milliseconds."""
        with self._store_trouble_shown():
            self._show(self._looked(replace(self.view, fault=None)))

    def happened(self, event: Event) -> None:
        """The machine around us tells something."""
        match event:
            case StickSeen() | StickMoved() | StickEnded():
                self._stick.happened(event)
            case NetworkChanged(fault=fault):
                self._show(replace(self.view, network=fault))
                self.look()
            case CasesChanged():
                self.look()
            case _:
                pass

    # -- what people touch

    def send(self, sending: Sending) -> None:
        """Staff decide what may go over the line; it holds until they decide again."""
        with self._store_trouble_shown():
            self._store.set_switch(SENDING_SWITCH, sending.value)
            self._equipment.send_soon()
            self.look()

    def send_again(self) -> None:
        """Offer everything that was set aside once more."""
        with self._store_trouble_shown():
            self._offered = tuple(case.case_id for case in self.view.aside)
            self._store.offer_again()
            self._equipment.send_soon()
            self.look()

    def open(self, step: UploadStep) -> None:
        """One of the pages behind the first."""
        if step is UploadStep.STICK:
            self._stick.begin()
        self._show(replace(self.view, step=step))

    def open_notice(self, notice_id: str) -> None:
        """One notice of the list."""
        notice = next(one for one in self.view.notices if one.notice_id == notice_id)
        self._show(replace(self.view, step=UploadStep.NOTICE, notice=notice))

    def open_visit(self, visit_id: str) -> None:
        """One visit of the list, with the whole name."""
        visit = next(one for one in self.view.visits if one.visit.visit_id == visit_id)
        self._show(replace(self.view, step=UploadStep.VISIT, visit=visit))

    def carry(self) -> None:
        """Do with the stick whatever there is to do."""
        self._stick.carry()

    def stop_carrying(self) -> None:
        """People do not want to wait any longer."""
        self._stick.stop()

    def back(self) -> bool:
        """One page back; False when this is the first."""
        step = self.view.step
        if step is UploadStep.STATE:
            return False
        if step is UploadStep.STICK:
            self._stick.end()
        above = _ABOVE.get(step, UploadStep.STATE)
        self._show(replace(self.view, step=above, notice=None, visit=None, stick=StickView()))
        self.look()
        return True

    def leave(self) -> None:
        """It is over."""
        if self.view.step is UploadStep.STICK:
            self._stick.end()
        self.view = UploadView(now=self._now())

    # -- inside

    def _looked(self, view: UploadView) -> UploadView:
        store, now = self._store, self._now().replace(second=0, microsecond=0)
        visits = tuple(PlannedVisit(visit, self._title(visit)) for visit in store.visits())
        aside = aside_cases(store, self._catalog)
        switch = store.switch(SENDING_SWITCH)
        return self._without_what_is_gone(
            replace(
                view,
                now=now,
                waiting=store.waiting(),
                oldest=store.oldest_waiting(),
                heard=store.heard(),
                standing=self._standing(),
                sending=sending_in(switch, otherwise=self._sending),
                aside=aside,
                again=self._again(aside),
                notices=tuple(store.notices(Audience.STAFF, now)),
                visits=visits,
            )
        )

    def _again(self, aside: tuple[AsideCase, ...]) -> Again | None:
        if not self._offered:
            return None
        refused = {case.case_id for case in aside}
        counts = dict.fromkeys(("waiting", "taken", "refused"), 0)
        for case_id in self._offered:
            if case_id in refused:
                counts["refused"] += 1
            elif self._is_taken(case_id):
                counts["taken"] += 1
            else:
                counts["waiting"] += 1
        return Again(**counts)

    def _is_taken(self, case_id: CaseId) -> bool:
        try:
            return self._store.case(case_id).state is not CaseState.QUEUED
        except KeyError:
            return False

    def _title(self, visit: HomeVisit) -> str:
        codes = (item for item in self._catalog if item.code == visit.item_code)
        return next((item.title for item in codes), "")

    def _without_what_is_gone(self, view: UploadView) -> UploadView:
        """The province has ended a visit, or all of them, while somebody reads."""
        known = {one.visit.visit_id: one for one in view.visits}
        if view.visit is not None:
            opened = known.get(view.visit.visit.visit_id)
            view = replace(view, visit=opened)
            if opened is None:
                view = replace(view, step=UploadStep.VISITS)
        if view.step is UploadStep.VISITS and not view.visits:
            view = replace(view, step=UploadStep.STATE)
        if view.step is UploadStep.NOTICES and not view.notices:
            view = replace(view, step=UploadStep.STATE)
        return view

    def _stick_changed(self, stick: StickView) -> None:
        self._show(replace(self.view, stick=stick))

    @contextmanager
    def _store_trouble_shown(self) -> Iterator[None]:
        """The store's trouble appears on the page and ends what was asked."""
        try:
            yield
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))

    def _show(self, view: UploadView) -> None:
        if view != self.view:
            self.view = view
            self._on_change(view)
