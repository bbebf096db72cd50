"""Going on with what was begun on a telephone: its code is read, then the card."""

from collections.abc import Mapping
from functools import partial

from kiosk.domain.service_item import ServiceItem
from kiosk.flow.continued_flow import ContinuedFlow
from kiosk.flow.equipment import CodeSeen, Event, NetworkChanged
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.online import TakenOver
from ui.pages.phone import PhonePage
from ui.visit_walk import VisitWalk
from ui.walk import Around, Bars, Opening, Walk


class PhoneWalk(Walk):
    """The camera looks for a code; the form behind it goes on here, after the card."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._terminal = around.terminal
        self._scale = around.scale
        self._network = around.network
        self._page: PhonePage | None = None
        self._asked = False

    def begin(self) -> None:
        """Say what to do, and look."""
        self._page = PhonePage(texts=self._terminal.texts, scale=self._scale)
        self._page.show_network(self._network.fault)
        self.page_shown.emit(self._page)
        self.bars_changed.emit()
        self._terminal.equipment.watch_camera(True)

    def bars(self) -> Bars:
        """Only the way back."""
        return Bars()

    def back(self) -> None:
        """Home."""
        self.home_wanted.emit("")

    def happened(self, event: Event) -> None:
        """A code, and what became of it."""
        if self._page is None:
            return
        match event:
            case NetworkChanged(fault=fault):
                self._network = event
                self._page.show_network(fault)
            case CodeSeen(text=text) if not self._asked:
                self._asked = True
                self._page.show_busy()
                self._terminal.online.take_over(text)
            case TakenOver() if self._asked:
                self._taken(event)
            case _:
                pass

    def tick(self) -> None:
        """A code that nobody answers may be shown again."""
        if self._page is not None and self._asked and self._page.waited():
            self._asked = False
            self._page.show_gone(None)

    def leave(self) -> None:
        """Camera off."""
        self._terminal.equipment.watch_camera(False)
        page, self._page = self._page, None
        if page is not None:
            page.deleteLater()

    def _taken(self, form: TakenOver) -> None:
        self._asked = False
        items = {item.code: item for item in self._terminal.catalog()}
        item = items.get(form.item_code)
        if item is None:
            assert self._page is not None
            self._page.show_gone(form.fault)
        else:
            self.opens.emit(continued_with(item, form.answers))


class ContinuedWalk(VisitWalk):
    """A visit with answers from elsewhere."""

    def __init__(self, around: Around, item: ServiceItem, given: Mapping[str, str]) -> None:
        self._given = given
        super().__init__(around, item)

    def _new_flow(self, around: Around) -> IntakeFlow:
        given, self._given = self._given, {}
        return self._arranged(around, partial(ContinuedFlow, given=given))


def continued_with(item: ServiceItem, given: Mapping[str, str]) -> Opening:
    """Opens that visit."""

    def opening(around: Around) -> Walk:
        return ContinuedWalk(around, item, given)

    return opening
