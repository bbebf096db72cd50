"""An A4 printer that exists only in memory, for the demo and the tests."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.page_printer.api import (
    PrintJobId,
    PrintJobState,
    PrintJobStatus,
    Sides,
    SpoolRisk,
    unheard,
)
from kiosk.domain.fault import Fault

_PDFS_KEPT: Final = 20


@dataclass(slots=True)
class _Job:
    pdf: bytes
    copies: int
    status: PrintJobStatus
    in_printer: bool = False  # what a power cut wipes out


class SimulatedPagePrinter:
    """A queue and a printer. Each `job_status` moves the work one step on, as time would.

    WAITING, then PRINTING, then PRINTED. Its switches may be moved from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[PrintJobId, _Job] = {}
        self._numbers = itertools.count(1)
        self._printed: list[bytes] = []
        self._plugged = True
        self._fault: Fault | None = None
        self._is_other = False
        self._is_paused = False
        self._is_low = False
        self._remembers = False
        self._sides = Sides.ONE

    @property
    def name(self) -> str:
        return "simulated A4 printer"

    def open(self) -> None:
        if not self._plugged:
            raise DeviceError(Fault.PAGE_PRINTER_GONE)

    def close(self) -> None:
        """Nothing to let go."""

    def status(self) -> DeviceStatus:
        with self._lock:
            if not self._plugged:
                return DeviceStatus(DeviceState.GONE, Fault.PAGE_PRINTER_GONE)
            if self._is_other:
                return DeviceStatus(DeviceState.GONE, Fault.PAGE_WRONG_PRINTER)
            if self._fault is not None:
                return DeviceStatus(DeviceState.NEEDS_HELP, self._fault)
            if self._is_paused:
                return DeviceStatus(DeviceState.NEEDS_HELP, Fault.PAGE_PAUSED)
            working = (PrintJobState.WAITING, PrintJobState.PRINTING)
            busy = any(job.status.state in working for job in self._jobs.values())
            detail = "toner is low" if self._is_low else ""
            return DeviceStatus(DeviceState.BUSY if busy else DeviceState.READY, detail=detail)

    def print_pdf(
        self,
        pdf: bytes,
        *,
        title: str,
        copies: int = 1,
        sides: Sides = Sides.ONE,
        numbered: Callable[[PrintJobId], None] = unheard,
    ) -> PrintJobId:
        """`title` is not kept. The job waits when the printer is unplugged, as in CUPS."""
        if self._is_other:
            raise DeviceError(Fault.PAGE_WRONG_PRINTER)
        if not pdf.startswith(b"%PDF-") or copies < 1:
            raise DeviceError(Fault.PAGE_JOB_REFUSED, "not a PDF document or no copy")
        with self._lock:
            number = PrintJobId(str(next(self._numbers)))
        numbered(number)
        with self._lock:
            self._jobs[number] = _Job(pdf, copies, PrintJobStatus(PrintJobState.WAITING))
            self._sides = sides
        return number

    def job_status(self, job: PrintJobId) -> PrintJobStatus:
        with self._lock:
            known = self._jobs.get(job)
            if known is None:
                return PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_UNCERTAIN)
            known.status = self._next(known)
            return known.status

    def cancel(self, job: PrintJobId) -> None:
        with self._lock:
            known = self._jobs.get(job)
            if known is not None and known.status.state is not PrintJobState.PRINTED:
                self._end(known, Fault.PAGE_JOB_REFUSED)

    def resume(self, job: PrintJobId) -> None:
        """A paused queue goes on."""
        self._is_paused = False

    def spool_risks(self) -> tuple[SpoolRisk, ...]:
        """As the switch `remember` says; nothing of it is kept on a disk."""
        return (SpoolRisk.REMEMBERS,) if self._remembers else ()

    def kept_documents(self) -> int:
        """None: what was printed is in the tray."""
        return 0

    @property
    def sides(self) -> Sides:
        """As the last document was printed."""
        return self._sides

    @property
    def printed(self) -> tuple[bytes, ...]:
        """What lies in the tray, oldest first, at most 20 sheets."""
        with self._lock:
            return tuple(self._printed)

    def take_paper_out(self) -> None:
        """The tray is empty."""
        self._fault = Fault.PAGE_MEDIA_EMPTY

    def put_paper_in(self) -> None:
        """The tray is full again."""
        self._fault = None

    def jam(self) -> None:
        """A sheet is stuck."""
        self._fault = Fault.PAGE_JAM

    def clear_jam(self) -> None:
        """The sheet was pulled out."""
        self._fault = None

    def open_cover(self) -> None:
        """The cover stands open."""
        self._fault = Fault.PAGE_COVER_OPEN

    def close_cover(self) -> None:
        """The cover is shut."""
        self._fault = None

    def use_up_toner(self) -> None:
        """No toner is left."""
        self._fault = Fault.PAGE_TONER_EMPTY

    def change_toner(self) -> None:
        """A full cartridge is in."""
        self._fault = None

    def run_low_on_toner(self, low: bool) -> None:
        """It prints all the same."""
        self._is_low = low

    def take_jobs_back(self) -> None:
        """Somebody cancels everything at the printer."""
        with self._lock:
            for job in self._jobs.values():
                if job.status.state is not PrintJobState.PRINTED:
                    self._end(job, Fault.PAGE_JOB_REFUSED)

    def pause(self) -> None:
        """Somebody stopped the queue."""
        self._is_paused = True

    def let_go(self) -> None:
        """Somebody lets it go on."""
        self._is_paused = False

    def remember(self, remembers: bool) -> None:
        """Whether its print system would hand over once more what it was printing."""
        self._remembers = remembers

    def swap(self, other: bool) -> None:
        """Another printer stands at this one's place, or this one again."""
        self._is_other = other

    def unplug(self) -> None:
        """Power cut: what was in the printer is lost, what still waits is not."""
        with self._lock:
            self._plugged = False
            for job in self._jobs.values():
                if job.in_printer and job.status.state is not PrintJobState.PRINTED:
                    self._end(job, Fault.PAGE_UNCERTAIN)

    def plug_in(self) -> None:
        """Power is back, the paper too."""
        with self._lock:
            self._plugged = True
            self._fault = None

    def _next(self, job: _Job) -> PrintJobStatus:
        now = job.status
        if now.state in (PrintJobState.PRINTED, PrintJobState.FAILED):
            return now
        if not self._plugged:
            return PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_PRINTER_GONE)
        if self._is_other:
            inside = Fault.PAGE_UNCERTAIN if job.in_printer else Fault.PAGE_WRONG_PRINTER
            return PrintJobStatus(PrintJobState.FAILED, inside)
        if self._is_paused and not job.in_printer:
            return PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_PAUSED)
        job.in_printer = True
        if self._fault is not None:
            return PrintJobStatus(PrintJobState.STUCK, self._fault)
        if now.state is not PrintJobState.PRINTING:
            return PrintJobStatus(PrintJobState.PRINTING)
        self._printed.extend([job.pdf] * job.copies)
        del self._printed[:-_PDFS_KEPT]
        job.pdf = b""
        return PrintJobStatus(PrintJobState.PRINTED)

    def _end(self, job: _Job, fault: Fault) -> None:
        if job.status.state is not PrintJobState.FAILED:
            inside = job.in_printer
            job.status = PrintJobStatus(PrintJobState.FAILED, fault, no_paper=not inside)
            job.pdf = b""
