"""The first page of applying: what is it about? Themes as large tiles."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kiosk.domain.service_item import ServiceCatalog
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import ScrollColumn, TouchCard, column, row, words

# The first word found in a theme's name decides its picture; a new theme gets the plain one.
THEME_PICTURES: Final = (
    ("医", Picture.MEDICAL),
    ("社会保险", Picture.PENSION),
    ("社保", Picture.PENSION),
    ("救助", Picture.RELIEF),
    ("老", Picture.ELDER),
    ("残", Picture.ELDER),
    ("就业", Picture.JOBS),
    ("住房", Picture.HOUSE),
    ("公安", Picture.PERMIT),
    ("证", Picture.PERMIT),
    ("农", Picture.RURAL),
)


def theme_picture(theme: str) -> Picture:
    """The picture that stands for a theme."""
    return next((p for word, p in THEME_PICTURES if word in theme), Picture.DOCUMENT)


class HomePage(QWidget):
    """Signals: theme_chosen(str), search_wanted, progress_wanted, more_wanted."""

    theme_chosen = Signal(str)
    search_wanted = Signal()
    progress_wanted = Signal()
    more_wanted = Signal()

    def __init__(self, catalog: ServiceCatalog, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._scale = scale
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addWidget(words(texts.say("home.title"), "title"))
        if catalog.notice:
            page.addWidget(words(texts.say("home.draft"), "note", tone="quiet"))
        scroll = ScrollColumn(scale, gap=Space.GAP)
        page.addWidget(scroll, 1)
        grid = QGridLayout()
        grid.setSpacing(scale.px(Space.GAP if scale.portrait else Space.NEAR))
        columns = scale.columns(2 if scale.portrait else 3)
        tiles = [self._theme_tile(theme, catalog) for theme in catalog.themes()]
        tiles.append(
            self._tile(
                Picture.SEARCH,
                texts.say("home.search"),
                texts.say("home.search_note"),
                "search",
                self.search_wanted.emit,
            )
        )
        tiles.append(
            self._tile(
                Picture.LIST,
                texts.say("home.progress"),
                texts.say("home.progress_note"),
                "progress",
                self.progress_wanted.emit,
            )
        )
        tiles.append(
            self._tile(
                Picture.INFO,
                texts.say("more.title"),
                texts.say("more.tile_note"),
                "more",
                self.more_wanted.emit,
            )
        )
        for n, tile in enumerate(tiles):
            grid.addWidget(tile, n // columns, n % columns)
        for n in range(columns):
            grid.setColumnStretch(n, 1)
        scroll.inside.addLayout(grid)

    def _theme_tile(self, theme: str, catalog: ServiceCatalog) -> TouchCard:
        count = sum(item.theme == theme for item in catalog)
        return self._tile(
            theme_picture(theme),
            theme,
            self._texts.say("home.count", count=count),
            theme,
            lambda: self.theme_chosen.emit(theme),
        )

    def _tile(
        self, name: Picture, title: str, note: str, key: str, on_click: Callable[[], None]
    ) -> TouchCard:
        scale = self._scale
        tile = TouchCard(scale, on_click, kind="tile")
        tile.setMinimumHeight(scale.px(232 if scale.portrait else 150))
        tile.setObjectName(f"tile_{key}")
        side = scale.px(132 if scale.portrait else 92)
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
