"""更多服务: what people want of the office besides applying; and small pages of choosing there."""

from collections.abc import Sequence
from enum import StrEnum, unique

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kiosk.domain.questions import answered
from kiosk.domain.service_item import ServiceItem
from ui.item_words import item_title
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import ScrollColumn, TouchCard, column, frame, row, words


@unique
class More(StrEnum):
    """One tile; the value is the key of its words."""

    NOTICES = "notices"
    CONSULTATION = "consultation"
    APPOINTMENT = "appointment"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    PAYMENT = "payment"
    PHONE = "phone"


PICTURES = {
    More.NOTICES: Picture.DOCUMENT,
    More.CONSULTATION: Picture.INFO,
    More.APPOINTMENT: Picture.CLOCK,
    More.COMPLAINT: Picture.WARNING,
    More.SUGGESTION: Picture.TICK,
    More.PAYMENT: Picture.PERMIT,
    More.PHONE: Picture.PHONE,
}


class TilesPage(QWidget):
    """Large tiles under a title. Signal: chosen(str), the key of a tile."""

    chosen = Signal(str)

    def __init__(
        self,
        title: str,
        tiles: Sequence[tuple[str, Picture, str, str]],
        *,
        scale: Scale,
        note: str = "",
    ) -> None:
        """`tiles`: (key, picture, words, smaller words)."""
        super().__init__()
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addWidget(words(title, "title"))
        if note:
            page.addWidget(words(note, "body", tone="quiet"))
        scroll = ScrollColumn(scale, gap=Space.GAP)
        page.addWidget(scroll, 1)
        grid = QGridLayout()
        grid.setSpacing(scale.px(Space.GAP if scale.portrait else Space.NEAR))
        columns = 1 if scale.portrait else 2
        for n, (key, name, large, small) in enumerate(tiles):
            tile = self._tile(key, name, large, small, scale)
            grid.addWidget(tile, n // columns, n % columns)
        for n in range(columns):
            grid.setColumnStretch(n, 1)
        scroll.inside.addLayout(grid)

    def _tile(self, key: str, name: Picture, large: str, small: str, scale: Scale) -> TouchCard:
        tile = TouchCard(scale, lambda: self.chosen.emit(key), kind="tile")
        tile.setObjectName(f"more_{key}")
        tile.setAccessibleName(large)
        side = scale.px(104 if scale.portrait else 84)
        seen = QLabel()
        seen.setProperty("round", "true")
        seen.setFixedSize(side, side)
        seen.setAlignment(Qt.AlignmentFlag.AlignCenter)
        seen.setPixmap(picture(name, scale.ink(Colour.BLUE), round(side * 0.6)))
        text = column(scale, gap=Space.HAIR)
        text.addWidget(words(large, "large", strong=True))
        text.addWidget(words(small, "body", tone="quiet"))
        line = row(scale, gap=Space.NEAR)
        line.addWidget(seen)
        line.addLayout(text, 1)
        tile.inside.addLayout(line)
        return tile


def more_page(offered: Sequence[More], *, texts: Texts, scale: Scale) -> TilesPage:
    """What is offered here."""
    tiles = [
        (one.value, PICTURES[one], texts.say(f"more.{one}"), texts.say(f"more.{one}_note"))
        for one in offered
    ]
    return TilesPage(texts.say("more.title"), tiles, scale=scale)


def name_page(*, texts: Texts, scale: Scale) -> TilesPage:
    """With a name or without. Keys: named, nameless."""
    tiles = [
        (key, name, texts.say(f"letter.{key}"), texts.say(f"letter.{key}_note"))
        for key, name in (("named", Picture.CARD), ("nameless", Picture.SHIELD))
    ]
    return TilesPage(texts.say("letter.name_title"), tiles, scale=scale)


class AnswersPage(QWidget):
    """The guide's answers about one item."""

    def __init__(self, item: ServiceItem, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addWidget(words(item_title(item, texts), "title"))
        page.addWidget(words(texts.say("question.source"), "body", tone="quiet"))
        scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(scroll, 1)
        for one in answered(item):
            block = frame("card")
            inside = column(scale, block, gap=Space.TIGHT, edge=Space.GAP)
            title = texts.say(f"question.{one.question}")
            inside.addWidget(words(title, "large", tone="blue", strong=True))
            for line in one.lines:
                inside.addWidget(words(line))
            scroll.inside.addWidget(block)
