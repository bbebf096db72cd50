"""What the program may ask of the print ledger: a claim before, its job during, its end after."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from kiosk.domain.case import CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PrintEntry, PrintId, PrintOrder, PrintOutcome


class PaperSpent(Exception):
    """All papers that the office allows of this document are out, or one of them may be."""


class PrintLedger(Protocol):
    """Every print of every paper. Each method is one transaction; all raise StoreError."""

    def copies_allowed(self, order: PrintOrder) -> int:
        """How many papers the office allows of that document; 0: nobody counts them.

        Raises KeyError when the store has no such document.
        """
        ...

    def begin_print(self, order: PrintOrder, *, now: datetime, job: str = "") -> PrintId:
        """Enter a print before anything goes to a printer; on the disk when it returns.

        `job`: as of `print_handed_in`, where a printer has no jobs that could be asked about.

        An issued document whose papers the office counts is claimed by this: no other print of it
        begins until this one has ended without paper. Raises PaperSpent when none is left, and for
        a reprint (`order.reason`) while an earlier print is open; KeyError when the store has no
        such document; ValueError for a reprint without a member of staff.
        """
        ...

    def print_handed_in(self, print_id: PrintId, job: str) -> None:
        """From now on something may come out of a printer, which calls it `job`."""
        ...

    def end_print(
        self,
        print_id: PrintId,
        outcome: PrintOutcome,
        *,
        told_by: str,
        now: datetime,
        fault: Fault | None = None,
    ) -> PrintEntry:
        """What became of it, by that word. An outcome that is final stays, whoever says more.

        With PRINTED the case of an issued document is handed over (送达) in the same transaction.
        Raises KeyError when there is no such print.
        """
        ...

    def open_prints(self) -> Sequence[PrintEntry]:
        """Those of which nobody has said whether they came out, oldest first."""
        ...

    def prints_of(self, case_id: CaseId) -> Sequence[PrintEntry]:
        """Everything that was printed of that case, oldest first."""
        ...

    def prints_since(self, moment: datetime, *, limit: int = 500) -> Sequence[PrintEntry]:
        """What was begun from that moment on, the newest first. Some 10 ms for a year of prints."""
        ...
