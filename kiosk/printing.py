"""Prints slips and documents on their devices' own threads, and follows each to its end."""

import threading
import time
from collections.abc import Callable
from typing import Final

from devices.device import DeviceError
from devices.page_printer.api import (
    PagePrinter,
    PrintJobId,
    PrintJobState,
    PrintJobStatus,
    Sides,
)
from devices.page_printer.preview import sides_wanted
from devices.receipt_printer.api import ReceiptPrinter
from devices.receipt_printer.layout import UnprintableReceipt
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PrintOutcome
from kiosk.domain.receipt import Receipt
from kiosk.flow.equipment import DocumentMoved, Event, ReceiptFailed, ReceiptPrinted, Ticket
from kiosk.print_line import ENDED, NOT_BEGUN, SLIP, PrintLine, Unentered

ASK_EVERY: Final = 0.4  # seconds between two questions about a job
TAKEN_BACK_WITHIN: Final = 20.0  # seconds that a cancelled job gets to end; a driver needs 10


def print_slip(
    printer: ReceiptPrinter | None,
    receipt: Receipt,
    line: PrintLine,
    announce: Callable[[Event], None],
) -> None:
    """One slip; opens the printer anew when it was lost. Runs on the printer's thread."""
    if printer is None:
        announce(ReceiptFailed(Fault.RECEIPT_PRINTER_GONE))
        return
    try:
        line.begin(SLIP)
        printer.open()
        printer.print_receipt(receipt)
    except Unentered as error:
        announce(ReceiptFailed(error.fault))
    except DeviceError as error:
        uncertain = error.fault is Fault.RECEIPT_UNCERTAIN
        line.ended(PrintOutcome.UNCERTAIN if uncertain else PrintOutcome.FAILED, error.fault)
        missing = error.missing if isinstance(error, UnprintableReceipt) else ()
        announce(ReceiptFailed(error.fault, missing))
    else:
        line.ended(PrintOutcome.PRINTED)
        announce(ReceiptPrinted())


class DocumentJob:
    """One A4 document on its way. `cancel` may be called from any thread.

    When nobody waits for it any more (`ticket`), a document that does not come out is taken back,
    so that it can neither lie there for the next person nor keep the next one's waiting.
    """

    def __init__(self, *, alive: Callable[[], object] = lambda: None) -> None:
        """`alive`: called after every answer of the print system, on the printer's thread."""
        self._alive = alive
        self.ticket = Ticket()
        self._cancelled = threading.Event()
        self._resumed = threading.Event()

    def cancel(self) -> None:
        """Take it back where it is not printed yet."""
        self._cancelled.set()

    def resume(self) -> None:
        """Let the printer go on. Called from any thread."""
        self._resumed.set()

    def run(
        self,
        printer: PagePrinter | None,
        pdf: bytes,
        title: str,
        line: PrintLine,
        announce: Callable[[Event], None],
        *,
        sides: Sides = Sides.ONE,
    ) -> None:
        """Hand it in and follow it to its end. Runs on the printer's thread."""
        if printer is None:
            announce(failed(Fault.PAGE_PRINTER_GONE))
            return
        if self._unwanted(PrintJobState.WAITING):  # while the job before it was in the way
            announce(failed(Fault.PAGE_JOB_REFUSED))
            return
        try:
            line.begin(unfit=bool(printer.spool_risks()))
            job = self._handed_in(printer, pdf, title, line, sides)
        except Unentered as error:
            line.ended(PrintOutcome.FAILED, error.fault)
            announce(failed(error.fault))
        except DeviceError as error:
            if line.job is None:
                line.ended(PrintOutcome.FAILED, error.fault)
                announce(failed(error.fault))
            else:  # it has its number: only the print system can say that nothing came of it
                self._cancelled.set()
                self._follow(printer, line.job, line, announce)
        else:
            self._follow(printer, job, line, announce)

    def _handed_in(
        self, printer: PagePrinter, pdf: bytes, title: str, line: PrintLine, sides: Sides
    ) -> PrintJobId:
        printer.open()
        if sides is Sides.ONE:
            sides = sides_wanted(pdf)  # the document itself may ask for both
        return printer.print_pdf(
            pdf, title=title, copies=line.copies, sides=sides, numbered=line.handed_in
        )

    def _follow(
        self,
        printer: PagePrinter,
        job: PrintJobId,
        line: PrintLine,
        announce: Callable[[Event], None],
    ) -> None:
        last: PrintJobStatus | None = None
        looks = int(TAKEN_BACK_WITHIN / ASK_EVERY)
        while looks:
            status = printer.job_status(job)
            self._alive()
            if status.state in ENDED:
                announce(DocumentMoved(line.moved(status, cancelled=self._cancelled.is_set())))
                return
            if status != last:
                announce(DocumentMoved(status))
                last = status
            if self._resumed.is_set():
                self._resumed.clear()
                printer.resume(job)
            if self._unwanted(status.state):
                self._cancelled.set()  # from here on it only has to end
                printer.cancel(job)
                looks -= 1
                time.sleep(ASK_EVERY)
            else:
                self._cancelled.wait(ASK_EVERY)
        # Nobody can tell: the ledger keeps it open, and the next settling asks again.
        announce(failed(Fault.PAGE_UNCERTAIN))

    def _unwanted(self, state: PrintJobState) -> bool:
        return self._cancelled.is_set() or (not self.ticket.valid and state in NOT_BEGUN)


def failed(fault: Fault) -> DocumentMoved:
    """The document is not on its way any more."""
    return DocumentMoved(PrintJobStatus(PrintJobState.FAILED, fault))
