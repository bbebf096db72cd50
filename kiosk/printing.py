"""Prints slips and documents on their devices' own threads, and follows each to its end."""

import threading
from collections.abc import Callable
from typing import Final

from devices.device import DeviceError
from devices.page_printer.api import PagePrinter, PrintJobState, PrintJobStatus, Sides
from devices.receipt_printer.api import ReceiptPrinter
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt
from kiosk.flow.equipment import DocumentMoved, Event, ReceiptFailed, ReceiptPrinted, Ticket

ENDED: Final = frozenset({PrintJobState.PRINTED, PrintJobState.FAILED})
NOT_BEGUN: Final = frozenset({PrintJobState.WAITING, PrintJobState.STUCK})
ASK_EVERY: Final = 0.4  # seconds between two questions about a job


def print_slip(
    printer: ReceiptPrinter | None, receipt: Receipt, announce: Callable[[Event], None]
) -> None:
    """One slip; opens the printer anew when it was lost. Runs on the printer's thread."""
    if printer is None:
        announce(ReceiptFailed(Fault.RECEIPT_PRINTER_GONE))
        return
    try:
        printer.open()
        printer.print_receipt(receipt)
    except DeviceError as error:
        announce(ReceiptFailed(error.fault))
    else:
        announce(ReceiptPrinted())


class DocumentJob:
    """One A4 document on its way. `cancel` may be called from any thread.

    When nobody waits for it any more (`ticket`), a document that does not come out is taken back,
    so that it can neither lie there for the next person nor keep the next one's waiting.
    """

    def __init__(self) -> None:
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
        sides: Sides,
        announce: Callable[[Event], None],
    ) -> None:
        """Hand it in and follow it to its end. Runs on the printer's thread."""
        if printer is None:
            announce(_failed(Fault.PAGE_PRINTER_GONE))
            return
        if self._unwanted(PrintJobState.WAITING):  # while the job before it was in the way
            announce(_failed(Fault.PAGE_JOB_REFUSED))
            return
        try:
            printer.open()
            job = printer.print_pdf(pdf, title=title, sides=sides)
        except DeviceError as error:
            announce(_failed(error.fault))
            return
        last: PrintJobStatus | None = None
        while True:
            status = printer.job_status(job)
            if status != last:
                announce(DocumentMoved(status))
                last = status
            if status.state in ENDED:
                return
            if self._resumed.is_set():
                self._resumed.clear()
                printer.resume(job)
            self._cancelled.wait(ASK_EVERY)
            if self._unwanted(status.state):
                printer.cancel(job)
                announce(_failed(Fault.PAGE_JOB_REFUSED))
                return

    def _unwanted(self, state: PrintJobState) -> bool:
        return self._cancelled.is_set() or (not self.ticket.valid and state in NOT_BEGUN)


def _failed(fault: Fault) -> DocumentMoved:
    return DocumentMoved(PrintJobStatus(PrintJobState.FAILED, fault))
