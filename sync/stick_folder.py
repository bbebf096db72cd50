"""The folder on a stick: writes so that a pulled stick leaves no half file under a whole name.

Every file: temporary name, write, fsync, read back from the stick, rename, fsync of the folder.
Names that are not exactly ours, links and anything but plain files are never opened.
"""

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from sync.stick_format import (
    ANSWER_LIMIT,
    ANSWER_SUFFIX,
    BUNDLE_SUFFIX,
    CASE_ID,
    MANIFEST_LIMIT,
    answer_name,
    bundle_name,
    manifest_name,
)

CASES: Final = "cases"
ANSWERS: Final = "answers"
UNFINISHED: Final = ".unfinished"
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_READ_AT_ONCE: Final = 64 * 1024


class NotAStick(Exception):
    """The folder is missing, or is laid out in a way that we do not follow (a link)."""


class Cancelled(Exception):
    """The person does not want to wait any longer; nothing half was left."""


class Disk:
    """The few calls that change a disk; one place for a test to make each of them fail."""

    def create(self, path: Path) -> int:
        """A new file, never through a link."""
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(path, flags, 0o600)

    def write(self, descriptor: int, content: bytes) -> int:
        """How many bytes were taken."""
        return os.write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        """The bytes are on the disk, and no longer only in this machine's memory."""
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def rename(self, old: Path, new: Path) -> None:
        """Replaces what is there."""
        old.rename(new)

    def make_folder(self, path: Path) -> None:
        """A folder; fine when it is there."""
        path.mkdir(exist_ok=True)

    def remove(self, path: Path) -> None:
        """Fine when it is not there."""
        path.unlink(missing_ok=True)

    def sync_folder(self, path: Path) -> None:
        """The names in it are on the disk."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class StickFolder:
    """One folder on a stick. Every method may raise OSError when the stick will not."""

    def __init__(self, root: Path, *, disk: Disk | None = None) -> None:
        """The folder must exist: a missing one is a stick that is not there. Raises NotAStick."""
        if not root.is_dir():
            raise NotAStick("no such folder")
        self._root = root
        self._disk = disk or Disk()
        for name in (CASES, ANSWERS):
            if (root / name).is_symlink():
                raise NotAStick("a link stands where a folder should be")

    def prepare(self) -> None:
        """Make the folders; clear away what an interrupted writing left under other names."""
        for name in (CASES, ANSWERS):
            self._disk.make_folder(self._root / name)
            for left in sorted((self._root / name).glob(f"*{UNFINISHED}")):
                self._disk.remove(left)
        for left in sorted(self._root.glob(f"list-*{UNFINISHED}")):
            self._disk.remove(left)
        self._disk.sync_folder(self._root)

    def free_bytes(self) -> int:
        """What still fits."""
        found = os.statvfs(self._root)
        return found.f_bavail * found.f_frsize

    def bundles(self) -> list[str]:
        """The case ids of which there is a file, in order; it may be torn."""
        return self._named(CASES, BUNDLE_SUFFIX)

    def answers(self) -> list[str]:
        """The case ids of which there is an answer, in order."""
        return self._named(ANSWERS, ANSWER_SUFFIX)

    def strangers(self) -> int:
        """Files among the cases whose names are not ours; nothing is done with them."""
        folder = self._root / CASES
        ours = {bundle_name(case_id) for case_id in self.bundles()}
        return sum(1 for e in os.scandir(folder) if e.name not in ours) if folder.is_dir() else 0

    @contextmanager
    def bundle(self, case_id: str) -> Iterator[tuple[BinaryIO, int]]:
        """The open file and its size in bytes. Raises OSError also for what is no plain file."""
        with _plain_file(self.path_of(case_id)) as opened:
            yield opened

    def path_of(self, case_id: str) -> Path:
        """Where the bundle is. Raises ValueError for what is no case id."""
        return self._root / CASES / bundle_name(case_id)

    def answer(self, case_id: str) -> bytes:
        """The answer. Raises OSError; also when it is missing or too large."""
        return _small(self._root / ANSWERS / answer_name(case_id), ANSWER_LIMIT)

    def manifests(self) -> list[bytes]:
        """Every packing list that can be read."""
        found = []
        for path in sorted(self._root.glob("list-*.json")):
            with contextlib.suppress(OSError):
                found.append(_small(path, MANIFEST_LIMIT))
        return found

    def manifest(self, terminal_id: str) -> bytes:
        """The packing list of that terminal. Raises OSError."""
        return _small(self._root / manifest_name(terminal_id), MANIFEST_LIMIT)

    def write_bundle(self, case_id: str, pieces: Iterable[bytes]) -> tuple[str, int]:
        """Its SHA-256 and size, once it is on the stick and was read back from there."""
        return self._write(self.path_of(case_id), pieces)

    def write_answer(self, case_id: str, content: bytes) -> None:
        """Replaces an older one, unless it is the same."""
        path = self._root / ANSWERS / answer_name(case_id)
        with contextlib.suppress(OSError):
            if self.answer(case_id) == content:
                return
        self._write(path, [content])

    def write_manifest(self, terminal_id: str, content: bytes) -> None:
        """Replaces an older one, unless it is the same."""
        with contextlib.suppress(OSError):
            if self.manifest(terminal_id) == content:
                return
        self._write(self._root / manifest_name(terminal_id), [content])

    def remove(self, case_id: str) -> None:
        """Take a bundle and its answer away: what they carried has arrived, or must be anew."""
        self._disk.remove(self.path_of(case_id))
        self._disk.remove(self._root / ANSWERS / answer_name(case_id))

    # -- inside

    def _named(self, folder: str, suffix: str) -> list[str]:
        try:
            names = sorted(os.listdir(self._root / folder))
        except FileNotFoundError:
            return []
        found = [name.removesuffix(suffix) for name in names if name.endswith(suffix)]
        return [case_id for case_id in found if CASE_ID.fullmatch(case_id)]

    def _write(self, path: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
        unfinished = path.with_name(path.name + UNFINISHED)
        self._disk.remove(unfinished)
        digest, size = hashlib.sha256(), 0
        descriptor = self._disk.create(unfinished)
        try:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                view = memoryview(piece)
                while view:
                    view = view[self._disk.write(descriptor, bytes(view)) :]
            self._disk.sync(descriptor)
            if _hash_of(descriptor) != digest.hexdigest():
                raise OSError("the stick gives back other bytes than were written")
            self._disk.rename(unfinished, path)
        except BaseException:
            with contextlib.suppress(OSError):
                self._disk.remove(unfinished)
            raise
        finally:
            with contextlib.suppress(OSError):  # a stick that is gone says so once more
                os.close(descriptor)
        self._disk.sync_folder(path.parent)
        return digest.hexdigest(), size


@contextmanager
def _plain_file(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    with open(os.open(path, _OPEN), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a plain file")
        yield file, status.st_size


def _small(path: Path, limit: int) -> bytes:
    with _plain_file(path) as (file, size):
        if size > limit:
            raise OSError("too large")
        return file.read(limit)


def _hash_of(descriptor: int) -> str:
    digest = hashlib.sha256()
    os.lseek(descriptor, 0, os.SEEK_SET)
    while piece := os.read(descriptor, _READ_AT_ONCE):
        digest.update(piece)
    return digest.hexdigest()


Progress = Callable[[int, int, int], None]  # (cases done, cases in all, bytes of this one)
