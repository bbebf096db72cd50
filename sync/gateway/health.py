"""Whether the gateway can work at this moment: the database answers, the disk takes bytes."""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec

from sync.gateway.database import Database, DatabaseTrouble

STILL_TRUE: Final = 1.0  # seconds; anybody may ask, and each look waits for the disk
PATIENCE: Final = 3.0  # seconds that others wait for whoever looks
# Bytes that have to be free: some minutes of a busy hour (reference/sync.md section 5, 40 MB/s).
LEAST_FREE: Final = 256 * 1024 * 1024


class Up(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str = "up"


class Ready(msgspec.Struct, frozen=True, omit_defaults=True):
    """It takes what terminals send. `notes`: what is wrong all the same, as "what: reason"."""

    status: str = msgspec.field(default_factory=lambda: "ready")  # so that it is always written
    notes: tuple[str, ...] = ()


class Health:
    """Any thread; one looks, the others wait for what it finds."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        *,
        notes: Callable[[], tuple[str, ...]] = tuple,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`notes`: what is wrong without keeping anything from being taken in; never waits."""
        self.notes = notes
        self._folder = folder
        self._database = database
        self._clock = clock
        self._looking = threading.Lock()
        self._looked: float | None = None
        self._found: tuple[str, ...] = ()

    def complaints(self) -> tuple[str, ...]:
        """Why not, as "what: reason"; empty when all is well. Never raises.

        Waits for the disk, at most once in STILL_TRUE. Leaves nothing on it.
        """
        if not self._looking.acquire(timeout=PATIENCE):
            return ("database: does not answer",)
        try:
            if self._looked is None or self._clock() - self._looked > STILL_TRUE:
                self._found = (*self._of_database(), *self._of_disk())
                self._looked = self._clock()
            return self._found
        finally:
            self._looking.release()

    def _of_database(self) -> tuple[str, ...]:
        try:
            # A transaction without a change costs no wait for the disk, but needs the writer.
            self._database.write(lambda w: w.run("SELECT 1"))
            self._database.read("SELECT 1")
        except (DatabaseTrouble, OSError) as error:
            return (f"database: {type(error).__name__}",)
        return ()

    def _of_disk(self) -> tuple[str, ...]:
        try:
            with tempfile.TemporaryFile(dir=self._folder) as file:
                file.write(b"ready")
                file.flush()
                os.fsync(file.fileno())
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            return (f"disk: {os.strerror(error.errno) if error.errno else type(error).__name__}",)
        return () if free >= LEAST_FREE else ("disk: nearly full",)
