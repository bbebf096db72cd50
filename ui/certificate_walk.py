"""One document of a case: looked at, printed, and back to the case."""

from typing import Final

from devices.page_printer.api import PrintJobState
from devices.page_printer.preview import first_page_png
from kiosk.domain.case import Case
from kiosk.domain.progress import IssuedDocument
from kiosk.flow.certificate_flow import CertificateFlow, CertificateStep, CertificateView
from kiosk.flow.equipment import Event, NetworkChanged
from kiosk.flow.void_slip import void_order, void_slip, voided
from ui.background import Background
from ui.one_page_walk import OnePageWalk
from ui.pages.certificate import CertificatePage
from ui.slip_language import in_visits_languages
from ui.walk import Around, Bars, Opening, Walk

WORKING: Final = frozenset(
    {CertificateStep.OPENING, CertificateStep.PRINTING, CertificateStep.SETTLING}
)
SETTLE_EVERY: Final = 5  # ticks


class CertificateWalk(OnePageWalk[CertificateView]):
    """For the holder of a card that was read. How a print stands is the flow's, not the page's."""

    can_refit = True

    def __init__(self, around: Around, case: Case, document: IssuedDocument, back: Opening) -> None:
        """`back`: to where it was opened from."""
        super().__init__(around)
        self._back: Opening | None = back
        self.reading = Background()
        self._ticks = 0
        terminal = around.terminal
        self.flow = CertificateFlow(
            terminal.store,
            case,
            document,
            equipment=terminal.equipment,
            check=terminal.paper_check(),
            picture=first_page_png,
            now=terminal.now,
            on_change=self._changed,
            staff_id=around.staff.staff_id if around.staff is not None else "",
            offline=around.network.fault is not None,
        )
        self.reading.done.connect(self.flow.opened)

    def begin(self) -> None:
        """Read it beside the interface."""
        self.flow.begin()
        work = self.flow.reading()
        if work is not None:
            self.reading.run(work)
        if self.page is not None:
            self.page.happened(self._around.network)

    def bars(self) -> Bars:
        """打印证明 where it may be printed, else the way back."""
        view, step = self.flow.view, self.flow.view.step
        again = "document.again" if view.fault is not None else "certificate.print"
        key = again if step is CertificateStep.SHOWN else "certificate.finish"
        words = self._terminal.texts.say(key)
        return Bars(next_words="" if step in WORKING else words, can_go_next=step not in WORKING)

    def next(self) -> None:
        """Print it, or back to the case."""
        if self.flow.view.step is CertificateStep.SHOWN:
            self.flow.print_it()
        else:
            self.back()

    def back(self) -> None:
        """To the case; a paper that has not begun to come out is taken back."""
        if self._back is not None:
            self.opens.emit(self._back)

    def is_working(self) -> bool:
        """Only what ends by itself holds the visit: not a printer without paper, nor a question."""
        view = self.flow.view
        moving = view.job is not None and view.job.state is PrintJobState.PRINTING
        return view.step is CertificateStep.OPENING or moving

    def tick(self) -> None:
        """An open print is asked about until the printer knows."""
        self._ticks += 1
        settling = self.flow.view.step is CertificateStep.SETTLING
        if settling and self._ticks % SETTLE_EVERY == 0:
            self._terminal.equipment.settle_prints()

    def happened(self, event: Event) -> None:
        """To the flow; it draws."""
        if isinstance(event, NetworkChanged):
            self.flow.offline = event.fault is not None
        self.flow.happened(event)
        super().happened(event)

    def _make_page(self) -> CertificatePage:
        page = CertificatePage(
            self.flow,
            equipment=self._terminal.equipment,
            texts=self._terminal.texts,
            scale=self._scale,
        )
        page.void_wanted.connect(self._print_void)
        return page

    def _print_void(self) -> None:
        view, terminal = self.flow.view, self._terminal
        slip = void_slip(view.case, voided(view.entries), terminal.site, now=terminal.now())
        slip = in_visits_languages(slip, terminal.texts)
        terminal.equipment.print_receipt(slip, void_order(view.case))

    def _leave_flow(self) -> None:
        self.reading.forget()
        self._back = None
        self.flow.leave()


def certificate_of(case: Case, document: IssuedDocument, back: Opening) -> Opening:
    """Opens that walk."""

    def opening(around: Around) -> Walk:
        return CertificateWalk(around, case, document, back)

    return opening
