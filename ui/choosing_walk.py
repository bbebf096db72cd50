"""Leads to one item: home, the items of a group, the search, what was done before."""

from PySide6.QtWidgets import QWidget

from devices.id_card.card_watch import CardFailed, CardRead
from kiosk.catalog.ways import Way, items_of
from kiosk.domain.identity import IdentityCard
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.equipment import Event, NetworkChanged
from kiosk.flow.remembered import Remembered, done_before
from offline_store.api import StoreError
from ui.more_walk import MoreWalk
from ui.pages.again import AgainPage
from ui.pages.home import HomePage
from ui.pages.items import ItemsPage
from ui.pages.search import SearchPage
from ui.progress_walk import ProgressWalk
from ui.visit_walk import VisitWalk
from ui.walk import Around, Bars, Opening, Walk


class ChoosingWalk(Walk):
    """`person`: whose card was read in this visit; their next case begins with it."""

    can_refit = True

    def __init__(
        self, around: Around, theme: str = "", *, person: Remembered | None = None
    ) -> None:
        super().__init__()
        self._terminal = terminal = around.terminal
        self._scale = around.scale
        self._network = around.network
        self._theme = theme  # begin with the items of this theme, when coming back from one
        self._catalog = terminal.catalog()
        self._person = person
        self._home = self._new_home()
        self._page: QWidget = self._home
        self._inner: QWidget | None = None

    def begin(self) -> None:
        """The groups, or the items of the theme that people come back to."""
        if self._theme in self._catalog.themes():
            self._show_group(Way.THEME, self._theme)
        else:
            self._show(self._home)

    def bars(self) -> Bars:
        """No steps yet; touching a card is the way on."""
        return Bars()

    def back(self) -> None:
        """From a list to the groups; from the groups to standby."""
        if self._page is self._home:
            self.over.emit()
        else:
            self._show(self._home)

    def happened(self, event: Event) -> None:
        """The network decides what the badges say from the next list on; a card says who asks."""
        match event:
            case NetworkChanged():
                self._network = event
            case CardRead(card=card) if isinstance(self._page, AgainPage):
                self._show_done_before(card)
            case CardFailed(fault=fault) if isinstance(self._page, AgainPage):
                self._page.show_fault(fault)
            case _:
                pass

    def refit(self, around: Around) -> None:
        """Choosing begins again, among the themes."""
        person = self._person
        self.leave()
        self._person = person
        self._terminal, self._scale = around.terminal, around.scale
        self._home = self._new_home()
        self._show(self._home)

    def leave(self) -> None:
        """Let the pages and the person go."""
        self._read_cards(on=False)
        self._person = None
        for page in (self._home, self._inner):
            if page is not None:
                page.deleteLater()

    def _new_home(self) -> HomePage:
        page = HomePage(
            self._catalog,
            texts=self._terminal.texts,
            scale=self._scale,
            online=self._network.fault is None,
            recent=self._recent(),
        )
        page.group_chosen.connect(self._show_group)
        page.search_wanted.connect(self._show_search)
        page.progress_wanted.connect(lambda: self.opens.emit(ProgressWalk))
        page.again_wanted.connect(self._show_again)
        page.more_wanted.connect(lambda: self.opens.emit(MoreWalk))
        page.chosen.connect(self._chosen)
        return page

    def _recent(self) -> tuple[ServiceItem, ...] | None:
        if self._person is None:
            return None
        try:
            cases = self._terminal.store.cases_of(self._person.card.number)
        except StoreError:  # choosing goes on without it
            return ()
        return done_before(cases, self._catalog)

    def _show_done_before(self, card: IdentityCard) -> None:
        self._person = Remembered(card)
        before, self._home = self._home, self._new_home()
        self._show(self._home)
        before.deleteLater()

    def _chosen(self, item: ServiceItem) -> None:
        person = self._person
        self.opens.emit(lambda around: VisitWalk(around, item, person=person, home=choosing))

    def _show_group(self, way: Way, group: str) -> None:
        page = ItemsPage(
            group,
            items_of(self._catalog, way, group),
            online=self._network.fault is None,
            texts=self._terminal.texts,
            scale=self._scale,
        )
        page.chosen.connect(self._chosen)
        self._show_inner(page)

    def _show_search(self) -> None:
        page = SearchPage(
            lambda typed: self._terminal.search(self._catalog, typed),
            online=self._network.fault is None,
            texts=self._terminal.texts,
            scale=self._scale,
        )
        page.chosen.connect(self._chosen)
        self._show_inner(page)

    def _show_again(self) -> None:
        self._show_inner(AgainPage(texts=self._terminal.texts, scale=self._scale))
        self._read_cards(on=True)

    def _show_inner(self, page: QWidget) -> None:
        if self._inner is not None:
            self._inner.deleteLater()
        self._inner = page
        self._show(page)

    def _show(self, page: QWidget) -> None:
        self._read_cards(on=False)
        self._page = page
        self.page_shown.emit(page)
        self.bars_changed.emit()

    def _read_cards(self, *, on: bool) -> None:
        if on or isinstance(self._page, AgainPage):
            self._terminal.equipment.watch_cards(on)


def choosing(theme: str = "", person: Remembered | None = None) -> Opening:
    """Choose an item; with a person, as part of the same visit."""
    return lambda around: ChoosingWalk(around, theme, person=person)
