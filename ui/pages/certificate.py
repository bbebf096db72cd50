"""证明: how it looks, that it was checked, and what becomes of its paper."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from devices.device import DeviceError
from devices.page_printer.api import PrintJobState
from kiosk.domain.printed import ReprintReason
from kiosk.flow.certificate_flow import CertificateFlow, CertificateStep, CertificateView
from kiosk.flow.equipment import Equipment, Event, NetworkChanged
from ui.pages.page import Page
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.page_view import PageView
from ui.widgets.pieces import ScrollColumn, badge, column, emptied, frame, push_button, row, words
from ui.widgets.printing_state import PrintingState, Sheet
from ui.widgets.zoom_tools import ZoomTools

S = CertificateStep
TONES: Final = {
    S.OPENING: ("blue", Picture.CLOCK, Colour.BLUE),
    S.SHOWN: ("good", Picture.SHIELD, Colour.GOOD),
    S.SETTLING: ("blue", Picture.CLOCK, Colour.BLUE),
    S.UNCERTAIN: ("warn", Picture.PRINTER, Colour.WARN),
    S.SPENT: ("blue", Picture.INFO, Colour.BLUE),
    S.DONE: ("good", Picture.CHECK, Colour.GOOD),
    S.REFUSED: ("bad", Picture.WARNING, Colour.BAD),
    S.VOID: ("bad", Picture.WARNING, Colour.BAD),
}


class CertificatePage(Page[CertificateFlow, CertificateView]):
    """Signals: void_wanted."""

    void_wanted = Signal()

    def __init__(
        self, flow: CertificateFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._png = b""
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.NEAR, edge=edge)
        page.addWidget(words(flow.view.document.title, "title"))
        halves = column(scale, gap=Space.GAP) if scale.portrait else row(scale, gap=Space.GAP)
        page.addLayout(halves, 1)
        # On a standing screen it is as high as its words, and the paper has all the rest.
        said = QWidget() if scale.portrait else ScrollColumn(scale, gap=Space.NEAR)
        inside = said.inside if isinstance(said, ScrollColumn) else column(scale, said)
        self._said = column(scale, gap=Space.NEAR)
        inside.addLayout(self._said)
        self._offline = words(texts.say("certificate.offline"), "body", tone="warn")
        self._offline.hide()
        inside.addWidget(self._offline)
        self._trouble = FaultNotice(texts, scale)
        inside.addWidget(self._trouble)
        self.paper = PrintingState(Sheet.DOCUMENT, texts=texts, scale=scale)
        self.paper.cancelled.connect(flow.cancel)
        self.paper.resumed.connect(self._resume)
        self.paper.hide()
        inside.addWidget(self.paper)
        self._buttons = column(scale, gap=Space.NEAR)
        inside.addLayout(self._buttons)
        self.sheet = PageView(scale)
        self.sheet.failed.connect(self.sheet.forget)
        self._shown = QWidget()
        shown = column(scale, self._shown, gap=Space.TIGHT)
        shown.addWidget(self.sheet, 1)
        self._tools = ZoomTools(self.sheet, texts=texts, scale=scale, name="certificate")
        shown.addWidget(self._tools)
        if scale.portrait:
            inside.addStretch(1)
            halves.addWidget(said)
            halves.addWidget(self._shown, 1)
        else:
            halves.addWidget(self._shown, 1)
            halves.addWidget(said, 1)

    def happened(self, event: Event) -> None:
        """Whether the province can be asked now."""
        if isinstance(event, NetworkChanged):
            self._offline.setVisible(event.fault is not None)

    def draw(self, view: CertificateView) -> None:
        """The picture, what is to be known, and what a person may answer."""
        emptied(self._said)
        emptied(self._buttons)
        is_said = view.step is S.PRINTING or (view.step is S.REFUSED and view.fault is not None)
        if not is_said:  # by the block below
            self._said.addWidget(self._notice(view))
        self._trouble.show_fault(view.fault)
        self.paper.setVisible(view.job is not None)
        if view.job is not None:
            self.paper.moved(view.job)
        for button in self._choices(view):
            self._buttons.addWidget(button)
        # What stops the printer is seen from two metres, and takes the room for it.
        is_stuck = view.job is not None and view.job.state is PrintJobState.STUCK
        self._shown.setVisible(not is_stuck and (bool(view.picture) or self.scale.portrait))
        self._tools.setVisible(bool(view.picture))
        if view.picture != self._png:
            self._png = view.picture
            self._show_pages()

    def _resume(self) -> None:
        self.equipment.resume_document()

    def forget(self) -> None:
        """Nothing of the paper stays."""
        self._png = b""
        self.sheet.forget()
        emptied(self._said)
        emptied(self._buttons)
        self.paper.hide()

    def _show_pages(self) -> None:
        if not self._png:
            self.sheet.forget()
            return
        with suppress(DeviceError):  # it was read before, or there is nothing to show
            self.sheet.show_pdf(self.flow.pdf, self.texts.say("certificate.picture"))

    def _notice(self, view: CertificateView) -> QFrame:
        say, scale = self.texts.say, self.scale
        tone, name, colour = TONES[view.step]
        key: str = view.step
        if view.step is S.UNCERTAIN and view.told_no:
            key = "told_no"
        elif view.step is S.SPENT and view.staff:
            key = "spent_staff"
        block = frame("notice", tone=tone)
        line = row(scale, block, gap=Space.GAP, edge=Space.GAP)
        line.addWidget(shown(name, scale.ink(colour), scale.px(72)), 0, Qt.AlignmentFlag.AlignTop)
        text = column(scale, gap=Space.TIGHT)
        title = words(say(f"certificate.step.{key}.title"), "large", tone=tone, strong=True)
        title.setObjectName("certificate_said")
        text.addWidget(title)
        if view.refusal:
            text.addWidget(words(say(f"certificate.refused.{view.refusal}"), "body", strong=True))
        text.addWidget(words(say(f"certificate.step.{key}.body")))
        if view.left is not None and view.step is S.SHOWN:
            count, left = view.document.copies, view.left
            mark = badge(say("certificate.left", count=count, left=left), "blue")
            text.addWidget(mark, 0, Qt.AlignmentFlag.AlignLeft)
        line.addLayout(text, 1)
        return block

    def _choices(self, view: CertificateView) -> list[QPushButton]:
        who = "staff_" if view.staff else ""
        if view.step is S.UNCERTAIN:
            yes = self._button(f"{who}yes", "strong", lambda: self.flow.came_out(True))
            no = self._button(f"{who}no", "secondary", lambda: self.flow.came_out(False))
            return [yes] if view.told_no else [yes, no]
        if view.step is S.VOID and view.was_printed:
            return [self._button("void_slip", "strong", self.void_wanted.emit)]
        if view.may_reprint:
            self._buttons.addWidget(words(self.texts.say("certificate.reprint_why"), "body"))
            return [self._reason(reason) for reason in ReprintReason]
        return []

    def _reason(self, reason: ReprintReason) -> QPushButton:
        text = self.texts.say(f"reprint.{reason}")
        button = push_button(text, "secondary", lambda: self.flow.reprint(reason))
        button.setObjectName(f"reprint_{reason}")
        return button

    def _button(self, name: str, kind: str, act: Callable[[], object]) -> QPushButton:
        button = push_button(self.texts.say(f"certificate.{name}"), kind, act)
        button.setObjectName(f"certificate_{name}")
        return button
