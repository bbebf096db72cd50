"""Keeps forms that go on elsewhere: sealed, for half an hour, for one taker."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sync.gateway.database import Database, Writing

LIVES: Final = timedelta(minutes=30)


class Handovers:
    """Any thread. Raises DatabaseTrouble."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def put(self, handover_id: str, sealed: bytes) -> bool:
        """Keep it; False when other bytes are kept under that id. What is too old goes."""
        now = self._now()

        def work(w: Writing) -> bool:
            w.run("DELETE FROM handover WHERE expires_at<=?", now.isoformat())
            w.run(
                "INSERT INTO handover (handover_id, sealed, expires_at) VALUES (?, ?, ?)"
                " ON CONFLICT (handover_id) DO NOTHING",
                handover_id,
                sealed,
                (now + LIVES).isoformat(),
            )
            [(kept,)] = w.run("SELECT sealed FROM handover WHERE handover_id=?", handover_id)
            return bytes(kept) == sealed

        return self._database.write(work)

    def take(self, handover_id: str, taker: str) -> bytes | None:
        """The bytes for whoever asks first, again for the same one; None for everybody else."""
        now = self._now().isoformat()

        def work(w: Writing) -> bytes | None:
            rows = w.run(
                "UPDATE handover SET taken_by=coalesce(taken_by, ?)"
                " WHERE handover_id=? AND expires_at>? AND (taken_by IS NULL OR taken_by=?)"
                " RETURNING sealed",
                taker,
                handover_id,
                now,
                taker,
            )
            return bytes(rows[0][0]) if rows else None

        return self._database.write(work)
