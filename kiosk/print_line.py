"""One print in the ledger, from the claim to its end; and what a crash left open."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Final, Protocol

from devices.device import DeviceError
from devices.page_printer.api import PagePrinter, PrintJobId, PrintJobState, PrintJobStatus
from kiosk.domain.fault import Fault
from kiosk.domain.printed import (
    PRINTER,
    RESIDENT,
    TERMINAL,
    PaperKind,
    PrintEntry,
    PrintId,
    PrintOrder,
    PrintOutcome,
)
from offline_store.api import StoreError
from offline_store.api_prints import PaperSpent, PrintLedger

SLIP: Final = "slip"  # what stands for a job where a printer has none that it could be asked about
ENDED: Final = frozenset({PrintJobState.PRINTED, PrintJobState.FAILED})
NOT_BEGUN: Final = frozenset({PrintJobState.WAITING, PrintJobState.STUCK})

log = logging.getLogger(__name__)


class OpenedLedger(PrintLedger, Protocol):
    """A ledger of its own for the calling thread."""

    def close(self) -> None:
        """Never raises."""
        ...


OpenLedger = Callable[[], OpenedLedger]


class Unentered(Exception):
    """It must not be printed: the ledger does not take it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


class PrintLine:
    """The ledger's line of one print. Belongs to the printer's thread.

    An issued document is printed only with its line. A slip or form comes out also when the store
    refuses: whoever waits for it shall not pay for that, and the log tells it.
    """

    def __init__(
        self, ledger: PrintLedger | None, order: PrintOrder, now: Callable[[], datetime]
    ) -> None:
        self._ledger = ledger
        self._order = order
        self._now = now
        self._id: PrintId | None = None
        self.job: PrintJobId | None = None  # once something may come out

    @property
    def copies(self) -> int:
        """How many papers it is."""
        return self._order.copies

    @property
    def is_issued(self) -> bool:
        """A document of the office."""
        return self._order.kind is PaperKind.CERTIFICATE

    def begin(self, job: str = "", *, unfit: bool = False) -> None:
        """Claim it. `job`: SLIP where the printer has no jobs. Raises Unentered.

        `unfit`: the print system keeps what it should forget, so a paper that the office counts
        is not printed there.
        """
        if self._ledger is None:
            if self.is_issued:
                raise Unentered(Fault.STORE_BUSY)
            return
        try:
            if unfit and self.is_issued and self._ledger.copies_allowed(self._order):
                raise Unentered(Fault.PRINT_SERVICE_UNFIT)
            self._id = self._ledger.begin_print(self._order, now=self._now(), job=job)
        except PaperSpent:
            raise Unentered(Fault.PAPER_SPENT) from None
        except KeyError:
            raise Unentered(Fault.PAPER_GONE) from None
        except StoreError as error:
            if self.is_issued:
                raise Unentered(error.fault) from None
            log.error("a print is not in the ledger: %s", error)

    def handed_in(self, job: PrintJobId) -> None:
        """From now on it may come out. Raises Unentered where that must be known."""
        self.job = job
        if self._ledger is None or self._id is None:
            return
        try:
            self._ledger.print_handed_in(self._id, job)
        except StoreError as error:
            if self.is_issued:
                self.job = None
                raise Unentered(error.fault) from None
            log.error("the ledger does not know a job: %s", error)

    def ended(
        self, outcome: PrintOutcome, fault: Fault | None = None, *, told_by: str = PRINTER
    ) -> None:
        """What became of it. What the store refuses now stays open, and is settled later."""
        if self._ledger is None or self._id is None:
            return
        try:
            self._ledger.end_print(self._id, outcome, told_by=told_by, now=self._now(), fault=fault)
        except StoreError as error:
            log.error("the end of a print is not in the ledger: %s", error)

    def moved(self, status: PrintJobStatus, *, cancelled: bool) -> PrintJobStatus:
        """A job of an A4 printer has ended; what the person is told of it."""
        if status.may_come and self.is_issued:
            return status  # it stays open until the printer has let go of it
        outcome = outcome_of(status, is_issued=self.is_issued, cancelled=cancelled)
        self.ended(outcome, status.fault)
        if outcome is PrintOutcome.UNCERTAIN:
            return PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_UNCERTAIN)
        return status


def outcome_of(status: PrintJobStatus, *, is_issued: bool, cancelled: bool) -> PrintOutcome:
    """The ledger's word for a job that has ended.

    Of an issued document "failed" is believed only when the printer never had it: a job that was
    taken back inside may have left its sheet in the tray.
    """
    if status.state is PrintJobState.PRINTED:
        return PrintOutcome.PRINTED
    doubtful = status.fault is Fault.PAGE_UNCERTAIN or is_issued
    if doubtful and not status.no_paper:
        return PrintOutcome.UNCERTAIN
    return PrintOutcome.CANCELLED if cancelled else PrintOutcome.FAILED


