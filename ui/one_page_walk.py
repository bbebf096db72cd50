"""A walk with a single page that draws whatever its flow shows."""

from typing import Any, Generic, TypeVar

from kiosk.flow.equipment import Event
from ui.pages.page import Page
from ui.walk import Around, Walk

V = TypeVar("V")


class OnePageWalk(Walk, Generic[V]):
    """The page is made by `_make_page` when the flow first shows something."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around = around
        self._terminal = around.terminal
        self._scale = around.scale
        self.page: Page[Any, V] | None = None
        self._view: V | None = None  # what is drawn

    def happened(self, event: Event) -> None:
        """To the page people see."""
        if self.page is not None:
            self.page.happened(event)

    def refit(self, around: Around) -> None:
        """The page goes; the flow stays, and what it shows is drawn by a new page."""
        self._let_page_go()
        self._around, self._terminal, self._scale = around, around.terminal, around.scale
        if self._view is not None:
            self._changed(self._view)
            self.happened(around.network)

    def leave(self) -> None:
        """The page forgets, then the flow."""
        self._view = None
        try:
            self._let_page_go()
        finally:
            self._leave_flow()

    def _let_page_go(self) -> None:
        page, self.page = self.page, None
        if page is not None:
            page.left()
            page.forget()
            page.deleteLater()

    def _changed(self, view: V) -> None:
        self._view = view
        if self.page is None:
            self.page = self._make_page()
            self.page.entered()
            self.page.draw(view)  # before it is shown: laid out and styled once
            self.page_shown.emit(self.page)
        else:
            self.page.draw(view)
        self.bars_changed.emit()

    def _make_page(self) -> Page[Any, V]:
        raise NotImplementedError

    def _leave_flow(self) -> None:
        raise NotImplementedError
