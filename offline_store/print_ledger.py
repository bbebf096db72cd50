"""The print ledger in the store: who printed what, and by whose word it came out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.printed import (
    OPEN,
    PaperKind,
    PrintEntry,
    PrintId,
    PrintOrder,
    PrintOutcome,
    ReprintReason,
    papers_out,
)
from offline_store.api_prints import PaperSpent
from offline_store.case_table import CaseTable
from offline_store.database import EncryptedDatabase
from offline_store.rows import moment_of, text_of

_COLUMNS: Final = """entry, at, kind, case_id, paper, serial, copies, who, reason, provisional,
    outcome, fault, job, told_by, ended_at"""
_SELECT: Final = f"SELECT {_COLUMNS} FROM prints WHERE"  # noqa: S608 - ours
_ALLOWED: Final = """SELECT copies FROM documents JOIN contents USING (content_id)
    WHERE case_id = ? AND sha256 = ?"""


class StoredPrintLedger:
    """PrintLedger of api_prints.py. One instance belongs to one thread."""

    def __init__(self, *, database: EncryptedDatabase, table: CaseTable) -> None:
        self._database = database
        self._table = table

    def copies_allowed(self, order: PrintOrder) -> int:
        """As the office said when it issued the document."""
        with self._database.reading():
            return self._allowed(order)

    def begin_print(self, order: PrintOrder, *, now: datetime, job: str = "") -> PrintId:
        """The claim; see api_prints.py. On a full disk with the room that is kept for confirming.

        About as long as one sync of the disk.
        """
        if order.reason is not None and not order.by:
            raise ValueError("nobody but staff prints a paper once more")
        return self._database.surely(lambda: self._begin(order, now, job))

    def print_handed_in(self, print_id: PrintId, job: str) -> None:
        """From now on something may come out."""
        self._database.surely(lambda: self._note_job(print_id, job))

    def end_print(
        self,
        print_id: PrintId,
        outcome: PrintOutcome,
        *,
        told_by: str,
        now: datetime,
        fault: Fault | None = None,
    ) -> PrintEntry:
        """What became of it; see api_prints.py."""
        return self._database.surely(lambda: self._end(print_id, outcome, told_by, now, fault))

    def open_prints(self) -> Sequence[PrintEntry]:
        """Nobody has said whether they came out."""
        with self._database.reading():
            return self._entries(
                "outcome IN (?, ?) ORDER BY entry", *(outcome.value for outcome in sorted(OPEN))
            )

    def prints_of(self, case_id: CaseId) -> Sequence[PrintEntry]:
        """Everything of that case."""
        with self._database.reading():
            return self._entries("case_id = ? ORDER BY entry", case_id)

    def prints_since(self, moment: datetime, *, limit: int = 500) -> Sequence[PrintEntry]:
        """The newest first."""
        with self._database.reading():
            return self._entries("at >= ? ORDER BY entry DESC LIMIT ?", text_of(moment), limit)

    def _begin(self, order: PrintOrder, now: datetime, job: str) -> PrintId:
        with self._database.writing():
            same = (order.case_id, order.paper)
            before = self._entries("case_id = ? AND paper = ?", *same) if order.paper else []
            if order.kind is PaperKind.CERTIFICATE:
                self._check(order, before)
            entry = self._table.audit(f"print {order.kind}", order.case_id, now)
            self._database.execute(
                f"INSERT INTO prints ({_COLUMNS}) VALUES ({', '.join('?' * 15)})",  # noqa: S608 - ours
                (
                    *(entry, text_of(now), order.kind.value, order.case_id, order.paper),
                    *(1 + max((one.serial for one in before), default=0), order.copies, order.by),
                    *(order.reason or "", int(order.provisional)),
                    *(PrintOutcome.STARTED.value, "", job, "", None),
                ),
            )
        return PrintId(entry)

    def _check(self, order: PrintOrder, before: Sequence[PrintEntry]) -> None:
        allowed = self._allowed(order)
        if not allowed:
            return
        if any(entry.is_open for entry in before):
            raise PaperSpent("an earlier print may be out")
        if order.reason is None and papers_out(before) + order.copies > allowed:
            raise PaperSpent(f"{papers_out(before)} of {allowed} are out")

    def _allowed(self, order: PrintOrder) -> int:
        rows = self._database.execute(_ALLOWED, (order.case_id, order.paper))
        if not rows:
            raise KeyError(order.paper)
        return int(rows[0][0])

    def _note_job(self, print_id: PrintId, job: str) -> None:
        with self._database.writing():
            self._database.execute(
                "UPDATE prints SET job = ? WHERE entry = ? AND outcome = 'started'", (job, print_id)
            )

    def _end(
        self,
        print_id: PrintId,
        outcome: PrintOutcome,
        told_by: str,
        now: datetime,
        fault: Fault | None,
    ) -> PrintEntry:
        with self._database.writing():
            entry = self._entry(print_id)
            if not entry.is_open or outcome in (entry.outcome, PrintOutcome.STARTED):
                return entry
            order = entry.order
            self._database.execute(
                """UPDATE prints SET outcome = ?, fault = ?, told_by = ?, ended_at = ?
                WHERE entry = ?""",
                (outcome.value, fault or "", told_by, text_of(now), print_id),
            )
            self._table.audit(f"print {order.kind} {outcome}", order.case_id, now)
            if order.kind is PaperKind.CERTIFICATE and outcome is PrintOutcome.PRINTED:
                case = self._table.find(order.case_id)
                if case is not None and case.state is CaseState.DECIDED and self._all_out(order):
                    self._table.hand_over(case, now)
            return self._entry(print_id)

    def _all_out(self, order: PrintOrder) -> bool:
        """Every paper that the office allows of that document is out; one, where it counts none."""
        [(allowed,)] = self._database.execute(_ALLOWED, (order.case_id, order.paper)) or [(0,)]
        same = self._entries("case_id = ? AND paper = ?", order.case_id, order.paper)
        return papers_out(same) >= int(allowed)

    def _entry(self, print_id: PrintId) -> PrintEntry:
        found = self._entries("entry = ?", print_id)
        if not found:
            raise KeyError(print_id)
        return found[0]

    def _entries(self, condition: str, *values: object) -> list[PrintEntry]:
        return [_entry_of(row) for row in self._database.execute(f"{_SELECT} {condition}", values)]


def _entry_of(row: tuple[Any, ...]) -> PrintEntry:
    entry, at, kind, case_id, paper, serial, copies, who, reason, provisional, *end = row
    outcome, fault, job, told_by, ended_at = end
    began = moment_of(at)
    assert began is not None
    return PrintEntry(
        print_id=PrintId(entry),
        order=PrintOrder(
            kind=PaperKind(kind),
            case_id=CaseId(case_id),
            paper=paper,
            copies=copies,
            by=who,
            reason=ReprintReason(reason) if reason else None,
            provisional=bool(provisional),
        ),
        serial=serial,
        at=began,
        outcome=PrintOutcome(outcome),
        fault=Fault(fault) if fault else None,
        job=job,
        told_by=told_by,
        ended_at=moment_of(ended_at),
    )
