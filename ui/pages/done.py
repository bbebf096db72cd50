"""The case is safe: its number, the slip, and the same as a code on the screen."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from kiosk.domain.receipt_number import grouped
from kiosk.flow.equipment import Equipment, Event, NetworkChanged, ReceiptFailed, ReceiptPrinted
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.print_orders import receipt_order
from kiosk.flow.receipts import Prove, no_proof, query_code, receipt_for
from kiosk.flow.site import Site
from ui.pages.page import VisitPage
from ui.slip_language import in_visits_languages
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.own_form import HandedIn, OwnForm
from ui.widgets.pieces import (
    ScrollColumn,
    TouchCard,
    breakable,
    column,
    frame,
    restyled,
    row,
    words,
)
from ui.widgets.printing_state import PrintingState, Sheet
from ui.widgets.qr_code import qr_code

WAIT_FOR_OFFICIAL_NUMBER_MS: Final = 4000  # then the slip is printed without it


class DonePage(VisitPage):
    """Prints one slip by itself, as soon as the official number is there or after 4 s."""

    def __init__(
        self,
        flow: IntakeFlow,
        *,
        equipment: Equipment,
        texts: Texts,
        scale: Scale,
        site: Site,
        now: Callable[[], datetime],
        prove: Prove = no_proof,
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._site = site
        self._now = now
        self._prove = prove
        self._asked_to_print = False
        self._offline = False
        self._code_block: QFrame | None = None  # where it lies below the slip
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._print_once)
        page = column(scale, self, gap=0)
        margins = (Space.EDGE, Space.GAP, Space.EDGE, Space.TIGHT)
        page.setContentsMargins(*(scale.px(margin) for margin in margins))
        scroll = ScrollColumn(scale, gap=Space.GAP)
        page.addWidget(scroll)
        self._head(scroll)
        self._calm = self._notice("done.offline", Picture.CLOUD_OFF)
        self._held = self._notice("done_held", Picture.SHIELD)
        self.slip = PrintingState(Sheet.SLIP, texts=texts, scale=scale)
        self.slip.answered.connect(self._answered)
        self.slip.again.connect(self._print)
        self.own = OwnForm(
            self, self._handed_in, equipment=equipment, site=site, texts=texts, scale=scale
        )
        numbers, code = self._numbers(), self._code_card()
        if scale.portrait or scale.few_choices:
            self._blocks = scroll.inside
            self._code_block = code
            for block in (numbers, self.slip, self.own, self._held, self._calm, code):
                self._blocks.addWidget(block)
            return
        halves = row(scale, gap=Space.GAP)
        scroll.inside.addLayout(halves)
        for share, blocks in (
            (3, (numbers, code)),
            (2, (self.slip, self.own, self._held, self._calm)),
        ):
            half = column(scale, gap=Space.GAP)
            for block in blocks:
                half.addWidget(block)
            half.addStretch(1)
            halves.addLayout(half, share)
            self._blocks = half  # in the end that of the slip

    @property
    def next_words(self) -> str:
        """完成."""
        return self.texts.say("done.next")

    def offer_another(self, act: Callable[[], object]) -> None:
        """The same person may do another thing, without laying the card down again."""
        said = self.texts.say("done.another")
        button = TouchCard(self.scale, act)
        button.setObjectName("done_another")
        button.setAccessibleName(said)
        label = words(said, "large", tone="blue")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button.inside.addWidget(label)
        at = self._blocks.indexOf(self.slip) + 1  # not above what people came for
        self._blocks.insertWidget(at, button)

    def entered(self) -> None:
        """Give the official number a moment, unless the slip is on its way already."""
        if not self._asked_to_print:
            self._wait.start(WAIT_FOR_OFFICIAL_NUMBER_MS)

    def hand_on(self) -> PrintingState | None:
        """How the slip stands once it was asked for: it must not come twice."""
        self._wait.stop()
        asked, self._asked_to_print = self._asked_to_print, True
        return self.slip if asked else None

    def carry_on(self, kept: object) -> None:
        """The slip of the page before is this page's slip."""
        if isinstance(kept, PrintingState):
            self._asked_to_print = True
            self.slip.stand_like(kept)

    def left(self) -> None:
        """Whoever is quicker than the wait still gets the slip."""
        self._print_once()

    @property
    def is_read(self) -> bool:
        """Somebody looks at their form, or waits for it."""
        return not self.own.sheet.isHidden()

    def draw(self, view: FlowView) -> None:
        """The numbers; the official one may come later."""
        case = view.case
        if case is None:
            return
        self.own.draw(view.item, offered=True)
        self._receipt_number.setText(grouped(case.receipt_number))
        self._held.setVisible(case.handling.held)
        self._official_number.setText(breakable(case.official_number) or self._official_words())
        side = self.scale.px(330 if self.scale.portrait else 250)
        self._code.setPixmap(qr_code(query_code(case, self._site), side))
        if case.official_number:
            self._print_once()

    def happened(self, event: Event) -> None:
        """Printers and network."""
        self.own.happened(event)
        match event:
            case ReceiptPrinted():
                self.slip.printed()
                self._code_words("qr")
            case ReceiptFailed(fault=Fault.RECEIPT_UNCERTAIN):
                self.slip.uncertain()
            case ReceiptFailed(fault=fault, missing=missing):
                self.slip.failed(fault, missing)
                self._no_slip()
            case NetworkChanged(fault=fault):
                self._offline = fault is not None
                self._calm.setVisible(self._offline)
                self.draw(self.flow.view)
            case _:
                pass

    def forget(self) -> None:
        """Numbers, code and form go."""
        self.own.forget()
        self._wait.stop()
        for label in (self._receipt_number, self._official_number, self._code):
            label.clear()

    def _official_words(self) -> str:
        return self.texts.say("done.official_later" if self._offline else "done.official_waiting")

    def _handed_in(self) -> HandedIn | None:
        view = self.flow.view
        if view.case is None:
            return None
        signature = view.signature.jpeg if view.signature is not None else b""
        return HandedIn(view.case, view.item, signature, self.flow.today)

    def _print_once(self) -> None:
        if not self._asked_to_print:
            self._print()

    def _print(self) -> None:
        case: Case | None = self.flow.view.case
        if case is None:
            return
        self._asked_to_print = True
        self._wait.stop()
        self.slip.busy()
        receipt = receipt_for(
            case, self.flow.view.item, self._site, now=self._now(), prove=self._prove
        )
        receipt = in_visits_languages(receipt, self.texts)
        self.equipment.print_receipt(receipt, receipt_order(case))

    def _answered(self, came_out: bool) -> None:
        if self.flow.view.case is not None:
            self.equipment.person_says(receipt_order(self.flow.view.case), came_out=came_out)

    def _head(self, scroll: ScrollColumn) -> None:
        head = row(self.scale, gap=Space.GAP)
        head.addWidget(
            shown(
                Picture.CHECK,
                self.scale.ink(Colour.GOOD),
                self.scale.px(120 if self.scale.portrait and not self.scale.few_choices else 96),
            )
        )
        titles = column(self.scale, gap=Space.HAIR)
        titles.addWidget(words(self.texts.say("done.title"), "title"))
        titles.addWidget(words(self.texts.say("done.body"), "body", tone="quiet"))
        head.addLayout(titles, 1)
        scroll.inside.addLayout(head)

    def _numbers(self) -> QFrame:
        block = frame("card")
        grid = QGridLayout(block)
        above, beside = self.scale.px(Space.NEAR), self.scale.px(Space.GAP)
        grid.setContentsMargins(beside, above, beside, above)
        grid.setVerticalSpacing(self.scale.px(Space.HAIR))
        self._receipt_number = words("", "large", tone="blue", strong=True)
        self._receipt_number.setObjectName("receipt_number")
        self._official_number = words("", "body", strong=True)
        self._official_number.setObjectName("official_number")
        rows = (
            ("receipt_number", self._receipt_number),
            ("official_number", self._official_number),
        )
        for n, (key, label) in enumerate(rows):
            grid.addWidget(words(self.texts.say(f"done.{key}"), "body", tone="quiet"), n * 2, 0)
            grid.addWidget(label, n * 2 + 1, 0)
        return block

    def _notice(self, key: str, what: Picture) -> QFrame:
        words_of = f"{key}_" if key.startswith("done.") else f"{key}."
        block = frame("notice", tone="blue")
        line = row(self.scale, block, gap=Space.GAP, edge=Space.GAP)
        line.addWidget(shown(what, self.scale.ink(Colour.BLUE), self.scale.px(72)))
        text = column(self.scale, gap=Space.HAIR)
        text.addWidget(words(self.texts.say(f"{words_of}title"), "large", strong=True))
        text.addWidget(words(self.texts.say(f"{words_of}body")))
        line.addLayout(text, 1)
        block.hide()
        return block

    def _no_slip(self) -> None:
        """The code stands for the slip: people see it without looking for it."""
        self._code_words("photograph")
        if self._code_block is not None:
            at = self._blocks.indexOf(self.slip)
            self._blocks.removeWidget(self._code_block)
            self._blocks.insertWidget(at, self._code_block)

    def _code_words(self, key: str) -> None:
        restyled(self._code_title, tone="warn" if key == "photograph" else "")
        self._code_title.setText(self.texts.say(f"done.{key}_title"))
        self._code_body.setText(self.texts.say(f"done.{key}_body"))

    def _code_card(self) -> QFrame:
        block = frame("card")
        line = (column if self.scale.few_choices else row)(
            self.scale, block, gap=Space.GAP, edge=Space.TIGHT
        )
        self._code = QLabel()
        line.addWidget(self._code)
        text = column(self.scale, gap=Space.TIGHT)
        text.addStretch(1)
        self._code_title = words("", "large", strong=True)
        self._code_body = words("", "body", tone="quiet")
        text.addWidget(self._code_title)
        text.addWidget(self._code_body)
        self._code_words("qr")
        text.addStretch(1)
        line.addLayout(text, 1)
        return block
