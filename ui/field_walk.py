"""Field work: the list of visits, one visit, and from there a case at the kitchen table."""

from collections.abc import Callable
from dataclasses import replace

from devices.location.api import Position
from kiosk.domain.handling import Place, PlaceSource
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.equipment import CasesChanged, Event
from kiosk.flow.field_flow import FieldFlow, FieldStep, FieldView
from ui.composing import Composing
from ui.paged_walk import PagedWalk
from ui.pages.field_list import FieldListPage
from ui.pages.field_visit import FieldVisitPage
from ui.pages.page import Page
from ui.upload_walk import UploadWalk
from ui.visit_walk import VisitWalk
from ui.walk import Around, Bars

LOOK_EVERY = 5  # ticks


class FieldWalk(PagedWalk[FieldView]):
    """For whoever is signed in as field staff; names and addresses stand on it."""

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        terminal = around.terminal
        self._staff = around.staff
        self._find: Callable[[], Position | None] = terminal.position
        self._ticks = 0
        self._was_looking = False
        self._placing = Composing()
        self._placing.made.connect(self._placed)
        self.flow = FieldFlow(
            terminal.store,
            terminal.catalog(),
            standing=terminal.standing,
            now=terminal.now,
            on_change=self._changed,
        )

    def begin(self) -> None:
        """The list."""
        self.flow.begin()

    def bars(self) -> Bars:
        """Touching a card is the way on."""
        return Bars()

    def back(self) -> None:
        """To the list; from there to the desk."""
        self._placing.forget()
        if not self.flow.back():
            self.over.emit()

    def happened(self, event: Event) -> None:
        """Sync brought something."""
        if isinstance(event, CasesChanged):
            self.flow.look()
        super().happened(event)

    def tick(self) -> None:
        """Cases go up while somebody looks."""
        self._ticks += 1
        if self._ticks % LOOK_EVERY == 0 and self.flow.view.step is FieldStep.LIST:
            self.flow.look()

    def _changed(self, view: FieldView) -> None:
        asked = view.looking and not self._was_looking
        self._was_looking = view.looking
        super()._changed(view)
        if asked:
            self._placing.start(self._find)

    def _placed(self, found: object) -> None:
        place = None
        if isinstance(found, Position):
            place = Place(
                PlaceSource.SATELLITES,
                latitude=found.latitude,
                longitude=found.longitude,
                metres=found.metres,
            )
        self.flow.placed(place)

    def _begin_case(self, item: ServiceItem) -> None:
        plan, staff = self.flow.plan(item), self._staff

        def opening(around: Around) -> VisitWalk:
            return VisitWalk(replace(around, staff=around.staff or staff), item, plan=plan)

        self.opens.emit(opening)

    def _page_for(self, view: FieldView) -> Page[FieldFlow, FieldView]:
        terminal = self._terminal
        if view.step is FieldStep.VISIT:
            visit = FieldVisitPage(
                self.flow, equipment=terminal.equipment, texts=terminal.texts, scale=self._scale
            )
            visit.begin.connect(self._begin_case)
            return visit
        page = FieldListPage(
            self.flow, equipment=terminal.equipment, texts=terminal.texts, scale=self._scale
        )
        page.upload.connect(lambda: self.opens.emit(UploadWalk))
        return page

    def _leave_flow(self) -> None:
        self._placing.forget()
        self.flow.leave()
