"""One case: how far it is, what the office wants, and what can be printed."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from devices.id_card.card_watch import CardFailed, CardRead
from kiosk.domain.case import Case, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.receipt_number import grouped
from kiosk.domain.working_days import OFFICE_TIME
from kiosk.flow.case_slips import CaseSlip, slips_of
from kiosk.flow.equipment import Equipment, Event, NetworkChanged, ReceiptFailed, ReceiptPrinted
from kiosk.flow.progress_flow import ProgressFlow, ProgressView
from ui.case_stages import Reached, moments_of, stages_of, tone_of
from ui.item_words import case_title
from ui.local_time import day_words
from ui.pages.case_blocks import limit_block, payment_block, remarks_block, void_block
from ui.pages.progress_page import ProgressPage
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.own_form import HandedIn, OwnForm
from ui.widgets.pieces import (
    ScrollColumn,
    badge,
    breakable,
    column,
    emptied,
    frame,
    push_button,
    row,
    words,
)
from ui.widgets.printing_state import PrintingState, Sheet


class CasePage(ProgressPage):
    """Remarks and documents are shown only to the holder of the card, never for a slip alone.

    Signals: evaluate_wanted, pay_wanted, void_wanted, document_wanted(SHA-256 of it),
    slip_wanted(which, whether the office cannot be asked now), slip_answered(it came out).
    """

    pay_wanted = Signal()
    void_wanted = Signal()
    slip_wanted = Signal(CaseSlip, bool)
    slip_answered = Signal(bool)
    document_wanted = Signal(str)
    evaluate_wanted = Signal()

    def __init__(
        self, flow: ProgressFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=0)
        margins = (Space.EDGE, Space.GAP, Space.EDGE, Space.TIGHT)
        page.setContentsMargins(*(scale.px(margin) for margin in margins))
        self._scroll = scroll = ScrollColumn(scale, gap=Space.GAP)
        page.addWidget(scroll)
        self._offline = words(texts.say("progress.offline"), "body", tone="warn")
        self._offline.hide()
        self._trouble = FaultNotice(texts, scale)
        self._content = column(scale, gap=Space.GAP)
        self.slip = PrintingState(Sheet.SLIP, texts=texts, scale=scale)
        self._wanted: tuple[CaseSlip, bool] | None = None  # the slip that is printed; None: void
        self._carries_on = False  # a slip that the page before asked for
        self.slip.answered.connect(self.slip_answered.emit)
        self.slip.again.connect(self._print_slip)
        scroll.inside.addWidget(self._offline)
        scroll.inside.addWidget(self._trouble)
        scroll.inside.addWidget(self.slip)
        scroll.inside.addLayout(self._content)
        self.own = OwnForm(
            self, self._handed_in, equipment=equipment, site=flow.site, texts=texts, scale=scale
        )
        scroll.inside.addWidget(self.own)

    def entered(self) -> None:
        """A card laid down here unlocks the documents of a case opened by its slip."""
        if not self._carries_on:
            self.slip.hide()
        self._carries_on = False
        if not self.flow.view.may_print:
            self.equipment.watch_cards(True)

    def hand_on(self) -> "CasePage | None":
        """Which slip was asked for, and how it stands."""
        return None if self.slip.isHidden() else self

    def carry_on(self, kept: object) -> None:
        """The slip of the page before is this page's slip."""
        if isinstance(kept, CasePage):
            self._carries_on, self._wanted = True, kept._wanted
            self.slip.stand_like(kept.slip)
            self.slip.show()

    def left(self) -> None:
        """No card is read for the next page."""
        self.equipment.watch_cards(False)

    def happened(self, event: Event) -> None:
        """The card, the printers, the network."""
        self.own.happened(event)
        match event:
            case CardRead(card=card):
                self.flow.card_read(card)
            case CardFailed(fault=fault) if not self.flow.view.may_print:
                self.flow.device_failed(fault)
            case ReceiptPrinted() if not self.slip.isHidden():
                self.slip.printed()
            case ReceiptFailed(fault=Fault.RECEIPT_UNCERTAIN) if not self.slip.isHidden():
                self.slip.uncertain()
            case ReceiptFailed(fault=fault, missing=missing) if not self.slip.isHidden():
                self.slip.failed(fault, missing)
            case NetworkChanged(fault=fault):
                self._offline.setVisible(fault is not None)
            case _:
                pass

    def draw(self, view: ProgressView) -> None:
        """Everything anew but the printer's own block."""
        self._trouble.show_fault(view.fault)
        emptied(self._content)
        case = view.chosen
        self.own.draw(view.item, offered=view.may_print_form)
        if case is None:
            return
        is_aside = case.case_id in view.aside
        self._content.addWidget(self._head(case, view, is_aside=is_aside))
        if is_aside:
            self._content.addWidget(self._aside())
        if view.void:
            block = void_block(view, self._print_void, texts=self.texts, scale=self.scale)
            self._content.addWidget(block)
        remarks = remarks_block(view, texts=self.texts, scale=self.scale)
        if remarks is not None:
            self._content.addWidget(remarks)
        if view.due is not None:
            block = payment_block(
                view.due, self.pay_wanted.emit, texts=self.texts, scale=self.scale
            )
            self._content.addWidget(block)
        if view.limit is not None:
            self._content.addWidget(limit_block(view.limit, texts=self.texts, scale=self.scale))
        blocks = [self._stages(case, view.changes), self._documents(view)]
        if view.documents:
            blocks.reverse()  # what people came for stands first
        standing = self.scale.portrait
        halves = (column if standing else row)(self.scale, gap=Space.GAP)
        for block in blocks:
            halves.addWidget(block, 1)
        self._content.addLayout(halves)
        if kinds := slips_of(view):
            self._content.addWidget(self._slips(kinds))
        if view.may_evaluate:
            button = push_button(
                self.texts.say("evaluation.open"), "secondary", self.evaluate_wanted.emit
            )
            button.setObjectName("evaluate")
            self._content.addWidget(button)

    def forget(self) -> None:
        """No case stays on the page."""
        emptied(self._content)
        self.own.forget()
        self.slip.hide()

    def _handed_in(self) -> HandedIn | None:
        view = self.flow.view
        case, signature = view.chosen, self.flow.signature()
        if not view.may_print_form or case is None or view.item is None or signature is None:
            return None
        signed_at = (case.confirmed_at or case.started_at).astimezone(OFFICE_TIME)
        return HandedIn(case, view.item, signature, signed_at.date())

    def _print_void(self) -> None:
        self._wanted = None
        self._print_slip()

    def _print_slip(self) -> None:
        self.slip.busy()
        self.slip.show()
        self._scroll.to_top()  # where it says how the slip is coming
        if self._wanted is None:
            self.void_wanted.emit()
        else:
            self.slip_wanted.emit(*self._wanted)

    def _slips(self, kinds: Sequence[CaseSlip]) -> QFrame:
        block, inside = self._block("slips_title")
        buttons = (column if self.scale.portrait else row)(self.scale, gap=Space.GAP)
        for kind in kinds:
            button = push_button(
                self.texts.say(f"case_slip.{kind}"), "secondary", partial(self._want, kind)
            )
            button.setObjectName(f"slip_{kind}")
            buttons.addWidget(button)
        inside.addLayout(buttons)
        return block

    def _want(self, kind: CaseSlip) -> None:
        self._wanted = (kind, not self._offline.isHidden())
        self._print_slip()

    def _block(self, title: str = "") -> tuple[QFrame, QVBoxLayout]:
        block = frame("card")
        inside = column(self.scale, block, gap=Space.NEAR, edge=Space.GAP)
        if title:
            text = self.texts.say(f"progress.{title}")
            inside.addWidget(words(text, "large", tone="blue", strong=True))
        return block, inside

    def _aside(self) -> QFrame:
        """What ails the case is for staff; residents hear that it is safe."""
        block = frame("notice", tone="blue")
        inside = column(self.scale, block, gap=Space.TIGHT, edge=Space.GAP)
        say = self.texts.say
        inside.addWidget(words(say("aside.resident.title"), "large", tone="blue", strong=True))
        inside.addWidget(words(say("aside.resident.body")))
        return block

    def _head(self, case: Case, view: ProgressView, *, is_aside: bool) -> QFrame:
        say = self.texts.say
        block, inside = self._block()
        title = case_title(case.item_title, self.flow.item_of(case), self.texts)
        inside.addWidget(words(title, "heading"))
        line = row(self.scale)
        state = say("aside.resident.state" if is_aside else f"state.{case.state}")
        line.addWidget(badge(state, tone_of(case.state)))
        office = case.office_state if view.says_result else ""
        said = say("progress.office_state", words=office) if office else ""
        line.addWidget(words(said, "body", tone="quiet"), 1)
        inside.addLayout(line)
        numbers = [
            ("receipt_number", grouped(case.receipt_number)),
            ("official_number", breakable(case.official_number) or say("progress.official_later")),
        ]
        shelf = (column if self.scale.portrait else row)(self.scale, gap=Space.GAP)
        if self.scale.portrait:
            shelf.setSpacing(self.scale.px(Space.TIGHT))
        inside.addLayout(shelf)
        for key, text in numbers:
            pair = column(self.scale, gap=0)
            pair.addWidget(words(say(f"progress.{key}"), "note", tone="quiet"))
            pair.addWidget(words(text, "body", strong=True))
            shelf.addLayout(pair, 1)
        if case.official_number and case.state is not CaseState.QUEUED:
            inside.addWidget(words(say("progress.confirmed"), tone="good", strong=True))
        return block

    def _stages(self, case: Case, changes: Sequence[StateChange]) -> QFrame:
        block, inside = self._block("stages_title")
        side = self.scale.px(56)
        moments = moments_of(case, changes)
        for n, (key, reached) in enumerate(stages_of(case.state), start=1):
            line = row(self.scale)
            dot = words("✓" if reached is Reached.DONE else str(n), "body")
            dot.setProperty("step", reached.value)
            dot.setFixedSize(side, side)
            dot.setAlignment(Qt.AlignmentFlag.AlignCenter)
            line.addWidget(dot)
            tone = "quiet" if reached is Reached.LATER else "plain"
            strong = reached is Reached.NOW
            label = words(self.texts.say(f"stage.{key}"), "body", tone=tone, strong=strong)
            line.addWidget(label, 1)
            if key in moments and reached is not Reached.LATER:
                when = words(day_words(moments[key], self.texts), "note", tone="quiet")
                when.setWordWrap(False)
                line.addWidget(when)
            if reached is Reached.NOW:
                line.addWidget(badge(self.texts.say("stage.now"), tone_of(case.state)))
            inside.addLayout(line)
        inside.addStretch(1)
        return block

    def _documents(self, view: ProgressView) -> QFrame:
        block, inside = self._block("documents_title")
        if not view.documents:
            inside.addWidget(words(self.texts.say("progress.documents_none"), tone="quiet"))
        elif not view.may_print:
            line = row(self.scale, gap=Space.GAP)
            line.addWidget(shown(Picture.INFO, self.scale.ink(Colour.BLUE), self.scale.px(56)))
            key = "holder_only.needs_card" if view.for_holder_only else "progress.needs_card"
            line.addWidget(words(self.texts.say(key), "large"), 1)
            inside.addLayout(line)
        else:
            for document in view.documents:
                self._document(inside, document, is_void=document.sha256 in view.revoked)
        inside.addStretch(1)
        return block

    def _document(self, inside: QVBoxLayout, document: IssuedDocument, *, is_void: bool) -> None:
        line = row(self.scale, gap=Space.GAP)
        line.addWidget(shown(Picture.DOCUMENT, self.scale.ink(Colour.BLUE), self.scale.px(64)))
        line.addWidget(words(document.title, "large"), 1)
        if is_void:
            line.addWidget(badge(self.texts.say("void.mark"), "bad"))
        button = push_button(
            self.texts.say("void.look" if is_void else "certificate.open"),
            "secondary" if is_void else "strong",
            lambda: self.document_wanted.emit(document.sha256),
        )
        button.setObjectName(f"print_{document.sha256[:8]}")
        line.addWidget(button)
        inside.addLayout(line)
