"""Shows the entrustment that both have signed, and prints it."""

from contextlib import suppress

from PySide6.QtWidgets import QWidget

from devices.device import DeviceError
from devices.page_printer.api import PrintJobState
from kiosk.domain.fault import Fault
from kiosk.domain.handling import AGENT_SIGNATURE
from kiosk.domain.page import ScanLevel, ScannedPage
from kiosk.domain.printed import PrintOrder
from kiosk.flow.equipment import DocumentMoved, Equipment, Event, NetworkChanged
from kiosk.flow.flow_view import FlowView
from kiosk.flow.handled_intake import AGENT_RELATION
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.print_orders import entrustment_order
from kiosk.papers.compose import PaperError
from kiosk.papers.entrustment import Entrustment, Paper, Signed, entrustment_paper
from ui.composing import Composing
from ui.pages.handled_page import HandledPage
from ui.texts import Texts
from ui.texts.languages import Language
from ui.theme.tokens import Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.page_view import PageView
from ui.widgets.pieces import ScrollColumn, column, push_button, row, words
from ui.widgets.printing_state import PrintingState, Sheet
from ui.widgets.zoom_tools import ZoomTools


class EntrustPage(HandledPage):
    """The paper is made anew whenever a signature changed; its picture goes with the case."""

    def __init__(
        self, flow: IntakeFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        self._pdf = b""
        self._offline = False
        self._marked = False  # as the paper that is there was made
        self._carries_on = False  # a print that the page before began
        self._composing = Composing(PaperError)
        self._composing.made.connect(self._made)
        self._composing.failed.connect(lambda: flow.device_failed(Fault.RECEIPT_UNPRINTABLE))
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.NEAR, edge=edge)
        halves = column(scale, gap=Space.GAP) if scale.portrait else row(scale, gap=Space.GAP)
        page.addLayout(halves, 1)
        # On a standing screen it is as high as its words, and the paper has all the rest.
        said = QWidget() if scale.portrait else ScrollColumn(scale, gap=Space.NEAR)
        inside = said.inside if isinstance(said, ScrollColumn) else column(scale, said)
        inside.addWidget(words(texts.say("agency.paper_title"), "title"))
        self._state = words("", "large")
        inside.addWidget(self._state)
        self._print = push_button(texts.say("agency.print"), "strong", self._print_it)
        self._print.setObjectName("entrust_print")
        inside.addWidget(self._print)
        self._trouble = FaultNotice(texts, scale)
        inside.addWidget(self._trouble)
        self.paper = PrintingState(Sheet.DOCUMENT, texts=texts, scale=scale)
        self.paper.answered.connect(self._answered)
        self.paper.again.connect(self._print_it)
        self.paper.cancelled.connect(self._cancel)
        self.paper.resumed.connect(self._resume)
        self.paper.hide()
        inside.addWidget(self.paper)
        shown = column(scale, gap=Space.TIGHT)
        self.sheet = PageView(scale)
        self.sheet.failed.connect(self.sheet.forget)
        shown.addWidget(self.sheet, 1)
        self._tools = ZoomTools(self.sheet, texts=texts, scale=scale, name="entrust")
        shown.addWidget(self._tools)
        halves.addWidget(said, 0 if scale.portrait else 2)
        halves.addLayout(shown, 1 if scale.portrait else 3)

    @property
    def can_go_next(self) -> bool:
        """Once the paper is made."""
        return self._entrusted() is not None

    def entered(self) -> None:
        """Make it, unless it is there with these signatures; the printer's copy is made anew."""
        if not self._carries_on:
            self.paper.hide()
        self._carries_on = False
        self._compose()

    def hand_on(self) -> PrintingState | None:
        """How the print stands: it goes on, whatever the screen looks like."""
        return None if self.paper.isHidden() else self.paper

    def carry_on(self, kept: object) -> None:
        """The print of the page before is this page's print."""
        if isinstance(kept, PrintingState):
            self._carries_on = True
            self.paper.stand_like(kept)
            self.paper.show()
            self._show_sheet(not kept.is_stuck)

    def left(self) -> None:
        """What is still being made is not waited for."""
        self._composing.forget()

    def draw(self, view: FlowView) -> None:
        """What can be done with it."""
        self._trouble.show_fault(view.fault)
        made = self._entrusted() is not None
        self._state.setText(self.texts.say("agency.paper_body" if made else "agency.paper_making"))
        self._print.setEnabled(bool(self._pdf))

    def happened(self, event: Event) -> None:
        """The printer; and whether the paper bears the provisional mark."""
        match event:
            case DocumentMoved(status=status):
                self.paper.moved(status)
                # What stops the printer is seen from two metres, and takes the room for it.
                self._show_sheet(status.state is not PrintJobState.STUCK)
            case NetworkChanged(fault=fault):
                self._offline = fault is not None
                if self._marked is not self._offline:
                    self._compose()
            case _:
                pass

    def forget(self) -> None:
        """Neither picture nor paper stays."""
        self._composing.forget()
        self._pdf = b""
        self.sheet.forget()

    def _entrusted(self) -> ScannedPage | None:
        view = self.flow.view
        material = view.item.entrustment
        return next(iter(view.pages_of(material.key)), None) if material is not None else None

    def make_now(self) -> None:
        """Wait for the paper: for pictures of scenes."""
        self._composing.forget()
        self._made(self._job()())
        self.sheet.render_now()

    def _compose(self) -> None:
        self._pdf = b""
        self._print.setEnabled(False)
        self._marked = self._offline
        self._composing.start(self._job())

    def _made(self, made: object) -> None:
        assert isinstance(made, Paper)
        self._pdf = made.pdf
        with suppress(DeviceError):
            self.sheet.show_pdf(made.pdf, self.texts.say("agency.paper_title"))
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
                order=self._order,
            )

    @property
    def _order(self) -> PrintOrder:
        return entrustment_order(self.flow.view.case, offline=self._marked)

    def _answered(self, came_out: bool) -> None:
        self.equipment.person_says(self._order, came_out=came_out)

    def _show_sheet(self, on: bool) -> None:
        self.sheet.setVisible(on)
        self._tools.setVisible(on)

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
        entrustment = Entrustment(
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
        korean = Language.KOREAN in self.texts.languages
        return _Job(entrustment, korean=korean, provisional=self._offline)


class _Job:
    """What is made on the other thread: it holds its own data and nothing of the page."""

    def __init__(self, entrustment: Entrustment, *, korean: bool, provisional: bool) -> None:
        self._entrustment = entrustment
        self._korean = korean
        self._provisional = provisional

    def __call__(self) -> Paper:
        return entrustment_paper(
            self._entrustment, korean=self._korean, provisional=self._provisional
        )
