"""Reads and writes whole cases, their pages and their steps; the parts of the store share it."""

from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.correction import CorrectionRow
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageRef, ScanLevel
from kiosk.domain.progress import StateChange
from kiosk.domain.receipt_number import parts_of
from offline_store.api import StoreError
from offline_store.contents import Contents
from offline_store.database import EncryptedDatabase
from offline_store.rows import COLUMNS, INDEXED, case_of, json_of, row_of, text_of

_COLUMNS: Final = ", ".join(COLUMNS)
_FIND: Final = f"SELECT cleared_at IS NULL, {_COLUMNS} FROM cases WHERE"  # noqa: S608 - ours
_REST: Final = COLUMNS[INDEXED:]
_INSERT: Final = f"INSERT INTO cases ({_COLUMNS}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - names are ours
_STORED: Final = """SELECT case_id, receipt_number, applicant_number, state FROM cases
    WHERE case_id = ?"""
_PAGES: Final = """SELECT role, sha256, material, level, size, content_id FROM case_pages
    JOIN contents USING (content_id) WHERE case_id = ? ORDER BY position"""


class Stored(NamedTuple):
    """Where a stored case stands; first the columns with an index, as in rows.COLUMNS."""

    case_id: str
    receipt_number: str | None
    applicant_number: str
    state: str

    @classmethod
    def of(cls, case: Case) -> "Stored":
        """Of a case that was just read."""
        return cls(case.case_id, case.receipt_number or None, case.applicant_number, case.state)


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
        # Plain SQL: sqlite-utils asks for every table's name before it reads a row of one.
        rows = self._database.execute(
            f"{_FIND} {condition} ORDER BY confirmed_order DESC", (value,)
        )
        return [
            case_of(tuple(row), [page[:2] for page in self.pages(row[0])] if has_pages else ())
            for has_pages, *row in rows
        ]

    def stored(self, case_id: CaseId) -> Stored | None:
        """What the table has of it, as far as writing it again asks, or None."""
        rows = self._database.execute(_STORED, (case_id,))
        return Stored(*rows[0]) if rows else None

    def write(self, case: Case, *, before: Stored | None) -> None:
        """Insert the case, or bring what is stored up to date. The page list is left alone.

        A row is written as a whole, but an indexed column only when it changed: it would cost the
        pages of its index.
        """
        row = row_of(case)
        if before is None:
            self._database.execute(_INSERT, row)
            return
        changed = [n for n in range(INDEXED) if row[n] != before[n]]
        names = (*_REST, *(COLUMNS[n] for n in changed))
        values = (*row[INDEXED:], *(row[n] for n in changed))
        self._database.execute(_update_of(names), (*values, case.case_id))

    def note_draft(self, case_id: CaseId, *, step: str, now: datetime, is_new: bool) -> None:
        """Where the visit is; a new draft gets its place among everything else.

        By that place its age is told, whatever the clock does (lifetime.py).
        """
        order = self.audit("begun", case_id, now) if is_new else None
        self._database.execute(
            """UPDATE cases SET step = ?, saved_at = ?,
                confirmed_order = ifnull(?, confirmed_order) WHERE case_id = ?""",
            (step, text_of(now), order, case_id),
        )

    def keep_serial(self, receipt: str) -> None:
        """That number was given once, though its case goes: no later one may be the same."""
        site, terminal, day, serial = parts_of(receipt)
        self._database.execute(
            """INSERT INTO day_serials (site, terminal, day, serial) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET serial = max(serial, excluded.serial)""",
            (site, terminal, f"20{day[:2]}-{day[2:4]}-{day[4:]}", serial),
        )

    def pages(self, case_id: str) -> list[tuple[str, PageRef, int]]:
        """(role, page, content id) in the order of the case."""
        return [
            (role, PageRef(sha256, material, size, ScanLevel(level)), content_id)
            for role, sha256, material, level, size, content_id in self._page_rows(case_id)
        ]

    def _page_rows(self, case_id: str) -> list[tuple[Any, ...]]:
        return self._database.execute(_PAGES, (case_id,))

    def append_page(
        self, case_id: CaseId, content_id: int, material: str, level: ScanLevel
    ) -> None:
        """Add a page at the end of the list, unless it is there for that material."""
        self._database.execute(
            """INSERT INTO case_pages (case_id, position, role, content_id, material, level)
            SELECT ?1, (SELECT ifnull(max(position) + 1, 0) FROM case_pages WHERE case_id = ?1),
                'page', ?2, ?3, ?4
            WHERE NOT EXISTS (SELECT 1 FROM case_pages
                WHERE case_id = ?1 AND content_id = ?2 AND material = ?3)""",
            (case_id, content_id, material, level.value),
        )

    def write_pages(self, case: Case, *, keep_others: bool) -> bool:
        """Make the stored list that of the case; True when it has no other pages now.

        Pages that the case does not name are forgotten, or, with `keep_others`, put at the end.
        Raises StoreError(STORE_DAMAGED) when the case names a page whose bytes are not here.
        """
        wanted = [_place_of("page", page) for page in case.pages]
        if case.signature is not None:
            wanted.append(_place_of("signature", case.signature))
        named_count = len(wanted)
        rows = self._page_rows(case.case_id)
        stored = [row[:4] for row in rows]
        if keep_others:
            named = {sha256 for _, sha256, *_ in wanted}
            wanted += [row for row in stored if row[1] not in named]
        named_only = len(wanted) == named_count
        if wanted == stored:
            return named_only
        self._database.execute("DELETE FROM case_pages WHERE case_id = ?", (case.case_id,))
        for position, (role, sha256, material, level) in enumerate(wanted):
            content_id = self.contents.id_of(sha256)
            if content_id is None:
                raise StoreError(Fault.STORE_DAMAGED, f"page {sha256} is not in the store")
            self._database.execute(
                """INSERT INTO case_pages (case_id, position, role, content_id, material, level)
                VALUES (?, ?, ?, ?, ?, ?)""",
                (case.case_id, position, role, content_id, material, level),
            )
        self.contents.drop_unused(content_id for *_, content_id in rows)
        return named_only

    def delete(self, case_id: CaseId) -> None:
        """Remove the case with those of its pages that no other case shows."""
        content_ids = [content_id for _, _, content_id in self.pages(case_id)]
        self._database.execute("DELETE FROM cases WHERE case_id = ?", (case_id,))
        self.contents.drop_unused(content_ids)

    def hand_over(self, case: Case, now: datetime) -> Case:
        """The result is in the person's hands: DECIDED to DELIVERED. Raises IllegalMove."""
        if case.state is CaseState.DELIVERED:
            return case
        delivered = case.moved_to(CaseState.DELIVERED)
        self.write(delivered, before=Stored.of(case))
        self.note_change(
            StateChange(case_id=case.case_id, state=delivered.state, office_state="", at=now)
        )
        return delivered

    def note_change(self, change: StateChange) -> None:
        """Keep a step that the case has made, without its documents; the audit learns of it."""
        arrival = self.audit(change.state.value, change.case_id, change.at)
        self._database.execute(
            """INSERT INTO changes (case_id, arrival, state, office_state, at, official_number,
                remarks) VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (
                change.case_id,
                arrival,
                change.state.value,
                change.office_state,
                text_of(change.at),
                change.official_number,
                json_of(change.remarks),
            ),
        )
        if change.asked:
            self._database.execute(
                "INSERT INTO corrections (case_id, arrival, round, asked) VALUES (?, ?, ?, ?)",
                (change.case_id, arrival, change.round, json_of(change.asked)),
            )

    def changes(self, case_id: CaseId) -> list[StateChange]:
        """The steps of the case in the order in which they came."""
        rows = self._database.execute(
            """SELECT state, office_state, at, official_number, remarks,
                ifnull(asked, '[]'), ifnull(round, 0)
            FROM changes LEFT JOIN corrections USING (case_id, arrival)
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
                remarks=tuple(msgspec.json.decode(remarks)),
                asked=msgspec.json.decode(asked, type=tuple[CorrectionRow, ...]),
                round=round_,
            )
            for state, office_state, at, official_number, remarks, asked, round_ in rows
        ]

    def audit(self, what: str, case_id: CaseId, at: datetime) -> int:
        """Note what happened, and the number of that note, which only ever grows.

        These numbers are the store's own counter: everything that has an order has that of its
        note. `what` is one of our own words, never a person's.
        """
        return self._database.insert(
            "INSERT INTO audit (at, what, case_id) VALUES (?, ?, ?)", (text_of(at), what, case_id)
        )


def _place_of(role: str, page: PageRef) -> tuple[str, str, str, str]:
    """As the first four columns of _PAGES."""
    return role, page.sha256, page.material, page.level.value


@cache
def _update_of(columns: tuple[str, ...]) -> str:
    return f"UPDATE cases SET {', '.join(f'{name} = ?' for name in columns)} WHERE case_id = ?"  # noqa: S608 - names are ours
