"""Leads from the themes to one item: home, the items of a theme, the search."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk.flow.equipment import Event, NetworkChanged
from ui.more_walk import MoreWalk
from ui.pages.home import HomePage
from ui.pages.items import ItemsPage
from ui.pages.search import SearchPage
from ui.walk import Around, Bars, Walk


class ChoosingWalk(Walk):
    """Signals besides those of Walk: item_chosen(ServiceItem), progress_wanted."""

    can_refit = True

    item_chosen = Signal(object)
    progress_wanted = Signal()

    def __init__(self, around: Around, theme: str = "") -> None:
        super().__init__()
        self._terminal = terminal = around.terminal
        self._scale = around.scale
        self._network = around.network
        self._theme = theme  # begin with the items of this theme, when coming back from one
        self._catalog = terminal.catalog()
        self._make_home()

    def _make_home(self) -> None:
        self._home = HomePage(self._catalog, texts=self._terminal.texts, scale=self._scale)
        self._home.theme_chosen.connect(self._show_theme)
        self._home.search_wanted.connect(self._show_search)
        self._home.progress_wanted.connect(self.progress_wanted)
        self._home.more_wanted.connect(lambda: self.opens.emit(MoreWalk))
        self._page: QWidget = self._home
        self._inner: QWidget | None = None

    def begin(self) -> None:
        """The themes, or the items of the theme that people come back to."""
        if self._theme in self._catalog.themes():
            self._show_theme(self._theme)
        else:
            self._show(self._home)

    def bars(self) -> Bars:
        """No steps yet; touching a card is the way on."""
        return Bars()

    def back(self) -> None:
        """From a list to the themes; from the themes to standby."""
        if self._page is self._home:
            self.over.emit()
        else:
            self._show(self._home)

    def happened(self, event: Event) -> None:
        """The network decides what the badges say from the next list on."""
        if isinstance(event, NetworkChanged):
            self._network = event

    def refit(self, around: Around) -> None:
        """Choosing begins again, among the themes."""
        self.leave()
        self._terminal, self._scale = around.terminal, around.scale
        self._make_home()
        self._show(self._home)

    def leave(self) -> None:
        """Let the pages go."""
        for page in (self._home, self._inner):
            if page is not None:
                page.deleteLater()

    def _show_theme(self, theme: str) -> None:
        items = tuple(item for item in self._catalog if item.theme == theme)
        page = ItemsPage(
            theme,
            items,
            online=self._network.fault is None,
            texts=self._terminal.texts,
            scale=self._scale,
        )
        page.chosen.connect(self.item_chosen)
        self._show_inner(page)

    def _show_search(self) -> None:
        page = SearchPage(
            lambda typed: self._terminal.search(self._catalog, typed),
            online=self._network.fault is None,
            texts=self._terminal.texts,
            scale=self._scale,
        )
        page.chosen.connect(self.item_chosen)
        self._show_inner(page)

    def _show_inner(self, page: QWidget) -> None:
        if self._inner is not None:
            self._inner.deleteLater()
        self._inner = page
        self._show(page)

    def _show(self, page: QWidget) -> None:
        self._page = page
        self.page_shown.emit(page)
        self.bars_changed.emit()
