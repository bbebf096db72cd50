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

    def happened(self, event: Event) -> None:
        """To the page people see."""
        if self.page is not None:
            self.page.happened(event)

    def leave(self) -> None:
        """The page forgets, then the flow."""
        page, self.page = self.page, None
        try:
            if page is not None:
                page.left()
                page.forget()
                page.deleteLater()
        finally:
            self._leave_flow()

    def _changed(self, view: V) -> None:
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
