"""The store's folder for the life of the program: locked, looked over, then open to its threads."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.domain.fault import Fault
from offline_store.api import StoreError, StoreKey
from offline_store.ballast import Ballast
from offline_store.folder_lock import FolderLock
from offline_store.mending import look_over
from offline_store.sqlcipher_store import SqlCipherStore, open_store, utc_now


class StoreFolder:
    """Holds the folder until `close`; `open` gives each thread its own store.

    Raises StoreError: STORE_BUSY when another process has it (its text says which), STORE_KEY_WRONG
    and what `open_store` raises.
    """

    def __init__(
        self,
        folder: Path,
        key: StoreKey,
        *,
        program: str,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._folder = folder
        self._key = key
        self._clock = clock
        self._lock = FolderLock(folder, program=program, now=clock())
        try:
            self._start()
        except BaseException:
            self._lock.close()
            raise

    def open(self) -> SqlCipherStore:
        """A store for the calling thread; it closes its own. Raises StoreError."""
        return open_store(self._folder, self._key, clock=self._clock)

    def _start(self) -> None:
        try:
            self._look_over()
        except StoreError as error:
            # A start must not fail for want of room that is kept for what comes after it.
            if error.fault is not Fault.STORE_FULL or not Ballast(self._folder).throw_out():
                raise
            self._look_over()

    def _look_over(self) -> None:
        now = self._clock()
        look_over(self._folder, self._key.key(), now=now)
        try:
            self.open().close()
        except StoreError as error:
            if error.fault is not Fault.STORE_DAMAGED or error.of_the_disk:
                raise
            # Every page is as it was written, and yet they do not fit: a write was lost.
            look_over(self._folder, self._key.key(), now=now, mend_anyway=True)
            self.open().close()

    def close(self) -> None:
        """Let the next program in. Never raises; may be repeated."""
        self._lock.close()
