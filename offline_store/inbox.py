"""Takes in what the office sends down: states, reasons, finished papers, a new catalogue."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kiosk.domain.case import MOVES, Case, CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.progress import IssuedDocument, StateChange
from offline_store.api import StoreError
from offline_store.case_table import CaseTable
from offline_store.database import EncryptedDatabase

# In these the case is the terminal's; the office has not seen it.
_OURS: Final = frozenset({CaseState.DRAFT, CaseState.QUEUED, CaseState.ABANDONED})


class StoredInbox:
    """The part Inbox of api.py. One instance belongs to one thread."""

    def __init__(self, *, database: EncryptedDatabase, table: CaseTable) -> None:
        self._database = database
        self._table = table

    def cursor(self) -> str:
        """Where the last pull ended; "" at first."""
        with self._database.reading():
            rows = self._database.execute("SELECT cursor FROM pull")
        return str(rows[0][0]) if rows else ""

    def apply(
        self,
        changes: Sequence[StateChange],
        documents: Sequence[tuple[IssuedDocument, bytes]],
        *,
        catalog: tuple[str, bytes] | None,
        cursor: str,
    ) -> Sequence[CaseId]:
        """Everything of one pull and the new cursor together; see api.py.

        Raises StoreError; STORE_DAMAGED when bytes do not fit the document's name, so that the
        same pull is made again.
        """
        changed: dict[CaseId, None] = {}  # a set that keeps the order
        tables = self._database.tables
        with self._database.writing():
            for change in changes:
                if self._follow(change):
                    changed[change.case_id] = None
            for document, content in documents:
                if self._keep(document, content):
                    changed[document.case_id] = None
            if catalog is not None:
                version, file = catalog
                row = {"only": 1, "version": version, "file": file}
                tables.table("catalog").insert(row, replace=True)
            tables.table("pull").insert({"only": 1, "cursor": cursor}, replace=True)
        return tuple(changed)

    def catalog(self) -> tuple[str, bytes] | None:
        """(version, file) of the newest catalogue that came down."""
        with self._database.reading():
            rows = self._database.execute("SELECT version, file FROM catalog")
        return (rows[0][0], rows[0][1]) if rows else None

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
        if after == case:
            return False
        self._table.write(after, known=case)
        self._table.note_change(change)
        return True

    def _keep(self, document: IssuedDocument, content: bytes) -> bool:
        case = self._table.find(document.case_id)
        if case is None or case.state is CaseState.DRAFT:
            return False
        if hashlib.sha256(content).hexdigest() != document.sha256:
            raise StoreError(Fault.STORE_DAMAGED, f"document {document.sha256} came with others")
        new = self._database.execute(
            """INSERT OR IGNORE INTO documents (arrival, case_id, content_id, title)
            VALUES (?, ?, ?, ?) RETURNING arrival""",
            (
                self._table.next_order(),
                document.case_id,
                self._table.contents.keep(content),
                document.title,
            ),
        )
        return bool(new)


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
