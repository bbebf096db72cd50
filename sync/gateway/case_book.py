"""Remembers every case for ever: its text, its pages by name, its number and its receipt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from kiosk.domain.case import CaseState
from sync import wire
from sync.gateway.database import Database, Row, Writing

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
    """The text of a case that a terminal offers, ready to be kept."""

    text: wire.CaseText = field(repr=False)
    content: bytes = field(repr=False)  # canonical
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Who sent the case first and with which text; the receipt, if it is signed for."""

    terminal_id: str
    fingerprint: str
    acknowledgement: bytes | None = field(repr=False)
    is_new: bool = False

    def is_of(self, terminal_id: str, fingerprint: str) -> bool:
        """Whether it is this very text from this terminal."""
        return (self.terminal_id, self.fingerprint) == (terminal_id, fingerprint)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A page that no pack has yet."""

    sha256: str
    size: int


class CaseBook:
    """Methods with `w` are part of the transaction that they are given; the others read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- arriving

    @staticmethod
    def keep(w: Writing, terminal_id: str, offered: Offered, *, now: datetime) -> Kept:
        """Keep the text, once; whatever was kept first under that id is returned."""
        text = offered.text
        added = w.run(
            "INSERT INTO office_case (case_id, terminal_id, fingerprint, text, arrived_at, state)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (case_id) DO NOTHING RETURNING case_id",
            text.case_id,
            terminal_id,
            offered.fingerprint,
            offered.content,
            now.isoformat(),
            CaseState.QUEUED.value,
        )
        if added:
            pages = [(text.case_id, page.sha256, page.size) for page in text.every_page()]
            w.run_many("INSERT INTO case_page (case_id, sha256, size) VALUES (?, ?, ?)", pages)
            return Kept(terminal_id, offered.fingerprint, None, is_new=True)
        kept = CaseBook.kept(w, text.case_id)
        assert kept is not None
        if not kept.is_of(terminal_id, offered.fingerprint):
            _keep_conflict(w, terminal_id, offered, now)
        return kept

    @staticmethod
    def kept(w: Writing, case_id: str) -> Kept | None:
        """What is remembered under that id."""
        rows = w.run(
            "SELECT terminal_id, fingerprint, acknowledgement FROM office_case WHERE case_id=?",
            case_id,
        )
        return Kept(*rows[0]) if rows else None

    @staticmethod
    def lacking(w: Writing, case_id: str) -> list[Lacking]:
        """The pages of the case that are not here."""
        rows = w.run(
            "SELECT p.sha256, p.size FROM case_page p LEFT JOIN content c ON c.sha256=p.sha256"
            " WHERE p.case_id=? AND c.sha256 IS NULL",
            case_id,
        )
        return [Lacking(*row) for row in rows]

    @staticmethod
    def flaws(w: Writing, case_id: str) -> dict[str, str]:
        """By hash what is wrong with the pages that are here; most often nothing."""
        rows = w.run(
            "SELECT p.sha256, c.flaw, p.size=c.size FROM case_page p"
            " JOIN content c ON c.sha256=p.sha256"
            " WHERE p.case_id=? AND (c.flaw<>'' OR c.size<>p.size)",
            case_id,
        )
        return {sha256: flaw if same_size else "大小与清单不符" for sha256, flaw, same_size in rows}

    @staticmethod
    def complete(
        w: Writing,
        case_id: str,
        *,
        task_code: str,
        day: date,
        now: datetime,
        sign: Callable[[int], tuple[str, bytes]],
    ) -> bytes:
        """All pages are here: number and receipt, exactly once. Returns the receipt.

        `sign` makes (official number, receipt) of the day's next serial.
        """
        claimed = w.run(  # first of all, so that of two processes one waits for the other
            "UPDATE office_case SET received_at=? WHERE case_id=? AND acknowledgement IS NULL"
            " RETURNING text",
            now.isoformat(),
            case_id,
        )
        if not claimed:
            kept = CaseBook.kept(w, case_id)
            assert kept is not None
            assert kept.acknowledgement is not None
            return kept.acknowledgement
        [(serial,)] = w.run(
            "INSERT INTO serial (task_code, day, last) VALUES (?, ?, 1)"
            " ON CONFLICT (task_code, day) DO UPDATE SET last=serial.last+1 RETURNING last",
            task_code,
            day.isoformat(),
        )
        number, receipt = sign(serial)
        w.run(
            "UPDATE office_case SET state=?, official_number=?, acknowledgement=? WHERE case_id=?",
            CaseState.RECEIVED.value,
            number,
            receipt,
            case_id,
        )
        return receipt

    @staticmethod
    def text(w: Writing, case_id: str) -> wire.CaseText:
        """The text of a case that is kept."""
        [(content,)] = w.run("SELECT text FROM office_case WHERE case_id=?", case_id)
        return wire.decoded(content, wire.CaseText)

    # -- looking

    def known(self, case_ids: Sequence[str]) -> set[str]:
        """Those of which a text came before."""
        if not case_ids:
            return set()
        marks = ", ".join("?" * len(case_ids))
        rows = self._database.read(
            f"SELECT case_id FROM office_case WHERE case_id IN ({marks})",  # noqa: S608 - ? only
            *case_ids,
        )
        return {row[0] for row in rows}

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

    def conflicts(self, case_id: str) -> list[tuple[str, wire.CaseText]]:
        """(terminal, text) of every other text that came under that id, oldest first."""
        rows = self._database.read(
            "SELECT terminal_id, text FROM conflict WHERE case_id=? ORDER BY arrived_at", case_id
        )
        return [(terminal, wire.decoded(text, wire.CaseText)) for terminal, text in rows]

    def listed(self, terminal_id: str, hashes: Sequence[str]) -> dict[str, tuple[int, bool]]:
        """Of these pages those that a case of this terminal lists: (size, is here already)."""
        if not hashes:
            return {}
        marks = ", ".join("?" * len(hashes))
        rows = self._database.read(
            "SELECT p.sha256, p.size, c.sha256 IS NOT NULL FROM case_page p"  # noqa: S608 - ? only
            " JOIN office_case o ON o.case_id=p.case_id LEFT JOIN content c ON c.sha256=p.sha256"
            f" WHERE p.sha256 IN ({marks}) AND o.terminal_id=?",
            *hashes,
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


def _keep_conflict(w: Writing, terminal_id: str, offered: Offered, now: datetime) -> None:
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
