"""Keeps the pages that have come only in part, so that they go on where they stopped."""

import hashlib
import os
import threading
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from sync.gateway.signing import sync_folder

FORGOTTEN_AFTER: Final = 30 * 24 * 3600.0  # seconds without a byte (sync.md section 6, purge)


class Parts:
    """A folder of unfinished files. Any thread; one process for each terminal.

    A terminal writes only parts of its own. Raises OSError when the disk will not.
    """

    def __init__(self, folder: Path) -> None:
        """Makes the folder when it is missing and drops parts forgotten long ago."""
        self._folder = folder / "part"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder)
        self._stripes = tuple(threading.Lock() for _ in range(64))
        self._new: set[str] = set()  # names that are not on the disk yet
        for part in self._folder.iterdir():
            with suppress(FileNotFoundError):  # of another process, which is done with it
                if part.stat().st_mtime < time.time() - FORGOTTEN_AFTER:
                    part.unlink()
        sync_folder(self._folder)  # names that a killed process left behind
        self._names = {part.name for part in self._folder.iterdir()}

    def write(self, terminal_id: str, sha256: str, offset: int, content: bytes | memoryview) -> int:
        """Put bytes at that place; how many there are from the beginning on.

        Bytes that are there already are the same ones. What would leave a gap is ignored.
        """
        path = self._path(terminal_id, sha256)
        with self._alone(path):
            length = _length(path)
            if offset > length:
                return length
            if not length:
                self._new.add(path.name)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            self._names.add(path.name)
            try:
                left, at = memoryview(content), offset
                while left:
                    written = os.pwrite(descriptor, left, at)
                    left, at = left[written:], at + written
            finally:
                os.close(descriptor)
            return max(length, at)

    def exists(self, terminal_id: str, sha256: str) -> bool:
        """True when any of it has come, to this process or before it started. Never waits."""
        return _name(terminal_id, sha256) in self._names

    def length(self, terminal_id: str, sha256: str) -> int:
        """How many bytes of it are safely on the disk: an offset given out is kept."""
        path = self._path(terminal_id, sha256)
        with self._alone(path):
            length = _length(path)
            if length:
                descriptor = os.open(path, os.O_RDWR)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
                if path.name in self._new:
                    sync_folder(self._folder)
                    self._new.discard(path.name)
            return length

    def whole(self, terminal_id: str, sha256: str, size: int) -> Path | None:
        """The file when it is all there and right; a full part with other bytes is dropped."""
        path = self._path(terminal_id, sha256)
        with self._alone(path):
            length = _length(path)
            if length < size:
                return None
            if length == size and _hash_of(path) == sha256:
                return path
            self._remove(path)
            return None

    def drop(self, terminal_id: str, sha256: str) -> None:
        """It is in a pack, or of no use."""
        path = self._path(terminal_id, sha256)
        with self._alone(path):
            self._remove(path)

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._names.discard(path.name)
        self._new.discard(path.name)

    def _path(self, terminal_id: str, sha256: str) -> Path:
        return self._folder / _name(terminal_id, sha256)

    def _alone(self, path: Path) -> threading.Lock:
        """One at a time on one part (and on the few that share its lock)."""
        return self._stripes[hash(path.name) % len(self._stripes)]


def _name(terminal_id: str, sha256: str) -> str:
    return f"{_owner(terminal_id)}.{sha256}"


@lru_cache(maxsize=1024)
def _owner(terminal_id: str) -> str:
    return hashlib.sha256(terminal_id.encode()).hexdigest()[:16]


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
