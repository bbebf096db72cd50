"""Remembers the terminals that were enrolled, and what each said of itself last."""

from dataclasses import dataclass, field
from datetime import datetime

from sync.gateway.database import Database


@dataclass(frozen=True, slots=True)
class TerminalRow:
    """A terminal that was enrolled."""

    terminal_id: str
    token_hash: bytes = field(repr=False)
    expires_at: datetime | None
    revoked: bool


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
        """Let it in no more; what it sent stays."""
        self._database.write(
            lambda w: w.run("UPDATE terminal SET revoked=1 WHERE terminal_id=?", terminal_id)
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
        return TerminalRow(
            name, token_hash, datetime.fromisoformat(until) if until else None, bool(revoked)
        )

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

    def heartbeats(self) -> list[tuple[str, datetime, bytes]]:
        """(terminal, when, what it said) of all, by name."""
        rows = self._database.read("SELECT terminal_id, at, entry FROM heartbeat ORDER BY 1")
        return [(name, datetime.fromisoformat(at), entry) for name, at, entry in rows]
