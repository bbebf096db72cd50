"""Remembers every case for ever: its text, its pages by name, its number and its receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from kiosk.domain.case import CaseState
from sync import wire
from sync.gateway.database import Database, DatabaseTrouble, Row, Writing
from sync.gateway.sets import put_rows, rows_among

MOST_CONFLICTS: Final = 8  # other texts kept of one case; more tell a clerk nothing new
_COLUMNS: Final = (
    "SELECT case_id, terminal_id, fingerprint, text, state, official_number, acknowledgement,"
    " corrections_asked FROM office_case"
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it was sent, and what became of it. `acknowledgement` is None until it is whole."""

    case_id: str
    terminal_id: str
    fingerprint: str
    text: wire.CaseText = field(repr=False)
    state: CaseState
    official_number: str
    acknowledgement: bytes | None = field(repr=False)
    corrections_asked: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """The text of a case that a terminal offers. `objections`: why not to keep it, "field: reason".

    What is kept already is not judged again: the catalogue may have changed since.
    """

    text: wire.CaseText = field(repr=False)
    content: bytes = field(repr=False)  # canonical
    fingerprint: str
    objections: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """Who sent the case first and with which text; the receipt, or else the text itself."""

    terminal_id: str
    fingerprint: str
    acknowledgement: bytes | None = field(repr=False)
    text: bytes | None = field(default=None, repr=False)

    def is_of(self, terminal_id: str, fingerprint: str) -> bool:
        """Whether it is this very text from this terminal."""
        return (self.terminal_id, self.fingerprint) == (terminal_id, fingerprint)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The official number of a whole case and what was signed for it.

    `follows`: the number is that of an earlier case, and the office has nothing left to do.
    """

    case_id: str
    number: str
    signed: bytes = field(repr=False)
    follows: bool = False

    @property
    def state(self) -> CaseState:
        """Where the case stands by that."""
        return CaseState.DECIDED if self.follows else CaseState.RECEIVED

    @property
    def own_number(self) -> str | None:
        """The number that no other case has."""
        return None if self.follows else self.number


@dataclass(frozen=True, slots=True)
class PageHere:
    """A page that a case lists. `here`: bytes that a pack has of it, or None; `flaw`: of those."""

    sha256: str
    size: int
    here: int | None
    flaw: str


class CaseBook:
    """Methods with `w` are part of the transaction that they are given; the others read.

    All of them are for many cases at once: a few statements, however many there are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- arriving

    @staticmethod
    def kept(w: Writing, case_ids: Sequence[str]) -> dict[str, Kept]:
        """What is remembered under these ids, by id."""
        rows = rows_among(
            w.run,
            "SELECT case_id, terminal_id, fingerprint, acknowledgement,"
            " CASE WHEN acknowledgement IS NULL THEN text END FROM office_case"
            " WHERE case_id IN ({})",
            case_ids,
        )
        return {row[0]: Kept(*row[1:]) for row in rows}

    @staticmethod
    def add(
        w: Writing,
        new: Sequence[tuple[str, Offered]],
        receipts: Mapping[str, Receipt],
        *,
        now: datetime,
    ) -> None:
        """Keep the texts of new cases, each (terminal, text); by id the receipts of whole ones.

        Raises DatabaseTrouble when one is kept already, by a process that was faster.
        """
        at = now.isoformat()
        rows, pages = [], []
        for terminal_id, offered in new:
            text = offered.text
            receipt = receipts.get(text.case_id)
            rows.append(
                (
                    text.case_id,
                    terminal_id,
                    offered.fingerprint,
                    offered.content,
                    at,
                    (receipt.state if receipt else CaseState.QUEUED).value,
                    receipt.own_number if receipt else None,
                    at if receipt else None,
                    receipt.signed if receipt else None,
                )
            )
            pages += [(text.case_id, page.sha256, page.size) for page in text.every_page()]
        w.run_many(
            "INSERT INTO office_case (case_id, terminal_id, fingerprint, text, arrived_at, state,"
            " official_number, received_at, acknowledgement) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        w.run_many("INSERT INTO case_page (case_id, sha256, size) VALUES (?, ?, ?)", pages)

    @staticmethod
    def add_conflict(w: Writing, terminal_id: str, offered: Offered, *, now: datetime) -> None:
        """Keep another text of a case beside the first; at most MOST_CONFLICTS."""
        case_id = offered.text.case_id
        [(count,)] = w.run("SELECT count(*) FROM conflict WHERE case_id=?", case_id)
        if count < MOST_CONFLICTS:
            w.run(
                "INSERT INTO conflict (case_id, terminal_id, fingerprint, text, arrived_at)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                case_id,
                terminal_id,
                offered.fingerprint,
                offered.content,
                now.isoformat(),
            )

    @staticmethod
    def pages(w: Writing, case_ids: Sequence[str]) -> dict[str, list[PageHere]]:
        """The pages of these cases, by id."""
        found: dict[str, list[PageHere]] = {case_id: [] for case_id in case_ids}
        for case_id, *page in rows_among(
            w.run,
            "SELECT p.case_id, p.sha256, p.size, c.size, coalesce(c.flaw, '') FROM case_page p"
            " LEFT JOIN content c ON c.sha256=p.sha256 WHERE p.case_id IN ({})",
            case_ids,
        ):
            found[case_id].append(PageHere(*page))
        return found

    @staticmethod
    def here(w: Writing, hashes: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Of these pages those that a pack has, by hash: (size, flaw)."""
        rows = rows_among(
            w.run, "SELECT sha256, size, flaw FROM content WHERE sha256 IN ({})", hashes
        )
        return {sha256: (size, flaw) for sha256, size, flaw in rows}

    @staticmethod
    def serials(w: Writing, wanted: Mapping[tuple[str, date], int]) -> dict[tuple[str, date], int]:
        """So many serials for each (task code, day); the last one of each, however high.

        The rows stay locked until the commit, and the order is always the same: of two processes
        one waits for the other.
        """
        rows = [(code, day.isoformat(), count) for (code, day), count in sorted(wanted.items())]
        told = put_rows(
            w.run,
            "INSERT INTO serial (task_code, day, last) VALUES {}"
            " ON CONFLICT (task_code, day) DO UPDATE SET last=serial.last+excluded.last"
            " RETURNING task_code, day, last",
            rows,
        )
        return {(code, date.fromisoformat(day)): last for code, day, last in told}

    @staticmethod
    def complete(w: Writing, receipts: Sequence[Receipt], *, now: datetime) -> None:
        """All pages of these cases are here, and this was signed for them.

        Raises DatabaseTrouble when one of them was signed for already: a process was faster, and
        all of this is undone, serials too.
        """
        changed = put_rows(
            w.run,
            "UPDATE office_case SET state=v.column2, official_number=v.column3,"
            " acknowledgement=v.column4, received_at=v.column5 FROM (VALUES {}) AS v"
            " WHERE office_case.case_id=v.column1 AND office_case.acknowledgement IS NULL"
            " RETURNING office_case.case_id",
            [
                (one.case_id, one.state.value, one.own_number, one.signed, now.isoformat())
                for one in receipts
            ],
        )
        if len(changed) != len(receipts):
            raise DatabaseTrouble("another process was faster")

    # -- looking

    def case(self, case_id: str) -> CaseRow | None:
        """The case of that id."""
        rows = self._database.read(f"{_COLUMNS} WHERE case_id=?", case_id)
        return _case(rows[0]) if rows else None

    def cases_in(self, states: Sequence[CaseState]) -> list[CaseRow]:
        """Every case in one of these states, the one that waits longest first."""
        marks = ", ".join("?" * len(states))
        rows = self._database.read(
            f"{_COLUMNS} WHERE state IN ({marks}) ORDER BY received_at, case_id",
            *(state.value for state in states),
        )
        return [_case(row) for row in rows]

    def listed(self, terminal_id: str, hashes: Sequence[str]) -> dict[str, tuple[int, bool]]:
        """Of these pages those that a case of this terminal lists: (size, is here already)."""
        rows = rows_among(
            self._database.read,
            "SELECT p.sha256, p.size, c.sha256 IS NOT NULL FROM case_page p"
            " JOIN office_case o ON o.case_id=p.case_id LEFT JOIN content c ON c.sha256=p.sha256"
            " WHERE p.sha256 IN ({}) AND o.terminal_id=?",
            hashes,
            terminal_id,
        )
        return {sha256: (size, bool(is_here)) for sha256, size, is_here in rows}

    # -- moving on

    @staticmethod
    def move(w: Writing, row: CaseRow, state: CaseState, *, asks_corrections: bool) -> bool:
        """Move the case from where it was seen; False when a colleague was faster."""
        return bool(
            w.run(
                "UPDATE office_case SET state=?,"
                " corrections_asked=CASE WHEN ?=1 THEN 1 ELSE corrections_asked END"
                " WHERE case_id=? AND state=? RETURNING case_id",
                state.value,
                int(asks_corrections),
                row.case_id,
                row.state.value,
            )
        )

    @staticmethod
    def add_documents(w: Writing, case_id: str, documents: Sequence[wire.DocumentEntry]) -> None:
        """Papers that were issued for the case."""
        w.run_many(
            "INSERT INTO document (case_id, sha256, title, size) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            [(case_id, d.sha256, d.title, d.size) for d in documents],
        )

    def document_of(self, terminal_id: str, sha256: str) -> bool:
        """True when that document belongs to a case of that terminal."""
        return bool(
            self._database.read(
                "SELECT 1 FROM document d JOIN office_case o ON o.case_id=d.case_id"
                " WHERE d.sha256=? AND o.terminal_id=? LIMIT 1",
                sha256,
                terminal_id,
            )
        )


def _case(row: Row) -> CaseRow:
    return CaseRow(
        case_id=row[0],
        terminal_id=row[1],
        fingerprint=row[2],
        text=wire.decoded(row[3], wire.CaseText),
        state=CaseState(row[4]),
        official_number=row[5] or "",
        acknowledgement=row[6],
        corrections_asked=bool(row[7]),
    )