@contextmanager
def line_of(
    open_ledger: OpenLedger | None, order: PrintOrder, now: Callable[[], datetime]
) -> Iterator[PrintLine]:
    """A line with a ledger of its own, closed afterwards; without one where the store refuses."""
    ledger: OpenedLedger | None = None
    if open_ledger is not None:
        try:
            ledger = open_ledger()
        except StoreError as error:
            log.error("the ledger does not open: %s", error)
    try:
        yield PrintLine(ledger, order, now)
    finally:
        if ledger is not None:
            ledger.close()


def person_says(
    open_ledger: OpenLedger, order: PrintOrder, *, came_out: bool, now: Callable[[], datetime]
) -> None:
    """A person has looked for a paper of which its printer does not know whether it came out.

    The newest such print of that paper ends by the word of whoever printed it. An issued document
    is left alone: CertificateFlow knows whose word counts there. Never raises.
    """
    try:
        with closing(open_ledger()) as ledger:
            unknown = [one for one in ledger.open_prints() if _is_meant(one, order)]
            if unknown:
                outcome = PrintOutcome.PRINTED if came_out else PrintOutcome.FAILED
                told_by = unknown[-1].order.by or RESIDENT
                ledger.end_print(unknown[-1].print_id, outcome, told_by=told_by, now=now())
    except StoreError as error:
        log.error("what a person says of a print is not in the ledger: %s", error)


def _is_meant(entry: PrintEntry, order: PrintOrder) -> bool:
    known = entry.order
    return (
        entry.outcome is PrintOutcome.UNCERTAIN
        and known.kind is not PaperKind.CERTIFICATE
        and (known.kind, known.case_id, known.paper) == (order.kind, order.case_id, order.paper)
    )


class Settling:
    """Asks the printer about every print that is still open. Runs on the printer's thread."""

    def __init__(
        self,
        printer: PagePrinter | None,
        open_ledger: OpenLedger,
        *,
        now: Callable[[], datetime],
        wait: Callable[[float], object],
        seconds: float = 20.0,
        every: float = 0.4,
    ) -> None:
        """`wait`: sleeps so many seconds. `seconds`: for all jobs that have not ended, together."""
        self._printer = printer
        self._open_ledger = open_ledger
        self._now = now
        self._wait = wait
        self._looks = max(1, int(seconds / every))
        self._left = 0  # of those looks, in this run
        self._every = every

    def run(self) -> None:
        """All of them, the oldest first; what nobody can tell yet stays as it is. Never raises."""
        self._left = self._looks
        try:
            with closing(self._open_ledger()) as ledger:
                for entry in ledger.open_prints():
                    self._settle(ledger, entry)
        except StoreError as error:
            log.error("open prints are not settled: %s", error)

    def _settle(self, ledger: PrintLedger, entry: PrintEntry) -> None:
        def ended(outcome: PrintOutcome, told_by: str, fault: Fault | None = None) -> None:
            ledger.end_print(entry.print_id, outcome, told_by=told_by, now=self._now(), fault=fault)

        is_issued = entry.order.kind is PaperKind.CERTIFICATE
        if entry.outcome is PrintOutcome.UNCERTAIN:
            if is_issued and self._asked(entry).state is PrintJobState.PRINTED:
                ended(PrintOutcome.PRINTED, PRINTER)
        elif not entry.job:
            ended(PrintOutcome.FAILED, TERMINAL)
        elif entry.job == SLIP:
            ended(PrintOutcome.UNCERTAIN, TERMINAL)
        else:
            status = self._followed(entry)
            if status.state in ENDED and not (status.may_come and is_issued):
                outcome = outcome_of(status, is_issued=is_issued, cancelled=status.no_paper)
                ended(outcome, PRINTER, status.fault)

    def _followed(self, entry: PrintEntry) -> PrintJobStatus:
        """To its end where it has one; what has not begun is taken back, nobody waits for it."""
        status = self._asked(entry)
        while status.state not in ENDED and self._left:
            self._left -= 1
            if status.state in NOT_BEGUN and self._printer is not None:
                self._printer.cancel(PrintJobId(entry.job))
            self._wait(self._every)
            status = self._asked(entry)
        return status

    def _asked(self, entry: PrintEntry) -> PrintJobStatus:
        nobody = PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_PRINTER_GONE)
        if self._printer is None or not entry.job or entry.job == SLIP:
            return nobody
        with suppress(DeviceError):
            self._printer.open()
        return self._printer.job_status(PrintJobId(entry.job))
