"""The items of one theme, one under the other."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.domain.service_item import ServiceItem
from ui.item_words import name_words
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.item_card import ItemCard
from ui.widgets.pieces import ScrollColumn, column, emptied, frame, words


class ItemList(QWidget):
    """Cards of items in a scrolling column (two beside each other on a wide screen)."""

    chosen = Signal(object)  # ServiceItem

    def __init__(self, *, texts: Texts, scale: Scale, columns: int) -> None:
        super().__init__()
        self._texts = texts
        self._scale = scale
        self._columns = columns
        outer = column(scale, self, gap=0)
        self._scroll = ScrollColumn(scale, gap=Space.GAP)
        outer.addWidget(self._scroll)

    def show_items(self, items: tuple[ServiceItem, ...], *, online: bool) -> None:
        """These items instead of those before; the words for none are the page's."""
        emptied(self._scroll.inside)
        grid = QGridLayout()
        grid.setSpacing(self._scale.px(Space.NEAR))
        for n, item in enumerate(items):
            card = ItemCard(
                item,
                online=online,
                texts=self._texts,
                scale=self._scale,
                on_click=lambda item=item: self.chosen.emit(item),  # type: ignore[misc]
            )
            grid.addWidget(card, n // self._columns, n % self._columns)
        for n in range(self._columns):
            grid.setColumnStretch(n, 1)
        self._scroll.inside.addLayout(grid)
        self._scroll.to_top()


class ItemsPage(QWidget):
    """Signal: chosen(ServiceItem)."""

    chosen = Signal(object)

    def __init__(
        self,
        theme: str,
        items: tuple[ServiceItem, ...],
        *,
        online: bool,
        texts: Texts,
        scale: Scale,
    ) -> None:
        super().__init__()
        self._items = items
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        title = texts.say("home.theme_title", theme=name_words(theme, texts))
        page.addWidget(words(title, "title"))
        if not items:
            block = frame("notice", tone="blue")
            inside = column(scale, block, edge=Space.GAP)
            inside.addWidget(words(texts.say("home.empty"), "large", strong=True))
            inside.addWidget(words(texts.say("home.empty_now")))
            page.addWidget(block)
            page.addStretch(1)
            return
        page.addWidget(words(texts.say("home.theme_note"), "body", tone="quiet"))
        self._list = ItemList(texts=texts, scale=scale, columns=1 if scale.portrait else 2)
        self._list.chosen.connect(self.chosen)
        self._list.show_items(items, online=online)
        page.addWidget(self._list, 1)
