"""Remembers the terminals that were enrolled, and what each said of itself last."""

from dataclasses import dataclass, field
from datetime import datetime

from sync import wire
from sync.gateway.database import Database


@dataclass(frozen=True, slots=True)
class TerminalRow:
    """A terminal that was enrolled."""

    terminal_id: str
    token_hash: bytes = field(repr=False)
    expires_at: datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class TerminalWord:
    """A terminal and what it said of itself last. `heard_at`: by our clock, None: never."""

    terminal_id: str
    expires_at: datetime | None
    revoked: bool
    heard_at: datetime | None
    word: wire.Heartbeat | None

    @property
    def skew_seconds(self) -> float | None:
        """How far its clock was ahead of ours, as far as the line's delay lets one tell."""
        if self.word is None or self.heard_at is None:
            return None
        return (self.word.now - self.heard_at).total_seconds()


class Terminals:
    """Every method is a transaction of its own. Any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, terminal_id: str, token_hash: bytes, *, expires_at: datetime | None) -> None:
        """Enrol a terminal, or give it a new token."""
        until = expires_at.isoformat() if expires_at else None
        self._database.write(
            lambda w: w.run(
                "INSERT INTO terminal (terminal_id, token_hash, expires_at, revoked)"
                " VALUES (?, ?, ?, 0) ON CONFLICT (terminal_id) DO UPDATE"
                " SET token_hash=excluded.token_hash, expires_at=excluded.expires_at, revoked=0",
                terminal_id,
                token_hash,
                until,
            )
        )

    def revoke(self, terminal_id: str) -> None:
        """Let it in no more, nor by a code that it was given; what it sent stays."""
        self._database.write(
            lambda w: (
                w.run("UPDATE terminal SET revoked=1 WHERE terminal_id=?", terminal_id),
                w.run("DELETE FROM enrolment WHERE terminal_id=?", terminal_id),
            )
        )

    def terminal(self, terminal_id: str) -> TerminalRow | None:
        """The terminal of that name."""
        rows = self._database.read(
            "SELECT terminal_id, token_hash, expires_at, revoked FROM terminal WHERE terminal_id=?",
            terminal_id,
        )
        if not rows:
            return None
        name, token_hash, until, revoked = rows[0]
        return TerminalRow(name, token_hash, _moment(until), bool(revoked))

    def keep_heartbeat(self, terminal_id: str, entry: bytes, *, at: datetime) -> None:
        """What it says of itself; only the newest is kept."""
        self._database.write(
            lambda w: w.run(
                "INSERT INTO heartbeat (terminal_id, at, entry) VALUES (?, ?, ?)"
                " ON CONFLICT (terminal_id) DO UPDATE SET at=excluded.at, entry=excluded.entry",
                terminal_id,
                at.isoformat(),
                entry,
            )
        )

    def every(self) -> list[TerminalWord]:
        """All that were ever enrolled, by name. About 30 ms for 12,000."""
        rows = self._database.read(
            "SELECT t.terminal_id, t.expires_at, t.revoked, h.at, h.entry FROM terminal t"
            " LEFT JOIN heartbeat h ON h.terminal_id=t.terminal_id ORDER BY t.terminal_id"
        )
        return [
            TerminalWord(name, _moment(until), bool(revoked), _moment(at), _word(entry))
            for name, until, revoked, at, entry in rows
        ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _word(entry: bytes | None) -> wire.Heartbeat | None:
    """None also for what an older program kept in another form."""
    try:
        return wire.decoded(entry, wire.Heartbeat) if entry is not None else None
    except wire.Unreadable:
        return None
