"""Keeps contents (pages and documents) in pack files, many in one, and says where each lies.

A pack is written once and never changed. It is on the disk before a row names it, and the row is
what counts: a pack without a row is a leftover (see leftovers.py). One pack a request costs one
wait for the disk instead of four (reference/sync.md section 5, 0.28 of nginx against 0.25).
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from uuid6 import uuid7

from sync.gateway.database import Database, Writing
from sync.gateway.signing import sync_folder

MOST_AT_ONCE: Final = 1024  # IOV_MAX of Linux (man 2 writev)


class Objects(Protocol):
    """A place for packs that is not this disk: the four calls that any S3 has.

    All raise OSError when the place will not; any thread.
    """

    def put(self, name: str, path: Path) -> None:
        """Keep the file under that name unless it is there. Returns once it is safe there."""
        ...

    def get(self, name: str, place: int, size: int) -> bytes:
        """That part of the object. Raises KeyError when there is none of that name."""
        ...

    def size(self, name: str) -> int | None:
        """How long the object is, or None."""
        ...

    def delete(self, name: str) -> None:
        """Forget it; a missing one is fine."""
        ...


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes with their name, checked, and what is wrong with them as a picture ("" if nothing)."""

    sha256: str
    content: bytes | memoryview
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a content lies in a pack."""

    sha256: str
    place: int
    size: int
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack that is written, but not noted yet."""

    pack: str
    size: int
    spans: tuple[Span, ...]
    folder: Path

    def note(self, w: Writing) -> None:
        """Make it count, with this transaction. Contents noted before stay where they are."""
        note_all(w, [self])


def note_all(w: Writing, some: Sequence[Packed]) -> None:
    """Make all of these count, with this transaction."""
    for one in some:
        w.sync_first(one.folder)
    w.run_many(
        "INSERT INTO pack (pack, size) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(one.pack, one.size) for one in some],
    )
    w.run_many(
        "INSERT INTO content (sha256, pack, place, size, flaw) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(s.sha256, one.pack, s.place, s.size, s.flaw) for one in some for s in one.spans],
    )


class Packs:
    """The packs of one gateway. Any thread, several processes. Raises OSError, DatabaseTrouble."""

    def __init__(self, folder: Path, database: Database, *, far: Objects | None = None) -> None:
        """`far`: where packs go after a while; they are read from there when they are not here."""
        self._folder = folder / "pack"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder)
        self._database = database
        self._far = far
        self._day = ""

    def write(self, contents: Sequence[Content]) -> Packed:
        """Write one pack; on the disk when this returns, but for its name (see Packed.note)."""
        name = self._new_name()
        path = self._folder / name
        spans, place = [], 0
        for one in contents:
            spans.append(Span(one.sha256, place, len(one.content), one.flaw))
            place += len(one.content)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write_all(descriptor, [one.content for one in contents])
            os.fsync(descriptor)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)
        return Packed(name, place, tuple(spans), path.parent)

    def adopt(self, file: Path, spans: Sequence[Span]) -> Packed:
        """Make a file that somebody else wrote on this disk a pack, without copying it.

        The spans are checked by the caller. The file keeps its own name too.
        """
        name = self._new_name()
        path = self._folder / name
        os.link(file, path)
        try:
            descriptor = os.open(path, os.O_RDWR)
            try:
                os.fsync(descriptor)
                size = os.fstat(descriptor).st_size
            finally:
                os.close(descriptor)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Packed(name, size, tuple(spans), path.parent)

    def put(self, content: bytes) -> str:
        """Keep these bytes; their name. On the disk and noted when this returns."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.has(sha256):
            self._database.write(self.write([Content(sha256, content)]).note)
        return sha256

    def has(self, sha256: str) -> bool:
        """True when the content is here, whole, checked and on the disk."""
        return bool(self._database.read("SELECT 1 FROM content WHERE sha256=?", sha256))

    def size(self, sha256: str) -> int:
        """How long the content is. Raises KeyError."""
        return self._span(sha256)[2]

    def read(self, sha256: str) -> bytes:
        """The bytes, their hash checked. Raises KeyError, OSError when they are damaged."""
        pack, place, size = self._span(sha256)
        content = self._bytes(pack, place, size)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise OSError(f"content {sha256[:12]} is damaged")
        return content

    def written(self, since: float, until: float) -> Iterator[str]:
        """Packs on this disk, with a row or without, that were named between the two, seconds."""
        days = {f"{datetime.fromtimestamp(at, UTC):%Y%m%d}" for at in _steps(since, until)}
        for day in sorted(days):
            folder = self._folder / day
            for path in folder.iterdir() if folder.is_dir() else ():
                if since <= _named_at(path.name) < until:
                    yield f"{day}/{path.name}"

    def here(self) -> Iterator[str]:
        """Every pack on this disk, with a row or without one."""
        for day in sorted(self._folder.iterdir()):
            for path in day.iterdir():
                yield f"{day.name}/{path.name}"

    def path(self, pack: str) -> Path:
        """Where the pack lies on this disk, if it is here."""
        return self._folder / pack

    def _span(self, sha256: str) -> tuple[str, int, int]:
        rows = self._database.read("SELECT pack, place, size FROM content WHERE sha256=?", sha256)
        if not rows:
            raise KeyError(sha256)
        pack, place, size = rows[0]
        return pack, place, size

    def _bytes(self, pack: str, place: int, size: int) -> bytes:
        try:
            with self.path(pack).open("rb") as file:
                file.seek(place)
                return file.read(size)
        except FileNotFoundError:
            if self._far is None:
                raise
            try:
                return self._far.get(pack, place, size)
            except KeyError:
                raise FileNotFoundError("neither here nor at the place for objects") from None

    def _new_name(self) -> str:
        """The day as folder, so that one folder is brought to the disk for all of a moment."""
        day = f"{datetime.now(UTC):%Y%m%d}"
        if day != self._day:
            (self._folder / day).mkdir(mode=0o700, exist_ok=True)
            sync_folder(self._folder)
            self._day = day
        return f"{day}/{uuid7().hex}"


def _steps(since: float, until: float) -> Iterator[float]:
    """Moments not further apart than a day, both ends among them."""
    while since < until:
        yield since
        since += 86_400.0
    yield until


def _named_at(name: str) -> float:
    """Seconds since 1970, from the first 48 bits of a UUIDv7 (RFC 9562 section 5.7, recalled)."""
    try:
        return int(name[:12], 16) / 1000
    except ValueError:
        return float("inf")  # nothing of ours


def _write_all(descriptor: int, contents: Sequence[bytes | memoryview]) -> None:
    """In as few calls as the system takes."""
    left = [memoryview(content) for content in contents if len(content)]
    while left:
        written = os.writev(descriptor, left[:MOST_AT_ONCE])
        while left and written >= len(left[0]):
            written -= len(left.pop(0))
        if written:
            left[0] = left[0][written:]
