"""One case: how far it is, what the office wants, and what can be printed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from devices.id_card.card_watch import CardFailed, CardRead
from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.case import Case, CaseState
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.receipt_number import grouped
from kiosk.flow.equipment import DocumentMoved, Equipment, Event, NetworkChanged
from kiosk.flow.progress_flow import ProgressFlow, ProgressView
from ui.case_stages import Reached, moments_of, stages_of, tone_of
from ui.local_time import day_words
from ui.pages.case_blocks import limit_block, payment_block, remarks_block
from ui.pages.progress_page import ProgressPage
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
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

    Signals: evaluate_wanted, pay_wanted.
    """

    pay_wanted = Signal()
    evaluate_wanted = Signal()

    def __init__(
        self, flow: ProgressFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._printing = ""  # sha256 of the document in the printer
        self._job: PrintJobState | None = None
        page = column(scale, self, gap=0)
        margins = (Space.EDGE, Space.GAP, Space.EDGE, Space.TIGHT)
        page.setContentsMargins(*(scale.px(margin) for margin in margins))
        scroll = ScrollColumn(scale, gap=Space.GAP)
        page.addWidget(scroll)
        self._offline = words(texts.say("progress.offline"), "body", tone="warn")
        self._offline.hide()
        self._trouble = FaultNotice(texts, scale)
        self._content = column(scale, gap=Space.GAP)
        self.paper = PrintingState(Sheet.DOCUMENT, texts=texts, scale=scale)
        self.paper.again.connect(lambda: self._print(self._printing))
        self.paper.came_out.connect(flow.printed)
        self.paper.cancelled.connect(self._cancel)
        self.paper.resumed.connect(self._resume)
        scroll.inside.addWidget(self._offline)
        scroll.inside.addWidget(self._trouble)
        scroll.inside.addWidget(self.paper)
        scroll.inside.addLayout(self._content)

    def entered(self) -> None:
        """A card laid down here unlocks the documents of a case opened by its slip."""
        self._job, self._printing = None, ""
        self.paper.hide()
        if not self.flow.view.may_print:
            self.equipment.watch_cards(True)

    def left(self) -> None:
        """A paper that has not begun to come out must not come out for the next person."""
        self.equipment.watch_cards(False)
        if self._job in (PrintJobState.WAITING, PrintJobState.STUCK):
            self.equipment.cancel_document()
        self._job = None

    def happened(self, event: Event) -> None:
        """The card, the printer, the network."""
        match event:
            case CardRead(card=card):
                self.flow.card_read(card)
            case CardFailed(fault=fault) if not self.flow.view.may_print:
                self.flow.device_failed(fault)
            case DocumentMoved(status=status) if self._printing:
                self._moved(status)
            case NetworkChanged(fault=fault):
                self._offline.setVisible(fault is not None)
            case _:
                pass

    def draw(self, view: ProgressView) -> None:
        """Everything anew but the printer's own block."""
        self._trouble.show_fault(view.fault)
        emptied(self._content)
        case = view.chosen
        if case is None:
            return
        is_aside = case.case_id in view.aside
        self._content.addWidget(self._head(case, is_aside=is_aside))
        if is_aside:
            self._content.addWidget(self._aside())
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
        if view.may_evaluate:
            button = push_button(
                self.texts.say("evaluation.open"), "secondary", self.evaluate_wanted.emit
            )
            button.setObjectName("evaluate")
            self._content.addWidget(button)

    def forget(self) -> None:
        """No case stays on the page."""
        emptied(self._content)
        self.paper.hide()

    def _print(self, sha256: str) -> None:
        pdf = self.flow.document(sha256)
        if pdf is None:
            return
        self._printing, self._job = sha256, PrintJobState.WAITING
        self.paper.waiting()
        self.paper.show()
        self.equipment.print_document(pdf, title=self.texts.say("document.job_title"))
        self.draw(self.flow.view)

    def _cancel(self) -> None:
        self.equipment.cancel_document()

    def _resume(self) -> None:
        self.equipment.resume_document()

    def _moved(self, status: PrintJobStatus) -> None:
        self._job = status.state
        self.paper.moved(status)
        if status.state is PrintJobState.PRINTED:
            self.flow.printed()
        self.draw(self.flow.view)

    @property
    def _busy(self) -> bool:
        running = (PrintJobState.WAITING, PrintJobState.PRINTING, PrintJobState.STUCK)
        return self._job in running

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

    def _head(self, case: Case, *, is_aside: bool) -> QFrame:
        say = self.texts.say
        block, inside = self._block()
        inside.addWidget(words(case.item_title, "heading"))
        line = row(self.scale)
        state = say("aside.resident.state" if is_aside else f"state.{case.state}")
        line.addWidget(badge(state, tone_of(case.state)))
        said = say("progress.office_state", words=case.office_state) if case.office_state else ""
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
            line.addWidget(words(self.texts.say("progress.needs_card"), "large"), 1)
            inside.addLayout(line)
        else:
            for document in view.documents:
                self._document(inside, document)
        inside.addStretch(1)
        return block

    def _document(self, inside: QVBoxLayout, document: IssuedDocument) -> None:
        line = row(self.scale, gap=Space.GAP)
        line.addWidget(shown(Picture.DOCUMENT, self.scale.ink(Colour.BLUE), self.scale.px(64)))
        line.addWidget(words(document.title, "large"), 1)
        button = push_button(
            self.texts.say("document.print"), "strong", lambda: self._print(document.sha256)
        )
        button.setObjectName(f"print_{document.sha256[:8]}")
        button.setEnabled(not self._busy)
        line.addWidget(button)
        inside.addLayout(line)
