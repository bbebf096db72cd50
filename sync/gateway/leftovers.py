"""Removes packs that no row names: what a crash or a database that would not commit left behind."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from sync.gateway.database import Database, DatabaseTrouble
from sync.gateway.packs import Packs

# Seconds. Longer than any request writes, and than a commit is in doubt.
AFTER: Final = 3600.0
EVERY: Final = 3600.0
# A start looks through what was written in the days before it, later rounds only through what has
# grown old since: a gateway of the whole province keeps 100,000 packs a day.
AT_A_START: Final = 3 * 86_400.0
ASKED_AT_ONCE: Final = 500  # names in one question

_log = logging.getLogger(__name__)


class Leftovers:
    """Beside a serving gateway, in a thread of its own. Several over one folder do no harm."""

    def __init__(
        self, database: Database, packs: Packs, *, clock: Callable[[], float] = time.time
    ) -> None:
        """`clock`: seconds, as packs are named by."""
        self._database = database
        self._packs = packs
        self._clock = clock
        self._looked_until: float | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leftovers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; may be repeated, and without `start`."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def drop(self) -> int:
        """One round; how many files went. Raises OSError, DatabaseTrouble; the next goes on."""
        until = self._clock() - AFTER
        since = self._looked_until
        if since is None or since > until:  # a start, or a clock that was set back
            since = until - AT_A_START
        names = list(self._packs.written(since, until))
        dropped = 0
        for begin in range(0, len(names), ASKED_AT_ONCE):
            if self._stopping.is_set():
                return dropped
            some = names[begin : begin + ASKED_AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._database.read(f"SELECT pack FROM pack WHERE pack IN ({marks})", *some)  # noqa: S608
            for name in set(some) - {name for (name,) in rows}:
                self._packs.path(name).unlink(missing_ok=True)
                dropped += 1
        self._looked_until = until
        return dropped

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                dropped = self.drop()
                if dropped:
                    _log.info("%d packs without a row were removed", dropped)
            except (OSError, DatabaseTrouble) as error:
                _log.warning("leftovers stay: %s", type(error).__name__)
            self._stopping.wait(EVERY)
