"""Staff choose the item of what they begin: an agency, a batch."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.domain.service_item import ServiceItem
from ui.item_words import item_title
from ui.texts import Texts
from ui.theme.tokens import TOUCH, Scale, Space
from ui.widgets.pieces import ScrollColumn, TouchCard, column, words


class ItemChoicePage(QWidget):
    """Titles only: staff know their items."""

    def __init__(
        self,
        items: Sequence[ServiceItem],
        title: str,
        chosen: Callable[[ServiceItem], None],
        *,
        texts: Texts,
        scale: Scale,
    ) -> None:
        super().__init__()
        page = column(scale, self, gap=Space.NEAR, edge=Space.GAP)
        page.addWidget(words(texts.say(f"{title}.title"), "title"))
        page.addWidget(words(texts.say(f"{title}.body"), "body", tone="quiet"))
        scroll = ScrollColumn(scale, gap=Space.TIGHT)
        page.addWidget(scroll, 1)
        for item in items:
            card = TouchCard(scale, partial(chosen, item), edge=Space.NEAR)
            card.setObjectName(f"choose_{item.key}")
            card.setAccessibleName(item_title(item, texts))
            card.setMinimumHeight(scale.px(TOUCH))
            card.inside.addWidget(words(item_title(item, texts), "large", strong=True))
            card.inside.addWidget(words(item.guide.department, "note", tone="quiet"))
            scroll.inside.addWidget(card)
