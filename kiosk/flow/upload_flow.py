"""The upload state 上传情况: what waits, how the line is, what was set aside, and what to do now.

Nothing on it says who a resident is: whoever stands at the screen can read it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum, unique

from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.masked_name import masked_name
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.sending import SENDING_SWITCH, Sending, sending_in
from kiosk.domain.service_item import ServiceCatalog, ServiceItem
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
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Again:
    """How it stands with the cases that staff have offered once more; numbers of cases."""

    waiting: int = 0
    taken: int = 0
    refused: int = 0  # set aside anew


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A home visit 上门服务 as a public screen may show it; None where nobody said it."""

    name: str = field(repr=False)  # masked
    item: ServiceItem | None = field(default=None, repr=False)
    wanted_on: date | None = None


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
    hurried: bool = False  # staff asked for it to be sent now, and nothing has come of it yet
    notices: tuple[Notice, ...] = ()
    visits: tuple[PlannedVisit, ...] = field(default=(), repr=False)
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
                self._show(replace(self.view, network=fault, hurried=False))
                self.look()
            case CasesChanged():
                self._show(replace(self.view, hurried=False))
                self.look()
            case _:
                pass

    # -- what people touch

    def send(self, sending: Sending) -> None:
        """Staff decide what may go over the line; it holds until they decide again."""
        with self._store_trouble_shown():
            self._store.set_switch(SENDING_SWITCH, sending.value)
            self._equipment.send_soon()
            self._show(replace(self.view, hurried=False))
            self.look()

    def send_now(self) -> None:
        """Send what waits, rather than at the next round."""
        self._equipment.send_soon()
        self._show(replace(self.view, hurried=True))

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
        self._show(replace(self.view, step=UploadStep.STATE, stick=StickView()))
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
        visits = tuple(self._planned(visit) for visit in store.visits())
        aside = aside_cases(store, self._catalog)
        switch = store.switch(SENDING_SWITCH)
        return replace(
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

    def _planned(self, visit: HomeVisit) -> PlannedVisit:
        known = (item for item in self._catalog if item.code == visit.item_code)
        return PlannedVisit(masked_name(visit.name), next(known, None), visit.wanted_on)

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
