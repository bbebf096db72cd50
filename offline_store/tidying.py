"""Removes what was kept long enough, a little at a time, so that nobody at the screen waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kiosk.domain.case import CaseId
from offline_store.api import Limits, Tidied
from offline_store.case_table import CaseTable
from offline_store.database import EncryptedDatabase
from offline_store.rows import text_of

# A clock that once ran years ahead must not keep a person's papers for years: a moment later than
# this from now is not believed, and what it dates has waited long enough.
MOST_AHEAD: Final = timedelta(days=2)
ROWS_AT_ONCE: Final = 500  # audit rows of one transaction
PAGES_AT_ONCE: Final = 256  # freed pages, 1 MB, that one step returns to the file system

_TO_CLEAR: Final = """SELECT case_id FROM cases WHERE acknowledged_at IS NOT NULL
    AND cleared_at IS NULL AND (acknowledged_at < ? OR acknowledged_at > ?)"""
_DELIVERED: Final = """SELECT DISTINCT documents.case_id FROM documents
    JOIN changes ON changes.case_id = documents.case_id AND state = 'delivered'
    WHERE at < ? OR at > ?"""
_OLD_AUDIT: Final = """SELECT entry FROM audit WHERE at < ?
    AND case_id NOT IN (SELECT case_id FROM outbox)"""


class StoredTidying:
    """The retention part of Store in api.py. One instance belongs to one thread."""

    def __init__(self, *, database: EncryptedDatabase, table: CaseTable) -> None:
        self._database = database
        self._table = table

    def tidy(self, now: datetime, limits: Limits) -> Tidied:
        """Remove what was kept long enough; see api.py.

        What is due is looked up before, without the write lock; every case is a transaction.
        """
        drafts = self._each(
            "SELECT case_id FROM cases WHERE receipt_number IS NULL AND started_at < ?",
            (text_of(now - limits.drafts),),
            lambda case_id: self._drop_draft(case_id, now),
        )
        ahead = text_of(now + MOST_AHEAD)
        cleared = self._each(
            _TO_CLEAR,
            (text_of(now - limits.sent_cases), ahead),
            lambda case_id: self._clear(case_id, now),
        )
        documents = self._each(
            _DELIVERED,
            (text_of(now - limits.printed_documents), ahead),
            lambda case_id: self._drop_documents(case_id, now),
        )
        audit_rows = self._prune_audit(text_of(now - limits.audit))
        self._shrink()
        self._database.ballast.take()
        return Tidied(drafts=drafts, cleared=cleared, documents=documents, audit_rows=audit_rows)

    def _shrink(self) -> None:
        before, left = -1, self._database.shrink(PAGES_AT_ONCE)
        while left and left != before:  # equal: a reader of another moment still needs them
            before, left = left, self._database.shrink(PAGES_AT_ONCE)

    def _each(self, which: str, values: tuple[object, ...], remove: Callable[[CaseId], int]) -> int:
        with self._database.reading():
            rows = self._database.execute(which, values)
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
            "UPDATE cases SET answers = '{}', cleared_at = ? WHERE case_id = ?",
            (text_of(now), case_id),
        )
        self._table.audit("cleared", case_id, now)
        return 1

    def _drop_documents(self, case_id: CaseId, now: datetime) -> int:
        rows = self._database.execute(
            "DELETE FROM documents WHERE case_id = ? RETURNING content_id", (case_id,)
        )
        self._table.contents.drop_unused(content_id for (content_id,) in rows)
        self._table.audit("documents removed", case_id, now)
        return len(rows)

    def _prune_audit(self, before: str) -> int:
        with self._database.reading():
            rows = self._database.execute(_OLD_AUDIT, (before,))
        for start in range(0, len(rows), ROWS_AT_ONCE):
            with self._database.writing():
                self._database.execute_many(
                    "DELETE FROM audit WHERE entry = ?", list(rows[start : start + ROWS_AT_ONCE])
                )
        return len(rows)
