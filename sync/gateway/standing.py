"""How things stand at this moment: cases that wait, terminals that speak, room on the disk."""

import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final

from kiosk.domain.case import CaseState
from sync.gateway.database import Database
from sync.gateway.official_numbers import HIGHEST_SERIAL
from sync.gateway.terminals import Terminals

STILL_TRUE: Final = 10.0  # seconds; whoever watches asks every 15 s or so
LATELY: Final = timedelta(minutes=30)  # a terminal that is well speaks every ten minutes
# QUEUED: the text is here, pages are not. The rest waits for the office.
WAITING: Final = (
    CaseState.QUEUED,
    CaseState.RECEIVED,
    CaseState.ACCEPTED,
    CaseState.CORRECTION,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Numbers only: nothing of a case, no terminal by name."""

    received: int  # cases that ever got an official number
    waiting: Mapping[CaseState, int]  # cases
    conflicts: int  # other texts kept under an id that was known
    enrolled: int  # terminals that may speak
    heard_lately: int
    unsent: int  # cases that terminals still hold, by their last word
    set_aside: int
    terminals_with_set_aside: int
    free_bytes: int
    size_bytes: int


class Standings:
    """Any thread; looks at most once in STILL_TRUE."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        terminals: Terminals,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._folder = folder
        self._database = database
        self._terminals = terminals
        self._now = now
        self._clock = clock
        self._looking = threading.Lock()
        self._last: tuple[float, Standing] | None = None

    def now(self) -> Standing:
        """Raises DatabaseTrouble, OSError. Tens of ms for a province."""
        with self._looking:
            if self._last is None or self._clock() - self._last[0] > STILL_TRUE:
                self._last = self._clock(), self._looked()
            return self._last[1]

    def _looked(self) -> Standing:
        disk = shutil.disk_usage(self._folder)
        since = self._now() - LATELY
        speaking = [one for one in self._terminals.every() if not one.revoked]
        words = [one.word for one in speaking if one.word is not None]
        [(conflicts,)] = self._database.read("SELECT count(*) FROM conflict")
        # Every serial that makes a number was given to one case, so that no case has to be counted.
        # Beyond the highest one CaseBook.serials counts on, and no case gets any.
        [(received,)] = self._database.read(
            "SELECT coalesce(sum(CASE WHEN last<? THEN last ELSE ? END), 0) FROM serial",
            HIGHEST_SERIAL,
            HIGHEST_SERIAL,
        )
        return Standing(
            received=int(received),
            waiting=self._waiting(),
            conflicts=conflicts,
            enrolled=len(speaking),
            heard_lately=sum(1 for one in speaking if one.heard_at and one.heard_at >= since),
            unsent=sum(word.waiting for word in words),
            set_aside=sum(len(word.aside) for word in words),
            terminals_with_set_aside=sum(1 for word in words if word.aside),
            free_bytes=disk.free,
            size_bytes=disk.total,
        )

    def _waiting(self) -> Mapping[CaseState, int]:
        marks = ", ".join("?" * len(WAITING))
        rows = self._database.read(
            f"SELECT state, count(*) FROM office_case WHERE state IN ({marks})"  # noqa: S608 - ? only
            " GROUP BY state",
            *(state.value for state in WAITING),
        )
        counted = dict.fromkeys(WAITING, 0)
        return counted | {CaseState(state): count for state, count in rows}
