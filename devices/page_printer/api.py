"""The contract of any A4 printer. A queue, not a cable: hand in, then ask."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import NewType, Protocol

from devices.device import Device
from kiosk.domain.fault import Fault

PrintJobId = NewType("PrintJobId", str)


def unheard(_job: PrintJobId) -> None:
    """Nobody writes it down."""


@unique
class PrintJobState(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    PRINTING = "printing"
    STUCK = "stuck"  # see the fault: paper, cover, jam, gone ...; goes on when mended
    PRINTED = "printed"  # by the printer's own word
    FAILED = "failed"  # ended without paper, or nobody can tell (PAGE_UNCERTAIN)


@unique
class Sides(StrEnum):
    """The values are the keywords of IPP's `sides` (RFC 8011 section 5.2.8)."""

    ONE = "one-sided"
    TWO = "two-sided-long-edge"  # turned like the leaves of a book


@unique
class SpoolRisk(StrEnum):
    """What the print system keeps that it should forget; the value is the key of its words."""

    ON_DISK = "on_disk"  # documents lie on the disk while they are printed
    REMEMBERS = "remembers"  # after a start it hands over once more what it was printing
    ELSEWHERE = "elsewhere"  # it runs on another machine, where nobody here can look


@dataclass(frozen=True, slots=True)
class PrintJobStatus:
    """`fault` is set in STUCK and FAILED."""

    state: PrintJobState
    fault: Fault | None = None
    no_paper: bool = False  # of FAILED: the printer never had it, so nothing can have come out
    may_come: bool = False  # of PAGE_UNCERTAIN: it was taken back, but the printer still has it


class PagePrinter(Device, Protocol):
    """Prints A4 documents that were composed elsewhere, unchanged."""

    def print_pdf(
        self,
        pdf: bytes,
        *,
        title: str,
        copies: int = 1,
        sides: Sides = Sides.ONE,
        numbered: Callable[[PrintJobId], None] = unheard,
    ) -> PrintJobId:
        """Hand the job to the print system and return at once.

        `title` is seen in queues and logs, so it never names a person. A printer that cannot turn
        the sheet prints `Sides.TWO` on one side. `numbered` is called on the caller's thread once
        the job has its id and before any of the document is handed in; what it raises ends the job
        without paper and is raised here. Raises DeviceError with PAGE_PRINTER_GONE,
        PAGE_JOB_REFUSED, PAGE_PAUSED or PAGE_WRONG_PRINTER; before `numbered` nothing was handed
        in, after it only `job_status` knows whether something came out all the same.
        """
        ...

    def job_status(self, job: PrintJobId) -> PrintJobStatus:
        """Asked about twice a second until PRINTED or FAILED. Never raises."""
        ...

    def cancel(self, job: PrintJobId) -> None:
        """Take the job back where it is not printed yet. Never raises.

        `job_status` says what became of it: FAILED with PAGE_JOB_REFUSED when it was let go.
        """
        ...

    def spool_risks(self) -> tuple[SpoolRisk, ...]:
        """() where what was handed in is forgotten at the latest when the print system starts anew.

        Otherwise a paper may come out twice, so a counted one is not printed there
        (docs/decisions/0035). Never raises; any thread.
        """
        ...

    def kept_documents(self) -> int:
        """How many documents the print system still has although their jobs have ended.

        0 where it does not say. Never raises; about 5 ms.
        """
        ...

    def resume(self, job: PrintJobId) -> None:
        """Somebody has mended what STUCK said: go on. Never raises.

        Most printers go on by themselves; a paused queue is let go where we may.
        """
        ...
