"""Remembers which confirmed cases still have to reach the gateway, and what it answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.progress import StateChange
from offline_store.api import OutboxEntry, SetAside
from offline_store.case_table import CaseTable, Stored
from offline_store.database import EncryptedDatabase
from offline_store.rows import moment_of, text_of

# A clock that once ran ahead must not silence an entry: a wait that ends later than this is not
# believed. The protocol's longest wait is an hour, and up to a fifth later than told (sync.md 6).
LONGEST_WAIT: Final = timedelta(minutes=72)


class StoredOutbox:
    """The part Outbox of api.py. One instance belongs to one thread."""

    def __init__(self, *, database: EncryptedDatabase, table: CaseTable) -> None:
        self._database = database
        self._table = table

    def due(self, now: datetime, limit: int) -> Sequence[OutboxEntry]:
        """Entries whose time has come (or lies beyond belief), oldest first."""
        with self._database.reading():
            rows = self._database.execute(
                """SELECT case_id, sequence, attempts, not_before FROM outbox
                WHERE aside_reason IS NULL AND held = 0
                AND (not_before IS NULL OR not_before <= ? OR not_before > ?)
                ORDER BY sequence LIMIT ?""",
                (text_of(now), text_of(now + LONGEST_WAIT), limit),
            )
        return [
            OutboxEntry(CaseId(case_id), order, attempts, moment_of(not_before))
            for case_id, order, attempts, not_before in rows
        ]

    def waiting(self) -> int:
        """How many confirmed cases are not at the gateway yet, those set aside not counted."""
        with self._database.reading():
            [(count,)] = self._database.execute(
                "SELECT count(*) FROM outbox WHERE aside_reason IS NULL"
            )
        return int(count)

    def oldest_waiting(self) -> datetime | None:
        """When the first of them was confirmed; None when there is none."""
        with self._database.reading():
            rows = self._database.execute(
                """SELECT confirmed_at FROM outbox JOIN cases USING (case_id)
                WHERE aside_reason IS NULL ORDER BY sequence LIMIT 1"""
            )
        return moment_of(rows[0][0]) if rows else None

    def acknowledged(
        self, case_id: CaseId, *, acknowledgement: bytes, official_number: str, now: datetime
    ) -> Case:
        """Store the gateway's receipt, move to RECEIVED, end the outbox entry: together.

        A case that a pull has meanwhile led further keeps its state. Repeating it changes
        nothing. Raises StoreError, KeyError; IllegalMove for a draft.
        """
        return self._database.surely(
            lambda: self._acknowledged(case_id, acknowledgement, official_number, now)
        )

    def _acknowledged(
        self, case_id: CaseId, acknowledgement: bytes, official_number: str, now: datetime
    ) -> Case:
        with self._database.writing():
            case = self._table.get(case_id)
            stored = self._database.execute(
                "SELECT acknowledgement FROM cases WHERE case_id = ?", (case_id,)
            )
            if stored != [(None,)]:
                return case
            ours = case.state in {CaseState.QUEUED, CaseState.DRAFT}
            received = replace(
                case.moved_to(CaseState.RECEIVED) if ours else case,
                official_number=official_number or case.official_number,
            )
            self._table.write(received, before=Stored.of(case))
            self._database.execute(
                "UPDATE cases SET acknowledgement = ?, acknowledged_at = ? WHERE case_id = ?",
                (acknowledgement, text_of(now), case_id),
            )
            self._database.execute("DELETE FROM outbox WHERE case_id = ?", (case_id,))
            # Also when a pull was faster: only now is it known when the whole case was there.
            self._table.note_change(
                StateChange(
                    case_id=case_id,
                    state=CaseState.RECEIVED,
                    office_state="",
                    at=now,
                    official_number=official_number,
                )
            )
        return received

    def try_again(self, case_id: CaseId, *, not_before: datetime) -> None:
        """Count an attempt; the entry is due again at that moment. Ended entries are ignored."""
        with self._database.writing():
            self._database.execute(
                "UPDATE outbox SET attempts = attempts + 1, not_before = ? WHERE case_id = ?",
                (text_of(not_before), case_id),
            )

    def wait_no_longer(self) -> int:
        """Make everything due that only waits for its time; how many entries that were."""
        with self._database.writing():
            waited = self._database.execute(
                """UPDATE outbox SET not_before = NULL
                WHERE aside_reason IS NULL AND not_before IS NOT NULL RETURNING case_id"""
            )
        return len(waited)

    def set_aside(self, case_id: CaseId, reason: str, *, now: datetime) -> None:
        """Stop sending this one until a person has looked. Ended entries are ignored."""
        with self._database.writing():
            changed = self._database.execute(
                """UPDATE outbox SET aside_reason = ?, aside_at = ? WHERE case_id = ?
                RETURNING case_id""",
                (reason, text_of(now), case_id),
            )
            if changed:
                self._table.audit("set aside", case_id, now)

    def aside(self) -> Sequence[SetAside]:
        """Everything set aside, oldest case first."""
        with self._database.reading():
            rows = self._database.execute(
                """SELECT case_id, aside_reason FROM outbox WHERE aside_reason IS NOT NULL
                ORDER BY sequence"""
            )
        return [SetAside(CaseId(case_id), reason) for case_id, reason in rows]

    def offer_again(self) -> int:
        """Let everything that was set aside be sent once more; how many entries that were."""
        with self._database.writing():
            offered = self._database.execute(
                """UPDATE outbox SET aside_reason = NULL, aside_at = NULL, attempts = 0,
                not_before = NULL WHERE aside_reason IS NOT NULL RETURNING case_id"""
            )
        return len(offered)
