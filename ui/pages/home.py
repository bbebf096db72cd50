"""The first page of applying: what is it about? Groups as large tiles, in three ways."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from kiosk.catalog.ways import Way, groups, items_of
from kiosk.domain.service_item import ServiceCatalog, ServiceItem
from ui.item_words import name_words
from ui.texts import Texts
from ui.theme.icons import Picture, icon, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.item_card import ItemCard
from ui.widgets.pieces import ScrollColumn, TouchCard, column, emptied, push_button, row, words

# The first word found in a group's name decides its picture; a new group gets the plain one.
GROUP_PICTURES: Final = (
    ("医", Picture.MEDICAL),
    ("生病", Picture.MEDICAL),
    ("社会保险", Picture.PENSION),
    ("社保", Picture.PENSION),
    ("出生", Picture.SHIELD),
    ("救助", Picture.RELIEF),
    ("困难", Picture.RELIEF),
    ("老", Picture.ELDER),
    ("残", Picture.ELDER),
    ("业", Picture.JOBS),
    ("务工", Picture.JOBS),
    ("住", Picture.HOUSE),
    ("公安", Picture.PERMIT),
    ("证", Picture.PERMIT),
    ("农", Picture.RURAL),
)
MOST_RECENT: Final = 3


def group_picture(group: str) -> Picture:
    """The picture that stands for a theme, a life event or a kind of people."""
    return next((p for word, p in GROUP_PICTURES if word in group), Picture.DOCUMENT)


class HomePage(QWidget):
    """`recent`: what the person whose card was read did before, the newest first.

    Signals: group_chosen(Way, str), search_wanted, progress_wanted, again_wanted,
    more_wanted, chosen(ServiceItem).
    """

    group_chosen = Signal(object, str)
    search_wanted = Signal()
    progress_wanted = Signal()
    more_wanted = Signal()
    again_wanted = Signal()
    chosen = Signal(object)

    def __init__(
        self,
        catalog: ServiceCatalog,
        *,
        texts: Texts,
        scale: Scale,
        online: bool = True,
        recent: tuple[ServiceItem, ...] | None = None,
    ) -> None:
        super().__init__()
        self._catalog = catalog
        self._texts = texts
        self._scale = scale
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        title = column(scale, gap=Space.TIGHT)
        title.addWidget(words(texts.say("home.title"), "title"))
        if catalog.notice:
            title.addWidget(words(texts.say("home.draft"), "note", tone="quiet"))
        wide = not scale.portrait
        head = (row if wide else column)(scale, gap=Space.GAP if wide else Space.NEAR)
        head.addLayout(title, 2)
        head.addWidget(self._other_ways(can_read=recent is None), 3 if wide else 0)
        page.addLayout(head)
        scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(scroll, 1)
        if recent is not None:
            self._show_recent(scroll, recent, online=online)
        ways = QWidget()
        flow = FlowLayout(ways, spacing=scale.px(Space.TIGHT))
        self.ways: dict[Way, QPushButton] = {}
        for way in Way:
            chip = push_button(texts.say(f"way.{way}"), "chip", lambda way=way: self.look_by(way))  # type: ignore[misc]
            chip.setObjectName(f"way_{way}")
            chip.setCheckable(True)
            self.ways[way] = chip
            flow.addWidget(chip)
        scroll.inside.addWidget(ways)
        self._groups = column(scale)
        scroll.inside.addLayout(self._groups)
        self.look_by(Way.THEME)

    def look_by(self, way: Way) -> None:
        """Show the groups of that way."""
        for known, chip in self.ways.items():
            chip.setChecked(known is way)
        emptied(self._groups)
        self._groups.addLayout(
            self._grid([self._group_tile(way, group) for group in groups(self._catalog, way)])
        )

    def _show_recent(
        self, scroll: ScrollColumn, recent: tuple[ServiceItem, ...], *, online: bool
    ) -> None:
        key = "home.recent" if recent else "home.recent_none"
        scroll.inside.addWidget(words(self._texts.say(key), "large", tone="blue", strong=True))
        for item in recent[:MOST_RECENT]:
            card = ItemCard(
                item,
                online=online,
                texts=self._texts,
                scale=self._scale,
                on_click=lambda item=item: self.chosen.emit(item),  # type: ignore[misc]
            )
            card.setObjectName(f"recent_{item.key}")
            scroll.inside.addWidget(card)

    def _other_ways(self, *, can_read: bool) -> QWidget:
        names = [
            ("search", Picture.SEARCH, self.search_wanted),
            ("progress", Picture.LIST, self.progress_wanted),
            ("more", Picture.INFO, self.more_wanted),
        ]
        if can_read:
            names.insert(1, ("again", Picture.AGAIN, self.again_wanted))
        holder = QWidget()
        flow = FlowLayout(holder, spacing=self._scale.px(Space.TIGHT))
        side = self._scale.px(48)
        for key, name, signal in names:
            said, note = (f"home.{key}", f"home.{key}_note")
            if key == "more":
                said, note = "more.title", "more.tile_note"
            button = push_button(self._texts.say(said), "secondary", signal.emit)
            button.setObjectName(f"tile_{key}")
            button.setAccessibleDescription(self._texts.say(note))
            button.setIcon(icon(name, self._scale.ink(Colour.BLUE), side))
            button.setIconSize(QSize(side, side))
            flow.addWidget(button)
        return holder

    def _grid(self, tiles: list[TouchCard]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(self._scale.px(Space.GAP if self._scale.portrait else Space.NEAR))
        columns = self._scale.columns(2 if self._scale.portrait else 3)
        for n, tile in enumerate(tiles):
            grid.addWidget(tile, n // columns, n % columns)
        for n in range(columns):
            grid.setColumnStretch(n, 1)
        return grid

    def _group_tile(self, way: Way, group: str) -> TouchCard:
        count = len(items_of(self._catalog, way, group))
        return self._tile(
            group_picture(group),
            name_words(group, self._texts),
            self._texts.say("home.count", count=count),
            group,
            lambda: self.group_chosen.emit(way, group),
        )

    def _tile(
        self, name: Picture, title: str, note: str, key: str, on_click: Callable[[], object]
    ) -> TouchCard:
        scale = self._scale
        tile = TouchCard(scale, on_click, kind="tile")
        tile.setMinimumHeight(scale.px(200 if scale.portrait else 150))
        tile.setObjectName(f"tile_{key}")
        tile.setAccessibleName(f"{title} {note}")
        side = scale.px(120 if scale.portrait else 92)
        round_picture = QLabel()
        round_picture.setProperty("round", "true")
        round_picture.setFixedSize(side, side)
        round_picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        round_picture.setPixmap(picture(name, scale.ink(Colour.BLUE), round(side * 0.6)))
        text = column(scale, gap=Space.HAIR)
        text.addStretch(1)
        text.addWidget(words(title, "heading" if scale.portrait else "large", strong=True))
        text.addWidget(words(note, "note", tone="quiet"))
        text.addStretch(1)
        line = row(scale, gap=Space.NEAR)
        line.addWidget(round_picture)
        line.addLayout(text, 1)
        tile.inside.addLayout(line)
        return tile
