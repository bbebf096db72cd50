"""A disk in memory in place of `os` and `Path`: quick, and a power cut takes what was not synced.

Only what the gateway's packs, parts and keys ask of a disk is here; what they ask beyond it fails.
"""

import errno
import io
import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, ClassVar, Self

from tests.matrix.disk import File, Folder, Loss, Step, apply, left_of, sync

FIRST_DESCRIPTOR = 1000  # far from the real ones
NEW = float("inf")  # when every file was written: none is old enough to be forgotten


class MemoryDisk:
    """Files by their paths. `calls` stands in for the module `os`, `place` for Path.

    `pass_by` is called before and after everything that changes the disk. `forgets`: the name of a
    folder below which fsync does nothing, for the proof that this is found out.
    """

    def __init__(self, pass_by: Callable[[], None], *, forgets: str = "") -> None:
        self._pass_by = pass_by
        self._forgets = forgets
        self._top = self._image = Folder()
        self._open: dict[int, tuple[Place, File | Folder]] = {}
        self._next = FIRST_DESCRIPTOR
        self.is_full = False
        self.place = type("PlaceOfDisk", (Place,), {"disk": self, "__slots__": ()})
        self.calls = SimpleNamespace(
            **{name: getattr(os, name) for name in dir(os) if name.startswith("O_")},
            open=self.open,
            close=self.close,
            write=self.write,
            writev=self.writev,
            pwrite=self.pwrite,
            fsync=self.fsync,
            fstat=self.fstat,
            link=self.link,
        )

    # -- its life

    def image(self) -> Folder:
        """All that is on it, for `prepared`."""
        return left_of(self._top, None, random.Random(0))

    def prepared(self, image: Folder) -> None:
        """Every story begins with what is in this image."""
        self._image = image

    def begin(self) -> None:
        """A new story."""
        self._top = left_of(self._image, None, random.Random(0))
        self._open.clear()
        self.is_full = False

    def lose_power(self, loss: Loss, chance: random.Random) -> None:
        """Only what was synced is left; every descriptor is gone."""
        self._top = left_of(self._top, loss, chance)
        self._open.clear()

    # -- in place of os

    def open(self, path: "Place", flags: int, _mode: int = 0o777) -> int:
        node = self.find(path)
        if node is None:
            if not flags & os.O_CREAT:
                raise FileNotFoundError(errno.ENOENT, "no such file", str(path))
            self._change()
            node = File(bytearray(), b"")
            self.folder(path.parent).name(path.name, node)
            self._pass_by()
        elif flags & os.O_EXCL:
            raise FileExistsError(errno.EEXIST, "there already", str(path))
        self._next += 1
        self._open[self._next] = (path, node)
        return self._next

    def close(self, descriptor: int) -> None:
        self._open.pop(descriptor, None)  # gone already when the power went

    def write(self, descriptor: int, content: bytes) -> int:
        return self.pwrite(descriptor, content, len(self._file(descriptor).live))

    def writev(self, descriptor: int, contents: Sequence[bytes]) -> int:
        return self.write(descriptor, b"".join(contents))

    def pwrite(self, descriptor: int, content: bytes, at: int) -> int:
        file = self._file(descriptor)
        self._change()
        step = Step("w", -1, at, bytes(content), b"")
        apply(file.live, step, None)
        file.since.append(step)
        self._pass_by()
        return len(content)

    def fsync(self, descriptor: int) -> None:
        self._pass_by()
        path, node = self._open[descriptor]
        if not self._forgets or self._forgets not in path.parts:
            sync(node)
        self._pass_by()

    def fstat(self, descriptor: int) -> SimpleNamespace:
        return SimpleNamespace(st_size=len(self._file(descriptor).live))

    def link(self, old: "Place", new: "Place") -> None:
        self._change()
        node = self.find(old)
        assert node is not None
        self.folder(new.parent).name(new.name, node)
        self._pass_by()

    # -- for the places

    def find(self, path: "Place") -> File | Folder | None:
        """What lies there."""
        node: File | Folder | None = self._top
        for part in path.parts:
            node = node.live.get(part) if isinstance(node, Folder) else None
        return node

    def folder(self, path: "Place") -> Folder:
        """Raises FileNotFoundError."""
        node = self.find(path)
        if not isinstance(node, Folder):
            raise FileNotFoundError(errno.ENOENT, "no such folder", str(path))
        return node

    def content(self, path: "Place") -> bytes:
        """Raises FileNotFoundError."""
        node = self.find(path)
        if not isinstance(node, File):
            raise FileNotFoundError(errno.ENOENT, "no such file", str(path))
        return bytes(node.live)

    def make_folder(self, path: "Place") -> None:
        """With those above it, unless it is there."""
        if self.find(path) is None:
            self.make_folder(path.parent)
            self._change()
            self.folder(path.parent).name(path.name, Folder())
            self._pass_by()

    def remove(self, path: "Place") -> None:
        self._pass_by()
        self.content(path)
        self.folder(path.parent).name(path.name, None)
        self._pass_by()

    def _change(self) -> None:
        self._pass_by()
        if self.is_full:
            raise OSError(errno.ENOSPC, "no space left")

    def _file(self, descriptor: int) -> File:
        _, node = self._open[descriptor]
        assert isinstance(node, File)
        return node


class Place:
    """In place of Path; of a MemoryDisk's own class, which knows the disk."""

    __slots__ = ("parts",)
    disk: ClassVar[MemoryDisk]

    def __init__(self, path: str) -> None:
        self.parts = tuple(path.strip("/").split("/"))

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def parent(self) -> Self:
        return self._of(self.parts[:-1])

    def __truediv__(self, name: str) -> Self:
        return self._of((*self.parts, *name.split("/")))

    def __str__(self) -> str:
        return "/".join(("", *self.parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def mkdir(self, **_: Any) -> None:
        self.disk.make_folder(self)

    def is_dir(self) -> bool:
        return isinstance(self.disk.find(self), Folder)

    def iterdir(self) -> Iterator[Self]:
        return (self / name for name in list(self.disk.folder(self).live))

    def stat(self) -> SimpleNamespace:
        return SimpleNamespace(st_size=len(self.disk.content(self)), st_mtime=NEW)

    def open(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self.disk.content(self))

    def read_bytes(self) -> bytes:
        return self.disk.content(self)

    def unlink(self, missing_ok: bool = False) -> None:
        if missing_ok:
            with suppress(FileNotFoundError):
                self.disk.remove(self)
        else:
            self.disk.remove(self)

    def _of(self, parts: tuple[str, ...]) -> Self:
        made = object.__new__(type(self))
        made.parts = parts
        return made
