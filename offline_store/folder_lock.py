"""Lets one program at a time use the folder of the store, and tells the next one who has it."""

import fcntl
import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.database import prepare_folder
from offline_store.store_errors import store_errors

LOCK_NAME: Final = "doorstep.lock"


class FolderLock:
    """Held from making it until `close` or the end of the process, however that comes.

    The kernel lets go of a flock(2) with the process, so that nothing is left to clear away after
    a kill or a power cut; what the file says is read only while somebody holds it. Raises
    StoreError: STORE_BUSY with process, program and since when in its text.
    """

    def __init__(self, folder: Path, *, program: str, now: datetime) -> None:
        with store_errors(folder):
            prepare_folder(folder)
            # O_CLOEXEC is Python's default: a program that we start does not inherit the lock.
            self._descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _give_to_owner_of(folder, self._descriptor)
                self._take(program, now)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Let go. Never raises; may be repeated."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        """Nothing more to do: making it has taken it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go."""
        self.close()

    def _take(self, program: str, now: datetime) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(Fault.STORE_BUSY, self._holder()) from error
        holder = {"pid": os.getpid(), "program": program, "since": now.isoformat("T", "seconds")}
        # For people only: on a full disk the lock holds without it.
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, json.dumps(holder).encode(), 0)

    def _holder(self) -> str:
        try:
            holder = json.loads(os.pread(self._descriptor, 1000, 0))
            return f"held by process {holder['pid']} ({holder['program']}) since {holder['since']}"
        except (ValueError, KeyError, TypeError):
            return "held by another process"


def _give_to_owner_of(folder: Path, descriptor: int) -> None:
    """When root examines the terminal first, the terminal's own account must still get in."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
