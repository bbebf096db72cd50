"""打印台账: every paper of today with what became of it; the newest first."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton

from kiosk.domain.printed import PRINTER, RESIDENT, TERMINAL, PrintOutcome, ReprintReason
from kiosk.flow.equipment import Equipment
from kiosk.flow.ledger_flow import LedgerFlow, LedgerRow, LedgerView
from ui.local_time import moment_words
from ui.pages.desk import FlowBlock
from ui.pages.page import Page
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import (
    ScrollColumn,
    badge,
    column,
    emptied,
    frame,
    push_button,
    words,
)
from ui.widgets.printing_state import PrintingState, Sheet

TONES: Final = {
    PrintOutcome.STARTED: "blue",
    PrintOutcome.PRINTED: "good",
    PrintOutcome.FAILED: "quiet",
    PrintOutcome.CANCELLED: "quiet",
    PrintOutcome.UNCERTAIN: "warn",
}
KNOWN: Final = (PRINTER, TERMINAL, RESIDENT)  # whose word has words


class LedgerPage(Page[LedgerFlow, LedgerView]):
    """Signals: reprint_wanted(ReprintReason)."""

    reprint_wanted = Signal(object)

    def __init__(
        self, flow: LedgerFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.NEAR, edge=edge)
        page.addWidget(words(texts.say("ledger.title"), "title"))
        self._said = words("", "body", tone="quiet")
        page.addWidget(self._said)
        self._trouble = FaultNotice(texts, scale)
        page.addWidget(self._trouble)
        self._refusal = words("", "large", tone="bad", strong=True)
        page.addWidget(self._refusal)
        self.paper = PrintingState(Sheet.DOCUMENT, texts=texts, scale=scale)
        self.paper.cancelled.connect(flow.cancel)
        self.paper.hide()
        page.addWidget(self.paper)
        self._scroll = ScrollColumn(scale, gap=Space.TIGHT)
        page.addWidget(self._scroll, 1)

    def draw(self, view: LedgerView) -> None:
        """Every line anew."""
        say = self.texts.say
        key = "ledger.state" if view.rows else "ledger.empty"
        self._said.setText(say(key, count=len(view.rows)))
        self._trouble.show_fault(view.fault)
        self._refusal.setVisible(bool(view.refusal))
        if view.refusal:
            self._refusal.setText(say(f"certificate.refused.{view.refusal}"))
        self.paper.setVisible(view.job is not None)
        if view.job is not None:
            self.paper.moved(view.job)
        emptied(self._scroll.inside)
        for line in view.rows:
            self._scroll.inside.addWidget(self._row(line, view))

    def forget(self) -> None:
        """Nothing stays."""
        emptied(self._scroll.inside)
        self._refusal.clear()

    def _row(self, line: LedgerRow, view: LedgerView) -> QFrame:
        say, scale, entry = self.texts.say, self.scale, line.entry
        block = frame("card")
        inside = column(scale, block, gap=Space.TIGHT, edge=Space.NEAR)
        kind = say(f"print.kind.{entry.order.kind}")
        about = [part for part in (line.item_title, line.who) if part]
        title = say("ledger.about", kind=kind, about="　".join(about)) if about else kind
        inside.addWidget(words(title, "large", strong=True))
        marks = FlowBlock(scale)
        marks.add(badge(say(f"ledger.outcome.{entry.outcome}"), TONES[entry.outcome]))
        if line.is_void:
            marks.add(badge(say("void.mark"), "bad"))
        marks.add(badge(moment_words(entry.at, self.texts), "quiet"))
        by = entry.order.by
        marks.add(
            badge(say("ledger.by_staff", who=by) if by else say("ledger.by_resident"), "quiet")
        )
        if entry.serial > 1 and entry.order.paper:
            marks.add(badge(say("ledger.serial", serial=entry.serial), "blue"))
        if entry.order.provisional:
            marks.add(badge(say("ledger.provisional"), "warn"))
        inside.addWidget(marks)
        told = entry.told_by
        if told:
            whose = (
                say(f"ledger.word.{told}") if told in KNOWN else say("ledger.by_staff", who=told)
            )
            inside.addWidget(words(say("ledger.told", whose=whose), "note", tone="quiet"))
        if entry.order.reason is not None:
            reason = say(f"reprint.{entry.order.reason}")
            inside.addWidget(words(say("ledger.reason", reason=reason), "note", tone="quiet"))
        if entry.fault is not None:
            fault = f"{entry.fault.value} {say(f'faults.{entry.fault.value}.what')}"
            inside.addWidget(words(fault, "note", tone="quiet"))
        buttons = self._buttons(line, view)
        if buttons:
            holder = FlowBlock(scale)
            for button in buttons:
                holder.add(button)
            inside.addWidget(holder)
        return block

    def _buttons(self, line: LedgerRow, view: LedgerView) -> list[QPushButton]:
        say, flow, print_id = self.texts.say, self.flow, line.entry.print_id
        if line.may_settle:
            return [
                _named(
                    f"settle_yes_{print_id}",
                    say("certificate.staff_yes"),
                    "strong",
                    lambda: flow.settle(print_id, came_out=True),
                ),
                _named(
                    f"settle_no_{print_id}",
                    say("certificate.staff_no"),
                    "secondary",
                    lambda: flow.settle(print_id, came_out=False),
                ),
            ]
        if view.chosen == print_id and view.job is None:
            cancel = _named(
                "reprint_none", say("ledger.no_reprint"), "secondary", lambda: flow.choose(None)
            )
            return [*(self._reason(reason) for reason in ReprintReason), cancel]
        if line.may_reprint and view.job is None:
            return [
                _named(
                    f"reprint_{print_id}",
                    say("certificate.reprint"),
                    "secondary",
                    lambda: flow.choose(print_id),
                )
            ]
        return []

    def _reason(self, reason: ReprintReason) -> QPushButton:
        text = self.texts.say(f"reprint.{reason}")
        return _named(f"reprint_{reason}", text, "strong", lambda: self.reprint_wanted.emit(reason))


def _named(name: str, text: str, kind: str, act: Callable[[], object]) -> QPushButton:
    button = push_button(text, kind, act)
    button.setObjectName(name)
    return button
