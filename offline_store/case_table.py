"""Reads and writes whole cases, their pages and their steps; the parts of the store share it."""

import json
from datetime import datetime

from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageRef
from kiosk.domain.progress import StateChange
from offline_store.api import StoreError
from offline_store.contents import Contents
from offline_store.database import EncryptedDatabase
from offline_store.rows import case_of, row_of, text_of


class CaseTable:
    """Every method belongs inside a transaction of the caller."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database
        self.contents = Contents(database)

    def find(self, case_id: str) -> Case | None:
        """The case, draft or not, or None."""
        found = self.where("case_id = ?", case_id)
        return found[0] if found else None

    def get(self, case_id: str) -> Case:
        """The case. Raises KeyError when there is none."""
        case = self.find(case_id)
        if case is None:
            raise KeyError(case_id)
        return case

    def where(self, condition: str, value: object) -> list[Case]:
        """The cases that meet the condition, the last confirmed first."""
        rows = self._database.tables.table("cases").rows_where(
            condition, [value], order_by="confirmed_order DESC"
        )
        return [
            case_of(row, [(role, page) for role, page, _ in self.pages(row["case_id"])])
            for row in list(rows)
        ]

    def write(self, case: Case, *, known: Case | None) -> None:
        """Insert the case, or change the columns that differ from `known`, which is stored.

        The page list is left alone. An unchanged column would cost the pages of its index.
        """
        row = row_of(case)
        if known is None:
            self._database.tables.table("cases").insert(row)
            return
        before = row_of(known)
        changed = [name for name in row if row[name] != before[name]]
        if changed:
            columns = ", ".join(f"{name} = ?" for name in changed)
            self._database.execute(
                f"UPDATE cases SET {columns} WHERE case_id = ?",  # noqa: S608 - names are ours
                (*(row[name] for name in changed), case.case_id),
            )

    def pages(self, case_id: str) -> list[tuple[str, PageRef, int]]:
        """(role, page, content id) in the order of the case."""
        rows = self._database.execute(
            """SELECT role, sha256, material, size, content_id FROM case_pages
            JOIN contents USING (content_id) WHERE case_id = ? ORDER BY position""",
            (case_id,),
        )
        return [
            (role, PageRef(sha256=sha256, material=material, size=size), content_id)
            for role, sha256, material, size, content_id in rows
        ]

    def append_page(self, case_id: CaseId, content_id: int, material: str) -> None:
        """Add a page at the end of the list, unless it is there for that material."""
        self._database.execute(
            """INSERT INTO case_pages (case_id, position, role, content_id, material)
            SELECT ?1, (SELECT ifnull(max(position) + 1, 0) FROM case_pages WHERE case_id = ?1),
                'page', ?2, ?3
            WHERE NOT EXISTS (SELECT 1 FROM case_pages
                WHERE case_id = ?1 AND content_id = ?2 AND material = ?3)""",
            (case_id, content_id, material),
        )

    def write_pages(self, case: Case, *, keep_others: bool) -> None:
        """Make the stored list that of the case.

        Pages that the case does not name are forgotten, or, with `keep_others`, put at the end.
        Raises StoreError(STORE_DAMAGED) when the case names a page whose bytes are not here.
        """
        wanted = [("page", page) for page in case.pages]
        if case.signature is not None:
            wanted.append(("signature", case.signature))
        stored = self.pages(case.case_id)
        if keep_others:
            named = {page.sha256 for _, page in wanted}
            wanted += [(role, page) for role, page, _ in stored if page.sha256 not in named]
        if wanted == [(role, page) for role, page, _ in stored]:
            return
        self._database.execute("DELETE FROM case_pages WHERE case_id = ?", (case.case_id,))
        for position, (role, page) in enumerate(wanted):
            content_id = self.contents.id_of(page.sha256)
            if content_id is None:
                raise StoreError(Fault.STORE_DAMAGED, f"page {page.sha256} is not in the store")
            self._database.execute(
                """INSERT INTO case_pages (case_id, position, role, content_id, material)
                VALUES (?, ?, ?, ?, ?)""",
                (case.case_id, position, role, content_id, page.material),
            )
        self.contents.drop_unused(content_id for _, _, content_id in stored)

    def delete(self, case_id: CaseId) -> None:
        """Remove the case with those of its pages that no other case shows."""
        content_ids = [content_id for _, _, content_id in self.pages(case_id)]
        self._database.execute("DELETE FROM cases WHERE case_id = ?", (case_id,))
        self.contents.drop_unused(content_ids)

    def note_change(self, change: StateChange) -> None:
        """Keep a step that the case has made, without its documents; the audit learns of it."""
        self._database.execute(
            """INSERT INTO changes (case_id, arrival, state, office_state, at, official_number,
                remarks) VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (
                change.case_id,
                self.next_order(),
                change.state.value,
                change.office_state,
                text_of(change.at),
                change.official_number,
                json.dumps(change.remarks, ensure_ascii=False),
            ),
        )
        self.audit(change.state.value, change.case_id, change.at)

    def changes(self, case_id: CaseId) -> list[StateChange]:
        """The steps of the case in the order in which they came."""
        rows = self._database.execute(
            """SELECT state, office_state, at, official_number, remarks FROM changes
            WHERE case_id = ? ORDER BY arrival""",
            (case_id,),
        )
        return [
            StateChange(
                case_id=case_id,
                state=CaseState(state),
                office_state=office_state,
                at=datetime.fromisoformat(at),
                official_number=official_number,
                remarks=tuple(json.loads(remarks)),
            )
            for state, office_state, at, official_number, remarks in rows
        ]

    def next_order(self) -> int:
        """The next number of the store's own counter; never given twice, whatever the clock."""
        [(value,)] = self._database.execute(
            """INSERT INTO counters (name, value) VALUES ('order', 1)
            ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"""
        )
        return int(value)

    def audit(self, what: str, case_id: CaseId, at: datetime) -> None:
        """Note what happened. `what` is one of our own words, never a person's."""
        self._database.execute(
            "INSERT INTO audit (at, what, case_id) VALUES (?, ?, ?)", (text_of(at), what, case_id)
        )
