"""Keeps pages and documents as files named by their SHA-256, and the parts still arriving.

A file under its own name is whole, checked and on the disk: part written, fsync, rename, fsync of
the folder. A crash between the last byte and the rename leaves a full part; `offset` settles it,
or it would answer "nothing is missing" for ever (reference/sync.md section 4, the bug found there).
"""

import hashlib
import os
import threading
import time
from pathlib import Path
from typing import Final

from sync.gateway.signing import sync_folder

FORGOTTEN_AFTER: Final = 30 * 24 * 3600  # seconds without a byte (sync.md section 6, purge)


class OffsetWrong(Exception):
    """The part has another length; `offset` is where to go on."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"go on at {offset}")
        self.offset = offset


class Preempted(Exception):
    """A newer request writes this page; the connection of the older one is dead or forgotten."""


class Blobs:
    """A folder of files. May be called from any thread; one process at a time writes parts.

    Raises OSError when the disk will not. A terminal writes only parts of its own.
    """

    def __init__(self, folder: Path) -> None:
        """Makes the folders when they are missing and drops parts forgotten long ago."""
        self._whole, self._parts = folder / "blob", folder / "part"
        for made in (self._whole, self._parts):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder)
        self._lock = threading.Lock()
        self._writers: dict[str, int] = {}  # part name -> number of the writer it belongs to
        self._last_writer = 0
        self._stripes = tuple(threading.Lock() for _ in range(64))
        for part in self._parts.iterdir():
            if part.stat().st_mtime < time.time() - FORGOTTEN_AFTER:
                part.unlink()

    def has(self, sha256: str) -> bool:
        """True when the file is whole. Only after `offset` or `put` is its name on the disk too."""
        return self._path(sha256).exists()

    def path(self, sha256: str) -> Path:
        """Where the file is. Raises KeyError."""
        if not self.has(sha256):
            raise KeyError(sha256)
        return self._path(sha256)

    def read(self, sha256: str) -> bytes:
        """The bytes, their hash checked. Raises KeyError, OSError when they are damaged."""
        content = self.path(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise OSError(f"blob {sha256[:12]} is damaged")
        return content

    def put(self, content: bytes) -> str:
        """Keep these bytes; their name. On the disk when this returns."""
        sha256 = hashlib.sha256(content).hexdigest()
        part = self._parts / f"office.{sha256}"
        with self._alone(part.name):
            if self.has(sha256):
                self._settle(sha256)
            else:
                part.write_bytes(content)
                self._rename(part, sha256)
        return sha256

    def offset(self, terminal_id: str, sha256: str, size: int) -> int | None:
        """None when the page is whole, else how many of its bytes are safely here.

        Settles a full part, and brings an open one to the disk: a given offset is kept.
        """
        part = self._part(terminal_id, sha256)
        with self._alone(part.name):
            if self.has(sha256):
                self._settle(sha256)
                part.unlink(missing_ok=True)
                return None
            try:
                length = part.stat().st_size
            except FileNotFoundError:
                return 0
            if length < size:
                _sync_file(part)
                return length
            self._writers.pop(part.name, None)  # nobody may write behind the check
            if length == size and _hash_of(part) == sha256:
                self._rename(part, sha256)
                return None
            part.unlink()
            return 0

    def begin(self, terminal_id: str, sha256: str, offset: int) -> int:
        """A writer from that offset on; any older writer of this page ends. Its number.

        Raises OffsetWrong when that would leave a gap.
        """
        part = self._part(terminal_id, sha256)
        with self._alone(part.name):
            length = part.stat().st_size if part.exists() else 0
            if offset > length:
                raise OffsetWrong(length)
            with self._lock:
                self._last_writer += 1
                self._writers[part.name] = self._last_writer
                return self._last_writer

    def write(self, terminal_id: str, sha256: str, writer: int, at: int, piece: bytes) -> None:
        """Write at that place. Bytes that are there already are the same ones. Raises Preempted."""
        part = self._part(terminal_id, sha256)
        with self._alone(part.name):
            if self._writers.get(part.name) != writer:
                raise Preempted
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                while piece:
                    written = os.pwrite(descriptor, piece, at)
                    at, piece = at + written, piece[written:]
            finally:
                os.close(descriptor)

    def end(self, terminal_id: str, sha256: str, writer: int) -> None:
        """The writer is done or gone; what it wrote stays."""
        name = self._part(terminal_id, sha256).name
        with self._lock:
            if self._writers.get(name) == writer:
                del self._writers[name]

    # -- inside

    def _path(self, sha256: str) -> Path:
        return self._whole / sha256[:2] / sha256

    def _part(self, terminal_id: str, sha256: str) -> Path:
        owner = hashlib.sha256(terminal_id.encode()).hexdigest()[:16]
        return self._parts / f"{owner}.{sha256}"

    def _rename(self, part: Path, sha256: str) -> None:
        target = self._path(sha256)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        _sync_file(part)
        part.rename(target)
        self._settle(sha256)

    def _settle(self, sha256: str) -> None:
        """Bring the names to the disk, also those of a try that ended between name and sync."""
        sync_folder(self._path(sha256).parent)
        sync_folder(self._whole)

    def _alone(self, name: str) -> threading.Lock:
        """One at a time on one part (and on the few that share its lock)."""
        return self._stripes[hash(name) % len(self._stripes)]


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
