"""The gateway's memory of terminals, cases, numbers and news: plain SQL over SQLite, one module.

WAL with synchronous=FULL: with NORMAL every acknowledged case of the last seconds is gone after a
power cut (reference/sync.md section 0.2). Keys are remembered for ever.
"""

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from kiosk.domain.case import CaseState
from sync import wire

SCHEMA_VERSION: Final = 1
SCHEMA: Final = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE terminal (
  terminal_id TEXT PRIMARY KEY, token_hash BLOB NOT NULL, expires_at TEXT, revoked INTEGER NOT NULL
) STRICT;
CREATE TABLE office_case (
  case_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
  text BLOB NOT NULL, arrived_at TEXT NOT NULL, state TEXT NOT NULL,
  official_number TEXT UNIQUE, received_at TEXT, acknowledgement BLOB,
  corrections_asked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX office_case_state ON office_case (state, received_at);
CREATE TABLE case_page (
  case_id TEXT NOT NULL REFERENCES office_case, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (case_id, sha256)
) STRICT;
CREATE INDEX case_page_sha256 ON case_page (sha256);
CREATE TABLE serial (
  task_code TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (task_code, day)
) STRICT;
CREATE TABLE document (
  case_id TEXT NOT NULL REFERENCES office_case, sha256 TEXT NOT NULL, title TEXT NOT NULL,
  size INTEGER NOT NULL, PRIMARY KEY (case_id, sha256)
) STRICT;
CREATE TABLE change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, terminal_id TEXT NOT NULL, entry BLOB NOT NULL
) STRICT;
CREATE INDEX change_terminal ON change (terminal_id, seq);
"""
CASE_BY_ID: Final = (
    "SELECT case_id, terminal_id, fingerprint, text, state, official_number, acknowledgement,"
    " corrections_asked FROM office_case WHERE case_id=?"
)
CASES_IN: Final = (
    "SELECT case_id, terminal_id, fingerprint, text, state, official_number, acknowledgement,"
    " corrections_asked FROM office_case WHERE state IN (SELECT value FROM json_each(?))"
    " ORDER BY received_at, case_id"
)

# How a transaction begins, is kept and is undone; on its own and as a part of another.
WHOLE: Final = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
STEP: Final = ("SAVEPOINT step", "RELEASE step", ("ROLLBACK TO step", "RELEASE step"))


@dataclass(frozen=True, slots=True)
class TerminalRow:
    """A terminal that was enrolled."""

    terminal_id: str
    token_hash: bytes = field(repr=False)
    expires_at: datetime | None
    revoked: bool


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


class Ledger:
    """One SQLite file. Every method is one transaction and may be called from any thread.

    Raises sqlite3.Error; then nothing was changed.
    """

    def __init__(self, path: Path) -> None:
        """Opens or makes the file. Raises OSError, sqlite3.Error, ValueError for a newer one."""
        self._lock = threading.RLock()
        # Whole cases in plain text: for this account alone, whatever the folder allows. SQLite
        # gives its side files the mode of the database.
        path.touch(mode=0o600)
        path.chmod(0o600)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")
        with self._transaction():
            found = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            if found > SCHEMA_VERSION:
                raise ValueError(f"ledger is of version {found}, newer than this program")
            if found == 0:
                for statement in SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
                self._db.execute("INSERT INTO setting VALUES ('epoch', ?)", (secrets.token_hex(4),))
        row = self._db.execute("SELECT value FROM setting WHERE name='epoch'").fetchone()
        self.epoch = str(row[0])  # another database gives its terminals another one

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What happens inside reaches the disk in one go; an error that leaves it undoes all.

        Keeps other threads waiting: no slow work inside.
        """
        with self._transaction():
            yield

    # -- terminals

    def put_terminal(
        self, terminal_id: str, token_hash: bytes, *, expires_at: datetime | None
    ) -> None:
        """Enrol a terminal, or give it a new token."""
        until = expires_at.isoformat() if expires_at else None
        with self._transaction():
            self._db.execute(
                "INSERT INTO terminal VALUES (?, ?, ?, 0) ON CONFLICT (terminal_id) DO UPDATE"
                " SET token_hash=excluded.token_hash, expires_at=excluded.expires_at, revoked=0",
                (terminal_id, token_hash, until),
            )

    def revoke_terminal(self, terminal_id: str) -> None:
        """Let it in no more; what it sent stays."""
        with self._transaction():
            self._db.execute("UPDATE terminal SET revoked=1 WHERE terminal_id=?", (terminal_id,))

    def terminal(self, terminal_id: str) -> TerminalRow | None:
        """The terminal of that name."""
        row = self._row("SELECT * FROM terminal WHERE terminal_id=?", terminal_id)
        if row is None:
            return None
        until = datetime.fromisoformat(row[2]) if row[2] else None
        return TerminalRow(row[0], row[1], until, bool(row[3]))

    # -- cases

    def begin_case(self, terminal_id: str, text: wire.CaseText, *, now: datetime) -> CaseRow:
        """Keep the text of a case, once; whatever was kept first under that number is returned."""
        with self._transaction():
            added = self._db.execute(
                "INSERT INTO office_case (case_id, terminal_id, fingerprint, text, arrived_at,"
                " state) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (case_id) DO NOTHING",
                (
                    text.case_id,
                    terminal_id,
                    wire.fingerprint(text),
                    wire.canonical(text),
                    now.isoformat(),
                    CaseState.QUEUED.value,
                ),
            )
            if added.rowcount:
                self._db.executemany(
                    "INSERT INTO case_page VALUES (?, ?, ?)",
                    [(text.case_id, page.sha256, page.size) for page in text.every_page()],
                )
            kept = self.case(text.case_id)
            assert kept is not None
            return kept

    def complete_case(
        self,
        case_id: str,
        *,
        task_code: str,
        day: date,
        now: datetime,
        sign: Callable[[int], tuple[str, bytes]],
    ) -> bytes:
        """All pages are on the disk: number and receipt, exactly once. Returns the receipt.

        `sign` makes (official number, receipt) of the day's next serial; when it raises, the serial
        is not used up.
        """
        with self._transaction():
            row = self.case(case_id)
            assert row is not None
            if row.acknowledgement is not None:
                return row.acknowledgement
            serial = self._db.execute(
                "INSERT INTO serial VALUES (?, ?, 1) ON CONFLICT (task_code, day)"
                " DO UPDATE SET last=last+1 RETURNING last",
                (task_code, day.isoformat()),
            ).fetchone()[0]
            number, receipt = sign(serial)
            self._db.execute(
                "UPDATE office_case SET state=?, official_number=?, received_at=?,"
                " acknowledgement=? WHERE case_id=?",
                (CaseState.RECEIVED.value, number, now.isoformat(), receipt, case_id),
            )
            return receipt

    def case(self, case_id: str) -> CaseRow | None:
        """The case of that id."""
        rows = self._cases(CASE_BY_ID, case_id)
        return rows[0] if rows else None

    def cases_in(self, states: Sequence[CaseState]) -> list[CaseRow]:
        """Every case in one of these states, the one that waits longest first."""
        return self._cases(CASES_IN, json.dumps(states))

    def announced(self, terminal_id: str, sha256: str, size: int) -> bool:
        """True when a case of this terminal lists that page with that size."""
        found = self._row(
            "SELECT 1 FROM case_page JOIN office_case USING (case_id)"
            " WHERE sha256=? AND terminal_id=? AND size=? LIMIT 1",
            sha256,
            terminal_id,
            size,
        )
        return found is not None

    # -- news

    def record_step(
        self,
        row: CaseRow,
        entry: wire.ChangeEntry,
        *,
        asks_corrections: bool = False,
    ) -> None:
        """Move the case and tell its terminal, together. Raises LookupError when it moved before.

        Two clerks may decide at once: only the first finds the case where both saw it.
        """
        with self._transaction():
            moved = self._db.execute(
                "UPDATE office_case SET state=?, corrections_asked=corrections_asked OR ?"
                " WHERE case_id=? AND state=?",
                (entry.state, asks_corrections, row.case_id, row.state.value),
            )
            if not moved.rowcount:
                raise LookupError(f"{row.case_id} is no longer {row.state}")
            self._db.executemany(
                "INSERT OR IGNORE INTO document VALUES (?, ?, ?, ?)",
                [(row.case_id, d.sha256, d.title, d.size) for d in entry.documents],
            )
            self._db.execute(
                "INSERT INTO change (terminal_id, entry) VALUES (?, ?)",
                (row.terminal_id, wire.canonical(entry)),
            )

    def changes(
        self, terminal_id: str, since: int, limit: int
    ) -> list[tuple[int, wire.ChangeEntry]]:
        """(sequence, change) after `since`, oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT seq, entry FROM change WHERE terminal_id=? AND seq>? ORDER BY seq LIMIT ?",
                (terminal_id, since, limit),
            ).fetchall()
        return [(seq, wire.decoded(entry, wire.ChangeEntry)) for seq, entry in rows]

    def document_of(self, terminal_id: str, sha256: str) -> bool:
        """True when that document belongs to a case of that terminal."""
        found = self._row(
            "SELECT 1 FROM document JOIN office_case USING (case_id)"
            " WHERE sha256=? AND terminal_id=? LIMIT 1",
            sha256,
            terminal_id,
        )
        return found is not None

    def problems(self) -> list[str]:
        """What SQLite's own check complains about; empty when all is well."""
        with self._lock:
            rows = self._db.execute("PRAGMA integrity_check").fetchall()
        return [str(row[0]) for row in rows if row[0] != "ok"]

    # -- inside

    def _cases(self, statement: str, *values: str) -> list[CaseRow]:
        with self._lock:
            rows = self._db.execute(statement, values).fetchall()
        return [
            CaseRow(
                case_id=row[0],
                terminal_id=row[1],
                fingerprint=row[2],
                text=wire.decoded(row[3], wire.CaseText),
                state=CaseState(row[4]),
                official_number=row[5] or "",
                acknowledgement=row[6],
                corrections_asked=bool(row[7]),
            )
            for row in rows
        ]

    def _row(self, statement: str, *values: str | int) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._db.execute(statement, values).fetchone()
        return row

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One of its own, or inside `together` a step that can fail alone."""
        with self._lock:
            inside = self._db.in_transaction  # of this thread: others wait for the lock
            begin, keep, undo = STEP if inside else WHOLE
            self._db.execute(begin)
            try:
                yield
                self._db.execute(keep)
            except BaseException:
                # A full disk may have ended it already.
                for statement in undo if self._db.in_transaction else ():
                    self._db.execute(statement)
                raise
