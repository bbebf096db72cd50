"""办事台: the lists of an assistant's day, the search, and the doors to everything else."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QWidget

from devices.id_card.card_watch import CardRead
from kiosk.domain.receipt_number import grouped
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.desk_flow import DeskCase, DeskFlow, DeskOffer, DeskView
from kiosk.flow.equipment import Equipment, Event
from offline_store.api_staff import DeskList
from ui.case_stages import tone_of
from ui.item_words import case_title
from ui.local_time import moment_words
from ui.pages.page import Page
from ui.staff_words import with_key
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.day_list import DayList
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.flow_layout import FlowLayout
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

TAB_KEYS: Final = {which: f"F{n}" for n, which in enumerate(DeskList, start=1)}
OFFER_KEYS: Final = {DeskOffer.APPLY: "F7", DeskOffer.MACHINE: "F8"}
MOST_ROWS: Final = 200  # offline_store.api_staff.DeskCases.desk_list
SOON: Final = 3  # working days: the clock is marked


class DeskPage(Page[DeskFlow, DeskView]):
    """Offers and lists by role. An ID card on the reader shows that person's cases."""

    def __init__(
        self,
        flow: DeskFlow,
        *,
        items: Mapping[str, ServiceItem],
        who: str,
        opens: Callable[[DeskOffer], None],
        lock: Callable[[], None],
        shade: Callable[[], None],
        equipment: Equipment,
        texts: Texts,
        scale: Scale,
    ) -> None:
        """`items`: of the catalogue, by code."""
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._items = items
        self._has_cases = DeskOffer.CASES in flow.view.offers
        page = column(scale, self, gap=Space.NEAR, edge=Space.GAP)
        head = column(scale, gap=Space.NEAR) if scale.portrait else row(scale)
        name = words(who, "large", tone="blue", strong=True)
        name.setObjectName("desk_who")
        head.addWidget(name, 1)
        doors = FlowBlock(scale)
        for key, act, hint in (("shade", shade, "F9"), ("lock", lock, "F10")):
            doors.add(self._button(key, texts.say(f"desk.{key}"), hint, "secondary", act))
        for offer in (o for o in DeskOffer if o in flow.view.offers and o is not DeskOffer.CASES):
            kind = "primary" if offer is DeskOffer.APPLY else "secondary"
            text, hint = texts.say(f"desk.offer.{offer}"), OFFER_KEYS.get(offer, "")
            doors.add(self._button(offer.value, text, hint, kind, _with(opens, offer)))
        self.day = DayList(self, flow, who=who, equipment=equipment, texts=texts, scale=scale)
        if self._has_cases:
            doors.add(self.day.button)
        head.addWidget(doors, 4)
        page.addLayout(head)
        self._trouble = FaultNotice(texts, scale)
        page.addWidget(self._trouble)
        self.tabs: dict[DeskList, QPushButton] = {}
        tabs = FlowBlock(scale)
        for which in DeskList:
            tab = push_button("", "chip", _with(flow.choose, which))
            tab.setObjectName(f"tab_{which}")
            tab.setCheckable(True)
            self.tabs[which] = tab
            tabs.add(tab)
        self.field = QLineEdit()
        search = self._search_line(tabs)
        if scale.portrait:
            page.addWidget(tabs)
            page.addLayout(search)
        else:
            across = row(scale, gap=Space.GAP)
            across.addWidget(tabs, 7)
            across.addLayout(search, 4)
            page.addLayout(across)
        self._said = words("", "body", tone="quiet")
        self._said.setObjectName("desk_said")
        page.addWidget(self._said)
        self._scroll = ScrollColumn(scale, gap=Space.TIGHT)
        page.addWidget(self._scroll, 1)

    def entered(self) -> None:
        """Cards of residents are read from now on."""
        if self._has_cases:
            self.equipment.watch_cards(True)

    def left(self) -> None:
        """No more."""
        self.equipment.watch_cards(False)

    def happened(self, event: Event) -> None:
        """A resident's card, the printer."""
        self.day.happened(event)
        if isinstance(event, CardRead) and self._has_cases:
            self.flow.search_person(event.card.number)

    def draw(self, view: DeskView) -> None:
        """Tabs with their numbers, and the list that is chosen."""
        self._trouble.show_fault(view.fault)
        for which, tab in self.tabs.items():
            text = f"{self.texts.say(f'desk.list.{which}')} {view.counts.get(which, 0)}"
            tab.setText(self._hinted(text, TAB_KEYS[which]))
            tab.setChecked(which is view.chosen and not view.searching)
        said = self._said_words(view)
        self._said.setText(said)
        self._said.setVisible(bool(said) and self._has_cases)
        emptied(self._scroll.inside)
        for line in view.rows:
            self._scroll.inside.addWidget(self._row(line))
        if not self._has_cases:
            self._scroll.inside.addWidget(words(self.texts.say("desk.no_cases"), "large"))
        if self._has_cases and not view.rows and view.fault is None:
            self._scroll.inside.addWidget(words(self.texts.say("desk.empty"), "large"))

    def forget(self) -> None:
        """No case and nothing that was looked for stays."""
        self.day.forget()
        self.field.clear()
        self._said.clear()
        emptied(self._scroll.inside)

    def search(self) -> None:
        """Look for what the field holds."""
        self.flow.search(self.field.text())

    def _search_line(self, tabs: QWidget) -> QHBoxLayout:
        line = row(self.scale)
        self.field.setObjectName("desk_search")
        self.field.setPlaceholderText(self.texts.one("desk.search"))
        self.field.setAccessibleName(self.texts.say("desk.search"))
        self.field.setMaxLength(60)
        self.field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.field.returnPressed.connect(self.search)
        go = self._button(
            "search_go", self.texts.say("desk.search_go"), "F6", "strong", self.search
        )
        line.addWidget(self.field, 1)
        line.addWidget(go)
        if not self._has_cases:
            for widget in (tabs, self.field, go):
                widget.hide()
        return line

    def _said_words(self, view: DeskView) -> str:
        say = self.texts.say
        if view.unknown_code:
            return say("desk.unknown")
        if view.searching:
            key = "found" if view.looked_for else "person"
            return say(f"desk.{key}", count=len(view.rows))
        if len(view.rows) >= MOST_ROWS:
            return say("desk.many", count=MOST_ROWS)
        return say("desk.by_card")

    def _row(self, line: DeskCase) -> TouchCard:
        say, scale = self.texts.say, self.scale
        touched = TouchCard(scale, lambda: self.flow.open(line.case_id), edge=Space.NEAR)
        touched.setObjectName(f"desk_{line.case_id}")
        title = case_title(line.item_title, self._items.get(line.item_code), self.texts)
        touched.setAccessibleName(f"{title} {line.who}")
        across = row(scale, gap=Space.GAP)
        person = "　".join(part for part in (line.who, line.number) if part)
        texts = [words(title, "large", strong=True), words(person)]
        if line.receipt_number:
            number = say("desk.receipt", number=grouped(line.receipt_number))
            texts.append(words(number, "note", tone="quiet"))
        marks = FlowBlock(scale)
        marks.add(badge(say(f"state.{line.state}"), tone_of(line.state)))
        for mark, tone in self._clock_of(line):
            marks.add(badge(mark, tone))
        # A standing screen has one column; a desk has room beside the title.
        text, beside = column(scale, gap=Space.HAIR), column(scale, gap=Space.TIGHT)
        for n, label in enumerate((*texts, marks)):
            (text if scale.portrait or n % 2 == 0 else beside).addWidget(label)
        across.addLayout(text, 3)
        if not scale.portrait:
            across.addLayout(beside, 2)
        across.addWidget(shown(Picture.NEXT, scale.ink(Colour.BLUE), scale.px(48)))
        touched.inside.addLayout(across)
        return touched

    def _clock_of(self, line: DeskCase) -> list[tuple[str, str]]:
        say = self.texts.say
        marks: list[tuple[str, str]] = []
        if line.is_aside:
            marks.append((say("desk.aside"), "bad"))
        if line.hours_left is not None:
            marks.append((say("desk.hours_left", hours=line.hours_left), "warn"))
        elif line.since is not None:
            date = moment_words(line.since, self.texts)
            marks.append((say("desk.since", date=date), "quiet"))
        if line.limit is not None:
            days = line.limit.left
            tone = "bad" if days < 0 else "warn" if days <= SOON else "good"
            key = "days_over" if days < 0 else "days_left" if days else "day_last"
            unit = say("limit.working" if line.limit.working else "limit.plain")
            marks.append((say(f"desk.{key}", days=abs(days), unit=unit), tone))
            if not line.limit.certain:
                marks.append((say("limit.may_change"), "warn"))
        return marks

    def _button(
        self, name: str, text: str, key: str, kind: str, act: Callable[[], object]
    ) -> QPushButton:
        button = push_button(self._hinted(text, key), kind, act)
        button.setObjectName(f"desk_{name}")
        return button

    def _hinted(self, text: str, key: str) -> str:
        """Keys are shown where there is a keyboard: at a desk set, not on a standing kiosk."""
        is_desk = not self.scale.portrait and bool(key)
        return with_key(text, key, self.texts, shown=is_desk)


class FlowBlock(QFrame):
    """Buttons or badges that wrap like words."""

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self._flow = FlowLayout(self, spacing=scale.px(Space.TIGHT))

    def add(self, widget: QWidget) -> None:
        """One more."""
        self._flow.addWidget(widget)


def _with(act: Callable[..., None], what: object) -> Callable[[], None]:
    return lambda: act(what)
