"""Removes what was kept long enough, a little at a time, so that nobody at the screen waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kiosk.domain.case import CaseId
from offline_store.api import Limits, Tidied
from offline_store.case_table import CaseTable
from offline_store.database import EncryptedDatabase
from offline_store.lifetime import Lifetime, Uptime, uptime
from offline_store.rows import text_of

ROWS_AT_ONCE: Final = 500  # of one transaction
PAGES_AT_ONCE: Final = 256  # freed pages, 1 MB, that one step returns to the file system

# Each takes the number of the newest note that is old enough (lifetime.py).
_DRAFTS: Final = """SELECT case_id FROM cases
    WHERE receipt_number IS NULL AND ifnull(confirmed_order, 0) <= ?"""
_LAST_STEP: Final = """ifnull((SELECT max(arrival) FROM changes
    WHERE changes.case_id = cases.case_id), confirmed_order)"""
_SENT: Final = """SELECT case_id FROM cases
    WHERE acknowledged_at IS NOT NULL AND cleared_at IS NULL AND ifnull((SELECT max(arrival)
    FROM changes WHERE changes.case_id = cases.case_id AND state = 'received'), 0) <= ?"""
_DELIVERED: Final = """SELECT DISTINCT documents.case_id FROM documents
    JOIN changes ON changes.case_id = documents.case_id AND state = 'delivered'
    WHERE changes.arrival <= ?"""
_PERSONS: Final = f"""SELECT case_id FROM cases WHERE cleared_at IS NOT NULL
    AND confirmed_order <= ?1 AND applicant_number <> '' AND {_LAST_STEP} <= ?1"""  # noqa: S608 - ours
_LEDGER: Final = f"""SELECT case_id FROM cases WHERE cleared_at IS NOT NULL
    AND confirmed_order <= ?1 AND applicant_number = '' AND {_LAST_STEP} <= ?1"""  # noqa: S608 - ours
# The newest note stays: the numbers go on from it.
_AUDIT: Final = """SELECT entry FROM audit WHERE entry <= ?
    AND case_id NOT IN (SELECT case_id FROM outbox) AND entry < (SELECT max(entry) FROM audit)"""
# While the document is here, its papers count.
_PRINTS: Final = """SELECT entry FROM prints WHERE entry <= ?
    AND case_id NOT IN (SELECT case_id FROM documents)"""


class StoredTidying:
    """The retention part of Store in api.py. One instance belongs to one thread."""

    def __init__(
        self,
        *,
        database: EncryptedDatabase,
        table: CaseTable,
        look: Callable[[], Uptime] = uptime,
    ) -> None:
        self._database = database
        self._table = table
        self._lifetime = Lifetime(database, look)

    def tidy(self, now: datetime, limits: Limits) -> Tidied:
        """Remove what was kept long enough; see api.py.

        What is due is looked up before, without the write lock; every case is a transaction.
        """
        self._lifetime.grow(now)
        each = self._each
        tidied = Tidied(
            drafts=each(_DRAFTS, limits.drafts, lambda case: self._drop_draft(case, now)),
            cleared=each(_SENT, limits.sent_cases, lambda case: self._clear(case, now)),
            documents=each(
                _DELIVERED, limits.printed_documents, lambda case: self._drop_papers(case, now)
            ),
            forgotten=each(_PERSONS, limits.persons, lambda case: self._forget(case, now)),
            removed=each(_LEDGER, limits.ledger, lambda case: self._remove(case, now)),
            audit_rows=self._prune("audit", _AUDIT, limits.audit),
            prints=self._prune("prints", _PRINTS, limits.ledger),
        )
        with self._database.writing():
            self._drop_what_came(limits)
            self._lifetime.forget_before(max(limits.ages()))
        self._shrink()
        self._database.ballast.take()
        return tidied

    def _shrink(self) -> None:
        before, left = -1, self._database.shrink(PAGES_AT_ONCE)
        while left and left != before:  # equal: a reader of another moment still needs them
            before, left = left, self._database.shrink(PAGES_AT_ONCE)

    def _each(self, which: str, age: timedelta, remove: Callable[[CaseId], int]) -> int:
        with self._database.reading():
            noted = self._lifetime.noted_before(age)
            rows = [] if noted is None else self._database.execute(which, (noted,))
        removed = 0
        for (case_id,) in rows:
            with self._database.writing():
                removed += remove(CaseId(case_id))
        return removed

    def _drop_draft(self, case_id: CaseId, now: datetime) -> int:
        case = self._table.find(case_id)
        if case is None or case.receipt_number:
            return 0  # confirmed or left since we looked
        self._table.delete(case_id)
        self._table.audit("draft expired", case_id, now)
        return 1

    def _clear(self, case_id: CaseId, now: datetime) -> int:
        content_ids = [content_id for _, _, content_id in self._table.pages(case_id)]
        self._database.execute("DELETE FROM case_pages WHERE case_id = ?", (case_id,))
        self._table.contents.drop_unused(content_ids)
        self._database.execute(
            "UPDATE cases SET answers = '{}', handling = NULL, cleared_at = ? WHERE case_id = ?",
            (text_of(now), case_id),
        )
        self._table.audit("cleared", case_id, now)
        return 1

    def _drop_papers(self, case_id: CaseId, now: datetime) -> int:
        rows = self._database.execute(
            "DELETE FROM documents WHERE case_id = ? RETURNING content_id", (case_id,)
        )
        self._table.contents.drop_unused(content_id for (content_id,) in rows)
        if rows:
            self._table.audit("documents removed", case_id, now)
        return len(rows)

    def _forget(self, case_id: CaseId, now: datetime) -> int:
        """Whose case it was, and what the office wrote about it; papers nobody fetched go too."""
        self._drop_papers(case_id, now)
        self._database.execute(
            """UPDATE cases SET applicant_name = '', applicant_number = '', remarks = '[]'
            WHERE case_id = ?""",
            (case_id,),
        )
        self._database.execute("UPDATE changes SET remarks = '[]' WHERE case_id = ?", (case_id,))
        self._database.execute("DELETE FROM corrections WHERE case_id = ?", (case_id,))
        self._table.audit("person forgotten", case_id, now)
        return 1

    def _remove(self, case_id: CaseId, now: datetime) -> int:
        """The last of it: numbers, steps, acknowledgement. Its receipt number is never reused."""
        case = self._table.get(case_id)
        self._table.keep_serial(case.receipt_number)
        self._table.delete(case_id)
        self._table.audit("removed", case_id, now)
        return 1

    def _prune(self, table: str, which: str, age: timedelta) -> int:
        with self._database.reading():
            noted = self._lifetime.noted_before(age)
            rows = [] if noted is None else self._database.execute(which, (noted,))
        for start in range(0, len(rows), ROWS_AT_ONCE):
            with self._database.writing():
                self._database.execute_many(
                    f"DELETE FROM {table} WHERE entry = ?",  # noqa: S608 - ours
                    list(rows[start : start + ROWS_AT_ONCE]),
                )
        return len(rows)

    def _drop_what_came(self, limits: Limits) -> None:
        """Home visits and half downloads that nobody ended.

        They have no note of their own but the newest of then, so only an older one tells.
        """
        for table, age in (("home_visits", limits.visits), ("staged", limits.staged)):
            noted = self._lifetime.noted_before(age)
            if noted is not None:
                self._database.execute(f"DELETE FROM {table} WHERE noted < ?", (noted,))  # noqa: S608
