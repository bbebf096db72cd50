"""上门服务: whom to visit, and what has reached the province. For signed-in field staff."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from kiosk.flow.equipment import Equipment
from kiosk.flow.field_flow import FieldFlow, FieldView, Planned, found_among
from ui.pages.page import Page
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import (
    ScrollColumn,
    TouchCard,
    badge,
    column,
    emptied,
    push_button,
    row,
    words,
)


class FieldListPage(Page[FieldFlow, FieldView]):
    """Signals: upload: how sending stands, and the USB stick."""

    upload = Signal()

    def __init__(
        self, flow: FieldFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.NEAR, edge=edge)
        head = row(scale, gap=Space.GAP)
        titles = column(scale, gap=Space.HAIR)
        titles.addWidget(words(texts.say("field.title"), "title"))
        self._state = words("", "body", tone="blue", strong=True)
        self._state.setObjectName("field_state")
        titles.addWidget(self._state)
        self._room = words("", "note", tone="quiet")
        titles.addWidget(self._room)
        head.addLayout(titles, 1)
        button = push_button(texts.say("field.upload"), "secondary", self.upload.emit)
        button.setObjectName("field_upload")
        head.addWidget(button)
        page.addLayout(head)
        self._trouble = FaultNotice(texts, scale)
        page.addWidget(self._trouble)
        self.search = QLineEdit()
        self.search.setObjectName("field_search")
        self.search.setPlaceholderText(texts.one("field.search"))
        self.search.setAccessibleName(texts.say("field.search"))
        self.search.textChanged.connect(lambda _typed: self.draw(self.flow.view))
        page.addWidget(self.search)
        self._scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(self._scroll, 1)

    def draw(self, view: FieldView) -> None:
        """All of them, or those that were searched for."""
        say = self.texts.say
        key = "field.waiting" if view.waiting else "field.all_sent"
        self._state.setText(say(key, count=view.waiting))
        self._room.setText(say("field.room", count=view.room))
        self._trouble.show_fault(view.fault)
        emptied(self._scroll.inside)
        found = found_among(view.visits, self.search.text())
        for planned in found:
            self._scroll.inside.addWidget(self._card(planned))
        if not found:
            self._scroll.inside.addWidget(words(say("field.empty"), "large"))

    def forget(self) -> None:
        """Nobody stays on the page."""
        self.search.clear()
        emptied(self._scroll.inside)

    def _card(self, planned: Planned) -> TouchCard:
        say, visit = self.texts.say, planned.visit
        card = TouchCard(self.scale, lambda: self.flow.choose(visit.visit_id))
        card.setObjectName(f"visit_{visit.visit_id}")
        card.setAccessibleName(say("field.open", name=visit.name))
        line = row(self.scale)
        line.addWidget(words(visit.name, "large", strong=True, private=True), 1)
        if planned.done:
            key = "field.done_here" if planned.here else "field.done_sent"
            line.addWidget(badge(say(key), "warn" if planned.here else "good"))
        elif visit.wanted_on is not None:
            day = say("field.day", month=visit.wanted_on.month, day=visit.wanted_on.day)
            line.addWidget(badge(day, "blue"))
        card.inside.addLayout(line)
        card.inside.addWidget(words(visit.address, private=True))
        if visit.note:
            card.inside.addWidget(words(visit.note, "note", tone="quiet", private=True))
        return card
