"""Field staff on the road: whom to visit, what is known of them, what the province has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum, unique
from types import MappingProxyType

from kiosk.domain.answers import MOBILE
from kiosk.domain.case import Case, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.handling import FieldVisit, Place, PlaceSource
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.service_item import ServiceCatalog, ServiceItem
from kiosk.domain.standing import Reason, Standing
from kiosk.flow.remembered import known_before
from kiosk.flow.visit_plan import VisitPlan
from offline_store.api import ScreenStore, StoreError

MOBILE_KEY = "contact_mobile"  # of the catalogue


@unique
class FieldStep(StrEnum):
    """One page of the field work."""

    LIST = "field_list"
    VISIT = "field_visit"


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit of the list, and what came of it here."""

    visit: HomeVisit
    done: tuple[Case, ...] = field(default=(), repr=False)  # cases taken in at this visit

    @property
    def here(self) -> int:
        """How many of them are only on this machine."""
        return sum(case.state is CaseState.QUEUED for case in self.done)


@dataclass(frozen=True, slots=True)
class FieldView:
    """Everything a page needs to draw itself."""

    step: FieldStep = FieldStep.LIST
    visits: tuple[Planned, ...] = field(default=(), repr=False)  # the soonest first
    chosen: Planned | None = None
    earlier: tuple[Case, ...] = field(default=(), repr=False)  # of the person chosen
    items: tuple[ServiceItem, ...] = ()  # to choose among at the visit; the one wanted first
    place: Place | None = None
    looking: bool = False  # a receiver is being asked
    waiting: int = 0  # cases that are only on this machine
    room: int = 0  # how many more cases surely fit on the disk
    fault: Fault | None = None


class FieldFlow:
    """Everything comes from this machine: nothing here needs a network.

    Lives on the interface's thread. Store trouble appears as `view.fault`.
    """

    def __init__(
        self,
        store: ScreenStore,
        catalog: ServiceCatalog,
        *,
        standing: Callable[[], Standing],
        now: Callable[[], datetime],
        on_change: Callable[[FieldView], None],
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._standing = standing
        self._now = now
        self._on_change = on_change
        self.view = FieldView()

    def begin(self) -> None:
        """The list."""
        self.look()

    def look(self) -> None:
        """Read everything anew: sync may have brought or taken something."""
        try:
            visits = sorted(self._store.visits(), key=lambda v: (v.wanted_on or date.max, v.name))
            self.view = replace(
                self.view,
                visits=tuple(self._planned(visit) for visit in visits),
                waiting=self._store.waiting(),
                room=self._store.cases_that_fit(),
                fault=None,
            )
        except StoreError as error:
            self.view = replace(self.view, fault=error.fault)
        self._show(self.view)

    def choose(self, visit_id: str) -> None:
        """Stand at that door."""
        chosen = next((p for p in self.view.visits if p.visit.visit_id == visit_id), None)
        if chosen is None:
            return
        number = chosen.visit.number
        try:
            earlier = tuple(self._store.cases_of(number)) if number else ()
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))
            return
        wanted = chosen.visit.item_code
        items = sorted(self._catalog, key=lambda item: item.code != wanted)
        self._show(
            replace(
                self.view,
                step=FieldStep.VISIT,
                chosen=chosen,
                earlier=earlier,
                items=tuple(items),
                place=Place(PlaceSource.TYPED, chosen.visit.address),
                looking=True,
            )
        )

    def placed(self, place: Place | None) -> None:
        """What a receiver said; None: nothing, so the address counts."""
        self._show(replace(self.view, looking=False, place=place or self.view.place))

    def place_typed(self, words: str) -> None:
        """Somebody knows better where this is."""
        self._show(replace(self.view, place=Place(PlaceSource.TYPED, words)))

    def plan(self, item: ServiceItem) -> VisitPlan:
        """How a case of the person chosen begins: place, time, and what they said earlier.

        What is known is filled in only for the card of that very person.
        """
        chosen = self.view.chosen
        assert chosen is not None
        sure = Reason.CLOCK_WRONG not in self._standing().reasons
        visit = chosen.visit
        return VisitPlan(
            given=MappingProxyType(self._known_of(visit, item)),
            given_to=visit.number,
            visit=FieldVisit(
                begun_at=self._now(),
                clock_sure=sure,
                visit_id=visit.visit_id,
                place=self.view.place,
            ),
        )

    def back(self) -> bool:
        """To the list; False: people are there."""
        if self.view.step is FieldStep.LIST:
            return False
        self._show(
            replace(self.view, step=FieldStep.LIST, chosen=None, earlier=(), items=(), place=None)
        )
        return True

    def leave(self) -> None:
        """Nobody stays in the view."""
        self.view = FieldView()

    def _planned(self, visit: HomeVisit) -> Planned:
        cases = self._store.cases_of(visit.number) if visit.number else ()
        return Planned(visit, tuple(c for c in cases if _of_visit(c, visit.visit_id)))

    def _known_of(self, visit: HomeVisit, item: ServiceItem) -> Mapping[str, str]:
        known = dict(known_before(item, self.view.earlier, self._catalog))
        if MOBILE.fullmatch(visit.phone):
            known.setdefault(MOBILE_KEY, visit.phone)
        return known

    def _show(self, view: FieldView) -> None:
        self.view = view
        self._on_change(view)


def _of_visit(case: Case, visit_id: str) -> bool:
    return case.handling.visit is not None and case.handling.visit.visit_id == visit_id


def found_among(visits: Sequence[Planned], typed: str) -> tuple[Planned, ...]:
    """Those whose name or address has what was typed; nothing typed: all."""
    wanted = "".join(typed.split())
    return tuple(p for p in visits if not wanted or wanted in f"{p.visit.name}{p.visit.address}")
