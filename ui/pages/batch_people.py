"""批量办理: who has been, and the next card."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QPushButton

from devices.id_card.card_watch import CardFailed
from kiosk.domain.case import Case, CaseState
from kiosk.domain.masked_name import masked_name
from kiosk.domain.printed import PaperKind, PrintOrder
from kiosk.domain.receipt import Receipt
from kiosk.domain.receipt_number import grouped
from kiosk.flow.batch_flow import BatchFlow, BatchView
from kiosk.flow.equipment import Equipment, Event, ReceiptFailed, ReceiptPrinted
from ui.item_words import item_title
from ui.pages.page import Page
from ui.slip_language import in_visits_languages
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.person_card import person_card
from ui.widgets.pieces import (
    ScrollColumn,
    column,
    emptied,
    push_button,
    row,
    words,
)


class BatchPeoplePage(Page[BatchFlow, BatchView]):
    """The walk hears the cards; slips are printed one after the other."""

    def __init__(
        self, flow: BatchFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._slips: list[tuple[Receipt, PrintOrder]] = []
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.GAP, edge=edge)
        halves = column(scale, gap=Space.GAP) if scale.portrait else row(scale, gap=Space.GAP)
        page.addLayout(halves, 1)
        said = ScrollColumn(scale, gap=Space.NEAR)
        asking = column(scale, gap=Space.NEAR) if scale.portrait else said.inside
        self._title = words("", "title")
        asking.addWidget(self._title)
        asking.addWidget(words(item_title(flow.view.item, texts), "large", tone="quiet"))
        self._count = words("", "large", tone="blue", strong=True)
        self._count.setObjectName("batch_count")
        asking.addWidget(self._count)
        self._trouble = FaultNotice(texts, scale)
        asking.addWidget(self._trouble)
        asking.addWidget(words(texts.say("batch.pause_note"), "body", tone="quiet"))
        buttons = row(scale) if scale.portrait else column(scale, gap=Space.TIGHT)
        self._all = self._button("slips", self._print_all)
        self._list = self._button("list", self._print_list)
        buttons.addWidget(self._all)
        buttons.addWidget(self._list)
        asking.addLayout(buttons)
        self._printing = words("", "body", tone="blue", strong=True)
        asking.addWidget(self._printing)
        if scale.portrait:
            halves.addLayout(asking)
        else:
            halves.addWidget(said, 1)
        self._people = ScrollColumn(scale, gap=Space.TIGHT)
        halves.addWidget(self._people, 1)

    def entered(self) -> None:
        """Begin to look for cards."""
        self.equipment.watch_cards(True)

    def left(self) -> None:
        """Stop looking for cards, and printing what has not begun."""
        self._slips = []
        self.equipment.watch_cards(False)

    def draw(self, view: BatchView) -> None:
        """Everybody, the last one first: that is whom people look for."""
        say, count = self.texts.say, len(view.people)
        key = "resumed" if view.resumed else "next" if count else "first"
        self._title.setText(say(f"batch.{key}"))
        self._count.setText(say("batch.count", count=count, sent=view.at_province))
        self._trouble.show_fault(view.fault)
        for button in (self._all, self._list):
            button.setEnabled(bool(view.people) and not self._slips)
        emptied(self._people.inside)
        for number in range(count, 0, -1):
            self._people.inside.addWidget(self._card(number, view.people[number - 1]))

    def happened(self, event: Event) -> None:
        """The printer; the reader's trouble."""
        match event:
            case CardFailed(fault=fault):
                self.flow.device_failed(fault)
            case ReceiptPrinted() if self._slips:
                self._slips.pop(0)
                self._print_next()
            case ReceiptFailed(fault=fault) if self._slips:
                self._slips = []
                self._printing.setText("")
                self.flow.device_failed(fault)
            case _:
                pass

    def forget(self) -> None:
        """Nobody stays on the page."""
        self._slips = []
        emptied(self._people.inside)

    def _print_all(self) -> None:
        self._slips = [
            (in_visits_languages(slip, self.texts), order) for slip, order in self.flow.slips()
        ]
        self._print_next()

    def _print_list(self) -> None:
        slip = in_visits_languages(self.flow.slip_of_all(), self.texts)
        self._slips = [(slip, PrintOrder(PaperKind.LIST))]
        self._print_next()

    def _print_next(self) -> None:
        left = len(self._slips)
        self._printing.setText(self.texts.say("batch.printing", left=left) if left else "")
        if self._slips:
            self.equipment.print_receipt(*self._slips[0])
        self.draw(self.flow.view)

    def _card(self, number: int, case: Case) -> QFrame:
        say = self.texts.say
        here = case.state is CaseState.QUEUED
        held = here and case.handling.held
        key = "held" if held else "here" if here else "sent"
        return person_card(
            say("batch.person", number=number, name=masked_name(case.applicant_name)),
            case.applicant_number,
            mark=say(f"batch.{key}"),
            tone="quiet" if here else "good",
            scale=self.scale,
            note=grouped(case.receipt_number),
        )

    def _button(self, name: str, act: Callable[[], None]) -> QPushButton:
        button = push_button(self.texts.say(f"batch.{name}"), "secondary", act)
        button.setObjectName(f"batch_{name}")
        return button
