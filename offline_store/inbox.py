"""Takes in what the office sends down: states, reasons, finished papers, catalogue and the rest."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from kiosk.domain.case import MOVES, Case, CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.progress import IssuedDocument, StateChange
from offline_store.api import StoreError
from offline_store.arrivals import Arrivals
from offline_store.case_table import CaseTable, Stored
from offline_store.database import EncryptedDatabase
from offline_store.noticeboard import StoredNoticeboard
from offline_store.staging import StoredStaging

# In these the case is the terminal's; the office has not seen it.
_OURS: Final = frozenset({CaseState.DRAFT, CaseState.QUEUED, CaseState.ABANDONED})


class StoredInbox(StoredStaging, StoredNoticeboard):
    """The part Inbox of arrivals.py. One instance belongs to one thread."""

    def __init__(self, *, database: EncryptedDatabase, table: CaseTable) -> None:
        StoredStaging.__init__(self, database=database)
        StoredNoticeboard.__init__(self, database=database)
        self._table = table

    def cursor(self) -> str:
        """Where the last pull ended; "" at first."""
        with self._database.reading():
            rows = self._database.execute("SELECT cursor FROM pull")
        return str(rows[0][0]) if rows else ""

    def apply(self, arrivals: Arrivals, *, cursor: str, now: datetime) -> Sequence[CaseId]:
        """Everything of one pull and the new cursor together; see arrivals.py."""
        papers = {document.sha256 for document in arrivals.documents}
        try:
            with self._database.writing():
                changed = self._take_in(arrivals, now)
                self._database.tables.table("pull").insert(
                    {"only": 1, "cursor": cursor}, replace=True
                )
                self._drop_staged(papers | set(arrivals.transfers))
        except _OtherBytes as error:
            with self._database.writing():
                self._drop_staged({str(error)})
            raise StoreError(Fault.STORE_DAMAGED, f"document {error} came with others") from None
        return changed

    def catalog(self) -> tuple[str, bytes] | None:
        """(version, file) of the newest catalogue that came down."""
        with self._database.reading():
            rows = self._database.execute("SELECT version, file FROM catalog")
        return (rows[0][0], rows[0][1]) if rows else None

    def _take_in(self, arrivals: Arrivals, now: datetime) -> Sequence[CaseId]:
        changed: dict[CaseId, None] = {}  # a set that keeps the order
        for change in arrivals.changes:
            if self._follow(change):
                changed[change.case_id] = None
        for document in arrivals.documents:
            if self._keep(document, now):
                changed[document.case_id] = None
        if arrivals.catalog is not None:
            version, file = arrivals.catalog
            row = {"only": 1, "version": version, "file": file}
            self._database.tables.table("catalog").insert(row, replace=True)
        self._put_up(arrivals, now)
        return tuple(changed)

    def _follow(self, change: StateChange) -> bool:
        case = self._table.find(change.case_id)
        if case is None or (moved := _moved(case, change.state)) is None:
            return False
        after = replace(
            moved,
            office_state=change.office_state or moved.office_state,
            official_number=change.official_number or moved.official_number,
            remarks=change.remarks,
        )
        if after == case and not (change.asked and self._is_new_list(change)):
            return False
        self._table.write(after, before=Stored.of(case))
        self._table.note_change(change)
        return True

    def _is_new_list(self, change: StateChange) -> bool:
        known = self._database.execute(
            "SELECT 1 FROM corrections WHERE case_id = ? AND round = ?",
            (change.case_id, change.round),
        )
        return not known

    def _keep(self, document: IssuedDocument, now: datetime) -> bool:
        case = self._table.find(document.case_id)
        if case is None or case.state is CaseState.DRAFT:
            return False
        content_id = self._table.contents.id_of(document.sha256)
        if content_id is None:
            content = self._staged_content(document.sha256)
            if hashlib.sha256(content).hexdigest() != document.sha256:
                raise _OtherBytes(document.sha256)
            content_id, _ = self._table.contents.keep(content)
        known = self._database.execute(
            "SELECT 1 FROM documents WHERE case_id = ? AND content_id = ?",
            (document.case_id, content_id),
        )
        if known:
            return False
        self._database.execute(
            """INSERT INTO documents (arrival, case_id, content_id, title, copies)
            VALUES (?, ?, ?, ?, ?)""",
            (
                self._table.audit("document", document.case_id, now),
                document.case_id,
                content_id,
                document.title,
                document.copies,
            ),
        )
        return True


class _OtherBytes(Exception):
    """What was staged is not the document of that name."""


def _moved(case: Case, state: CaseState) -> Case | None:
    """The case after the office's step, or None when that step is impossible.

    The office may say the same state again with other reasons. What the office decides about a
    queued case it must have received: our acknowledgement was lost on the way, not the case.
    """
    if case.state is state and state not in _OURS:
        return case
    if case.state is CaseState.DRAFT:
        return None
    if case.state is CaseState.QUEUED and state in MOVES[CaseState.RECEIVED]:
        return case.moved_to(CaseState.RECEIVED).moved_to(state)
    return case.moved_to(state) if state in MOVES[case.state] else None
