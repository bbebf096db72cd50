"""A walk whose flow decides which page is shown; the pages draw."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack
from typing import Any, Final, Generic, Protocol, TypeVar

from PySide6.QtCore import QTimer

from kiosk.flow.equipment import Event, NetworkChanged
from ui.pages.page import Page
from ui.walk import Around, Walk


class Stepped(Protocol):
    """What every view of a flow has."""

    @property
    def step(self) -> Hashable:
        """Which page draws it."""
        ...


V = TypeVar("V", bound=Stepped)

PIECE_MS: Final = 20  # from one piece of work to the next: a touch in between is answered


class PagedWalk(Walk, Generic[V]):
    """Pages are made when first reached and let go together. `_changed` is the flow's listener."""

    can_refit = True

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._terminal = around.terminal
        self._scale = around.scale
        self._network = around.network
        self._pages: dict[Hashable, Page[Any, V]] = {}
        self._page: Page[Any, V] | None = None
        self._view: V | None = None  # what is drawn
        self._ahead: Iterator[None] = iter(())  # pieces of work on the page that is likely next
        self._next_piece = QTimer(self)
        self._next_piece.setInterval(PIECE_MS)
        self._next_piece.timeout.connect(self._work_ahead)
        self._kept: object = None  # of the page before, only while another takes its place

    @property
    def page(self) -> Page[Any, V] | None:
        """The page people see, None before the first."""
        return self._page

    def happened(self, event: Event) -> None:
        """To the page people see."""
        if isinstance(event, NetworkChanged):
            self._network = event
        if self._page is not None:
            self._page.happened(event)

    def refit(self, around: Around) -> None:
        """The pages go; the flow stays, and the view is drawn by a new page."""
        kept = None if self._page is None else self._page.hand_on()
        self._let_pages_go()
        self._terminal, self._scale = around.terminal, around.scale
        if self._view is not None:
            self._kept = kept
            self._changed(self._view)
            self._kept = None

    def leave(self) -> None:
        """Every page forgets, then the flow."""
        self._view = None
        self._let_pages_go(self._leave_flow)

    def _let_pages_go(self, between: Callable[[], None] = lambda: None) -> None:
        """`between`: what comes after the page was left and before the pages forget."""
        self._next_piece.stop()
        self._ahead = iter(())
        page, self._page = self._page, None
        pages, self._pages = self._pages, {}
        with ExitStack() as ending:  # backwards, and each of them whatever becomes of the others
            for known in pages.values():
                ending.callback(known.deleteLater)
                ending.callback(known.forget)
            ending.callback(between)
            if page is not None:
                ending.callback(page.left)

    def _make_ahead(self, pieces: Iterator[None]) -> None:
        """While people look at this page, make the next; what they do meanwhile goes before."""
        self._ahead = pieces
        self._next_piece.start()

    def _work_ahead(self) -> None:
        if next(self._ahead, self) is self:
            self._next_piece.stop()

    def _page_for(self, view: V) -> Page[Any, V]:
        """A new page for the step of that view."""
        raise NotImplementedError

    def _leave_flow(self) -> None:
        """The person is gone."""
        raise NotImplementedError

    def _changed(self, view: V) -> None:
        self._view = view
        page = self._pages.get(view.step)
        if page is not self._page:
            self._next_piece.stop()
        if page is None:
            page = self._pages[view.step] = self._page_for(view)
            page.carry_on(self._kept)
        if page is not self._page:
            if self._page is not None:
                self._page.left()
            self._page = page
            page.entered()
            page.draw(view)  # before it is shown: laid out and styled once
            self.page_shown.emit(page)
            page.happened(self._network)
        else:
            page.draw(view)
        self.bars_changed.emit()
