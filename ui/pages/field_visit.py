"""One home visit: who lives there, where it is, what is known, and what to begin."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from kiosk.domain.case import Case
from kiosk.domain.handling import Place, PlaceSource
from kiosk.domain.id_number import masked
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.equipment import Equipment
from kiosk.flow.field_flow import FieldFlow, FieldView, Planned
from ui.item_words import item_title
from ui.pages.page import Page
from ui.texts import Texts
from ui.theme.tokens import TOUCH, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import (
    ScrollColumn,
    TouchCard,
    column,
    emptied,
    frame,
    row,
    words,
)


class FieldVisitPage(Page[FieldFlow, FieldView]):
    """Signals: begin(ServiceItem): take in a case of that item here and now."""

    begin = Signal(object)

    def __init__(
        self, flow: FieldFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._drawn: tuple[Planned, tuple[Case, ...]] | None = None
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.NEAR, edge=edge)
        halves = column(scale, gap=Space.GAP) if scale.portrait else row(scale, gap=Space.GAP)
        page.addLayout(halves, 1)
        self._told = ScrollColumn(scale, gap=Space.NEAR)
        halves.addWidget(self._told, 1)
        self._name = words("", "title", private=True)
        self._told.inside.addWidget(self._name)
        self._who = column(scale, gap=Space.TIGHT)
        self._told.inside.addLayout(self._who)
        self._trouble = FaultNotice(texts, scale)
        self._told.inside.addWidget(self._trouble)
        self._told.inside.addWidget(self._place_card())
        self._items = ScrollColumn(scale, gap=Space.TIGHT)
        halves.addWidget(self._items, 1)

    def draw(self, view: FieldView) -> None:
        """Everything about the person chosen."""
        say, chosen = self.texts.say, view.chosen
        if chosen is None:
            return
        visit = chosen.visit
        self._trouble.show_fault(view.fault)
        self._place.setText(self._place_words(view))
        if self._drawn == (chosen, view.earlier):
            return  # only the place is another one
        self._drawn = (chosen, view.earlier)
        self._name.setText(visit.name)
        emptied(self._who)
        for key, told in (
            ("number", masked(visit.number) if visit.number else ""),
            ("phone", visit.phone),
            ("address", visit.address),
            ("note", visit.note),
        ):
            if told:
                line = row(self.scale)
                line.addWidget(words(say(f"field.{key}"), "body", tone="quiet"), 1)
                line.addWidget(words(told, "body", private=True), 3)
                self._who.addLayout(line)
        earlier = say("field.earlier" if view.earlier else "field.no_earlier", n=len(view.earlier))
        self._who.addWidget(words(earlier, "body", tone="blue"))
        emptied(self._items.inside)
        self._items.inside.addWidget(words(say("field.begin"), "large", strong=True))
        for item in view.items:
            wanted = item.code == visit.item_code
            self._items.inside.addWidget(self._item(item, wanted=wanted))

    def forget(self) -> None:
        """Nobody stays on the page."""
        self._drawn = None
        for label in (self._name, self._place):
            label.clear()
        self._typed.clear()
        emptied(self._who)
        emptied(self._items.inside)

    def left(self) -> None:
        """What was typed belongs to this door."""
        self._typed.clear()

    def _place_card(self) -> QFrame:
        say = self.texts.say
        block = frame("card")
        inside = column(self.scale, block, gap=Space.TIGHT, edge=Space.NEAR)
        inside.addWidget(words(say("field.place"), "body", tone="blue", strong=True))
        self._place = words("", "body")
        self._place.setObjectName("field_place")
        inside.addWidget(self._place)
        self._typed = QLineEdit()
        self._typed.setObjectName("field_place_typed")
        self._typed.setPlaceholderText(say("field.place_typed").in_one_line())
        self._typed.setAccessibleName(say("field.place_typed"))
        self._typed.editingFinished.connect(self._place_given)
        inside.addWidget(self._typed)
        return block

    def _place_given(self) -> None:
        typed = self._typed.text().strip()
        if typed:
            self.flow.place_typed(typed[:200])

    def _place_words(self, view: FieldView) -> str:
        say, place = self.texts.say, view.place
        if view.looking:
            return say("field.place_looking")
        if place is None:
            return ""
        return _words_of(place, self.texts)

    def _item(self, item: ServiceItem, *, wanted: bool) -> TouchCard:
        title = item_title(item, self.texts)
        card = TouchCard(self.scale, lambda: self.begin.emit(item), edge=Space.NEAR)
        card.setObjectName(f"begin_{item.key}")
        card.setAccessibleName(title)
        card.setMinimumHeight(self.scale.px(TOUCH))
        if wanted:
            card.inside.addWidget(words(self.texts.say("field.wanted"), "body", tone="blue"))
        card.inside.addWidget(words(title, "large", strong=wanted))
        return card


def _words_of(place: Place, texts: Texts) -> str:
    if place.source is PlaceSource.TYPED:
        return texts.say("field.place_by_words", words=place.words)
    if place.metres is None:
        return texts.say("field.place_by_satellites")
    return texts.say("field.place_within", metres=round(place.metres))
