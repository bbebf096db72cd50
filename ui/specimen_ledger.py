"""The print ledger in memory, for pictures and tests: what pages ask of the real one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kiosk.domain.case import CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PrintEntry, PrintId, PrintOrder, PrintOutcome


class MemoryLedger:
    """A PrintLedger without claims; pages only read it and tell what a person has seen."""

    def __init__(self) -> None:
        self.prints: list[PrintEntry] = []

    def begin_print(self, order: PrintOrder, *, now: datetime, job: str = "") -> PrintId:
        """See PrintLedger."""
        same = [one for one in self.prints if one.order.paper == order.paper]
        entry = PrintEntry(PrintId(len(self.prints) + 1), order, 1 + len(same), now, job=job)
        self.prints.append(entry)
        return entry.print_id

    def copies_allowed(self, order: PrintOrder) -> int:
        """See PrintLedger; nobody counts here."""
        return 0

    def print_handed_in(self, print_id: PrintId, job: str) -> None:
        """See PrintLedger."""
        self._replace(replace(self._entry(print_id), job=job))

    def end_print(
        self,
        print_id: PrintId,
        outcome: PrintOutcome,
        *,
        told_by: str,
        now: datetime,
        fault: Fault | None = None,
    ) -> PrintEntry:
        """See PrintLedger; no case moves."""
        entry = self._entry(print_id)
        if entry.is_open:
            entry = replace(entry, outcome=outcome, told_by=told_by, ended_at=now, fault=fault)
            self._replace(entry)
        return entry

    def open_prints(self) -> Sequence[PrintEntry]:
        """See PrintLedger."""
        return [one for one in self.prints if one.is_open]

    def prints_of(self, case_id: CaseId) -> Sequence[PrintEntry]:
        """See PrintLedger."""
        return [one for one in self.prints if one.order.case_id == case_id]

    def prints_since(self, moment: datetime, *, limit: int = 500) -> Sequence[PrintEntry]:
        """See PrintLedger."""
        return [one for one in reversed(self.prints) if one.at >= moment][:limit]

    def _entry(self, print_id: PrintId) -> PrintEntry:
        return next(one for one in self.prints if one.print_id == print_id)

    def _replace(self, entry: PrintEntry) -> None:
        self.prints = [entry if one.print_id == entry.print_id else one for one in self.prints]
