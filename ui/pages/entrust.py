"""Shows the entrustment that both have signed, and prints it."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel

from kiosk.domain.fault import Fault
from kiosk.domain.handling import AGENT_SIGNATURE
from kiosk.domain.page import ScanLevel, ScannedPage
from kiosk.flow.equipment import DocumentMoved, Equipment, Event
from kiosk.flow.flow_view import FlowView
from kiosk.flow.handled_intake import AGENT_RELATION
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.print_orders import entrustment_order
from kiosk.papers.compose import PaperError
from kiosk.papers.entrustment import Entrustment, Paper, Signed, entrustment_paper
from ui.composing import Composing
from ui.pages.handled_page import HandledPage
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import ScrollColumn, column, push_button, row, words
from ui.widgets.printing_state import PrintingState, Sheet

PREVIEW_HEIGHT: Final = 900  # pixels at 1080x1920


class EntrustPage(HandledPage):
    """The paper is made anew whenever a signature changed; its picture goes with the case."""

    def __init__(
        self, flow: IntakeFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._pdf = b""
        self._composing = Composing(PaperError)
        self._composing.made.connect(self._made)
        self._composing.failed.connect(lambda: flow.device_failed(Fault.RECEIPT_UNPRINTABLE))
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.NEAR, edge=edge)
        halves = column(scale, gap=Space.GAP) if scale.portrait else row(scale, gap=Space.GAP)
        page.addLayout(halves, 1)
        said = column(scale, gap=Space.NEAR)
        said.addWidget(words(texts.say("agency.paper_title"), "title"))
        self._state = words("", "large")
        said.addWidget(self._state)
        self._print = push_button(texts.say("agency.print"), "strong", self._print_it)
        self._print.setObjectName("entrust_print")
        said.addWidget(self._print)
        self._trouble = FaultNotice(texts, scale)
        said.addWidget(self._trouble)
        self.paper = PrintingState(Sheet.DOCUMENT, texts=texts, scale=scale)
        self.paper.again.connect(self._print_it)
        self.paper.cancelled.connect(self._cancel)
        self.paper.resumed.connect(self._resume)
        self.paper.hide()
        said.addWidget(self.paper)
        if not scale.portrait:
            said.addStretch(1)
        halves.addLayout(said, 0 if scale.portrait else 2)
        self._scroll = ScrollColumn(scale, gap=Space.NEAR)
        self._picture = QLabel()
        self._picture.setAccessibleName(texts.say("agency.paper_title"))
        self._scroll.inside.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        halves.addWidget(self._scroll, 1 if scale.portrait else 3)

    @property
    def can_go_next(self) -> bool:
        """Once the paper is made."""
        return self._entrusted() is not None

    def entered(self) -> None:
        """Make it, unless it is there with these signatures; the printer's copy is made anew."""
        self._pdf = b""
        self.paper.hide()
        self._composing.start(self._job())

    def left(self) -> None:
        """What is still being made is not waited for."""
        self._composing.forget()

    def draw(self, view: FlowView) -> None:
        """The picture, once there is one."""
        entrusted = self._entrusted()
        self._trouble.show_fault(view.fault)
        self._state.setText(
            self.texts.say("agency.paper_body" if entrusted else "agency.paper_making")
        )
        self._print.setEnabled(bool(self._pdf))
        if entrusted is None:
            self._picture.clear()
            return
        picture = QPixmap()
        picture.loadFromData(entrusted.jpeg)
        smooth = Qt.TransformationMode.SmoothTransformation
        self._picture.setPixmap(picture.scaledToHeight(self.scale.px(PREVIEW_HEIGHT), smooth))

    def happened(self, event: Event) -> None:
        """The printer."""
        if isinstance(event, DocumentMoved):
            self.paper.moved(event.status)

    def forget(self) -> None:
        """Neither picture nor paper stays."""
        self._composing.forget()
        self._pdf = b""
        self._picture.clear()

    def _entrusted(self) -> ScannedPage | None:
        view = self.flow.view
        material = view.item.entrustment
        return next(iter(view.pages_of(material.key)), None) if material is not None else None

    def _made(self, made: object) -> None:
        assert isinstance(made, Paper)
        self._pdf = made.pdf
        if self._entrusted() is None:
            page = ScannedPage("", made.jpeg, made.width, made.height, level=ScanLevel.OWN_MADE)
            self.handled.entrusted(page)
        self.draw(self.flow.view)
        self.next_changed.emit()

    def _print_it(self) -> None:
        if self._pdf:
            self.paper.waiting()
            self.paper.show()
            self.equipment.print_document(
                self._pdf,
                title=self.texts.say("agency.job_title"),
                order=entrustment_order(self.flow.view.case),
            )

    def _cancel(self) -> None:
        self.equipment.cancel_document()

    def _resume(self) -> None:
        self.equipment.resume_document()

    def _job(self) -> "_Job":
        view, site = self.flow.view, self.flow.site
        agent, holder = view.handling.agent, view.holder
        assert agent is not None
        assert holder is not None
        signed = next(iter(view.pages_of(AGENT_SIGNATURE)), None)
        return _Job(
            Entrustment(
                applicant=Signed(
                    holder.shown_name,
                    holder.number,
                    view.signature.jpeg if view.signature is not None else b"",
                ),
                agent=Signed(agent.name, agent.number, signed.jpeg if signed else b""),
                relation=view.answers.get(AGENT_RELATION, ""),
                item=view.item.title,
                office=view.item.guide.department,
                site=site.name,
                day=self.flow.today,
            )
        )


class _Job:
    """What is made on the other thread: it holds its own data and nothing of the page."""

    def __init__(self, entrustment: Entrustment) -> None:
        self._entrustment = entrustment

    def __call__(self) -> Paper:
        return entrustment_paper(self._entrustment)
