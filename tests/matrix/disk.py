"""A disk of which, after a power cut, only what was brought to it is left: built from a journal."""

import os
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, unique
from pathlib import Path

HEAD = struct.Struct("<cIQII")  # see unsynced.c
SECTOR = 512  # bytes that a disk writes whole or not at all
NEVER_SYNCED = "-shm"  # the index of the write-ahead log; made anew at every start


@unique
class Loss(Enum):
    """How hard the cut is. Each of them is allowed by POSIX."""

    ALL = "all unsynced lost"  # names and content
    CONTENT = "content lost, names kept"  # as LazyFS does it
    SOME = "some sectors and names lost"  # whatever the disk had time for, torn in between
    WRITES = (
        "some writes and names lost"  # the same, but each write whole: a commit without its rest
    )


CHANCY = frozenset({Loss.SOME, Loss.WRITES})


@dataclass(frozen=True, slots=True)
class Step:
    """One record of the journal."""

    kind: str
    descriptor: int
    number: int
    one: bytes = field(repr=False)
    two: bytes = field(repr=False)


@dataclass(eq=False)
class File:
    """Content as the program sees it, as it lies on the disk, and the writes between the two."""

    live: bytearray
    kept: bytes
    since: list[Step] = field(default_factory=list)

    def content(self, loss: Loss | None, chance: random.Random) -> bytes:
        """What is left of it; None: all."""
        if loss is None:
            return bytes(self.live)
        left = bytearray(self.kept)
        for step in self.since if loss in CHANCY else ():
            if loss is Loss.SOME:
                apply(left, step, chance)
            elif chance.random() < 0.5:
                apply(left, step, None)
        return bytes(left)


@dataclass(eq=False)
class Folder:
    """The same for names."""

    live: dict[str, "File | Folder"] = field(default_factory=dict)
    kept: dict[str, "File | Folder"] = field(default_factory=dict)
    since: list[tuple[str, "File | Folder | None"]] = field(default_factory=list)

    def name(self, name: str, node: "File | Folder | None") -> None:
        """Give that name to a node, or (None) take it away."""
        _name(self.live, name, node)
        self.since.append((name, node))

    def entries(self, loss: Loss | None, chance: random.Random) -> dict[str, "File | Folder"]:
        """What is left of it; None: all."""
        if loss in (None, Loss.CONTENT):
            return self.live
        left = dict(self.kept)
        if loss in CHANCY:
            for name, node in self.since:
                if chance.random() < 0.5:
                    _name(left, name, node)
        return left


class Disk:
    """Begins as that folder is, all of it on the disk; `do` what the journal says.

    `named`: where the program found it, as the journal writes it.
    """

    def __init__(self, folder: Path, *, named: Path) -> None:
        self._root = named
        self._top = _loaded(folder)
        self._open: dict[int, File | Folder] = {}

    def do(self, step: Step) -> None:
        """One step of the program."""
        match step.kind:
            case "o":
                self._open[step.descriptor] = self._opened(step.one.decode(), step.number)
            case "c":
                del self._open[step.descriptor]
            case "w" | "t":
                file = self._open[step.descriptor]
                assert isinstance(file, File)
                apply(file.live, step, None)
                file.since.append(step)
            case "f":
                sync(self._open[step.descriptor])
            case "r" | "l":
                home, name = self._place(step.one.decode())
                target, new_name = self._place(step.two.decode())
                target.name(new_name, home.live[name])
                if step.kind == "r":
                    home.name(name, None)
            case "u":
                home, name = self._place(step.one.decode())
                home.name(name, None)
            case "m":
                home, name = self._place(step.one.decode())
                home.name(name, Folder())

    def after_the_cut(self, target: Path, loss: Loss, seed: int) -> None:
        """Write into that new folder what is left."""
        _write(left_of(self._top, loss, random.Random(seed)), target)

    def _place(self, path: str) -> tuple[Folder, str]:
        *way, name = Path(path).relative_to(self._root).parts
        home = self._top
        for part in way:
            inner = home.live[part]
            assert isinstance(inner, Folder)
            home = inner
        return home, name

    def _opened(self, path: str, flags: int) -> "File | Folder":
        if Path(path) == self._root:
            return self._top
        home, name = self._place(path)
        if name not in home.live:
            home.name(name, File(bytearray(), b""))
        node = home.live[name]
        if flags & os.O_TRUNC and isinstance(node, File):
            cut = Step("t", -1, 0, b"", b"")
            apply(node.live, cut, None)
            node.since.append(cut)
        return node


def left_of(folder: Folder, loss: Loss | None, chance: random.Random) -> Folder:
    """What a power cut leaves of that folder, all of it safe now; None: everything."""
    return _left(folder, loss, chance, {})


def _left(
    folder: Folder,
    loss: Loss | None,
    chance: random.Random,
    seen: "dict[File | Folder, File | Folder]",
) -> Folder:
    left = Folder()
    for name, node in folder.entries(loss, chance).items():
        if node not in seen:  # one file may have two names
            if isinstance(node, Folder):
                seen[node] = _left(node, loss, chance, seen)
            else:
                content = node.content(loss, chance)
                seen[node] = File(bytearray(content), content)
        left.live[name] = seen[node]
    left.kept = dict(left.live)
    return left


def steps_in(journal: Path) -> Iterator[Step]:
    """Every record. What the program said ("s") is among them."""
    content = journal.read_bytes()
    at = 0
    while at < len(content):
        kind, descriptor, number, first, second = HEAD.unpack_from(content, at)
        at += HEAD.size
        one, two = content[at : at + first], content[at + first : at + first + second]
        at += first + second
        yield Step(kind.decode(), descriptor, number, one, two)


def apply(content: bytearray, step: Step, chance: random.Random | None) -> None:
    """A write or a new length; with a chance, each sector on its own."""
    if step.kind == "t":
        if chance is None or chance.random() < 0.5:
            del content[step.number :]
            content.extend(bytes(step.number - len(content)))
        return
    at, end = step.number, step.number + len(step.one)
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        if chance is None or chance.random() < 0.5:
            content.extend(bytes(max(0, until - len(content))))
            content[at:until] = step.one[at - step.number : until - step.number]
        at = until


def _name(names: dict[str, File | Folder], name: str, node: File | Folder | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


def sync(node: File | Folder) -> None:
    """Content or names are on the disk."""
    if isinstance(node, File):
        node.kept = bytes(node.live)
    else:
        node.kept = dict(node.live)
    node.since.clear()


def _loaded(folder: Path) -> Folder:
    loaded = Folder()
    for path in folder.iterdir():
        if path.is_dir():
            loaded.live[path.name] = _loaded(path)
        else:
            content = path.read_bytes()
            loaded.live[path.name] = File(bytearray(content), content)
    loaded.kept = dict(loaded.live)
    return loaded


def _write(folder: Folder, target: Path) -> None:
    target.mkdir(mode=0o700)
    for name, node in folder.live.items():
        if isinstance(node, Folder):
            _write(node, target / name)
        elif not name.endswith(NEVER_SYNCED):
            path = target / name
            path.write_bytes(node.live)
            path.chmod(0o600)
