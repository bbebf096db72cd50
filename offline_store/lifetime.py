"""How long the store has surely existed: an age that no clock can hurry (decision 0011)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from offline_store.database import EncryptedDatabase
from offline_store.rows import text_of

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")  # proc_sys_kernel(5)
# How long the machine was off only its clock can tell. It is believed for a night, so that what is
# kept for a day or more is still there after a start with any clock.
MOST_OFF: Final = timedelta(hours=16)
MARK_EVERY: Final = 3600  # seconds of age


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long the machine runs since this boot, sleep included, whatever its clock says."""

    boot: str  # an id of its own for every boot; "": not known, each look counts as another boot
    seconds: int


def uptime() -> Uptime:
    """That of this machine. Never raises."""
    try:
        boot = BOOT_ID.read_text("ascii").strip()
    except OSError:
        boot = ""
    return Uptime(boot, int(time.clock_gettime(time.CLOCK_BOOTTIME)))


class Lifetime:
    """Age in seconds, and for each hour of it the newest note of the audit at that time.

    Everything that has an order has the number of its note, so that its age is told by these marks.
    What was noted while the age was not looked at counts as noted at the next look: kept longer,
    never shorter.
    """

    def __init__(self, database: EncryptedDatabase, look: Callable[[], Uptime] = uptime) -> None:
        self._database = database
        self._look = look

    def grow(self, now: datetime) -> None:
        """Look how much older the store has become; a transaction of its own. Raises StoreError."""
        there = self._look()
        with self._database.writing():
            lived = self._lived(there, now)
            self._database.execute(
                "INSERT OR REPLACE INTO lifetime VALUES (1, ?, ?, ?, ?)",
                (lived, there.boot, there.seconds, text_of(now)),
            )
            self._database.execute(
                """INSERT INTO marks SELECT ?1, (SELECT ifnull(max(entry), 0) FROM audit)
                WHERE NOT EXISTS (SELECT 1 FROM marks WHERE lived > ?1 - ?2)""",
                (lived, MARK_EVERY),
            )

    def noted_before(self, age: timedelta) -> int | None:
        """The newest note that is surely so old. None: nothing is. Inside a transaction."""
        rows = self._database.execute(
            """SELECT entry FROM marks WHERE lived <= (SELECT lived FROM lifetime) - ?
            ORDER BY lived DESC LIMIT 1""",
            (age.total_seconds(),),
        )
        return int(rows[0][0]) if rows else None

    def forget_before(self, age: timedelta) -> None:
        """Drop marks that no limit asks for any more. Inside a transaction."""
        self._database.execute(
            """DELETE FROM marks WHERE lived < (SELECT max(lived) FROM marks
                WHERE lived <= (SELECT lived FROM lifetime) - ?)""",
            (age.total_seconds(),),
        )

    def _lived(self, there: Uptime, now: datetime) -> int:
        rows = self._database.execute("SELECT lived, boot, uptime, at FROM lifetime")
        if not rows:
            return 0
        [(lived, boot, seconds, at)] = rows
        if there.boot and there.boot == boot:
            return int(lived) + max(0, there.seconds - int(seconds))
        shown = now - datetime.fromisoformat(at) - timedelta(seconds=there.seconds)
        off = min(max(shown, timedelta()), MOST_OFF)
        return int(lived) + there.seconds + int(off.total_seconds())
