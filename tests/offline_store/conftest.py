"""A store in a fresh folder for every test, and disks of any size."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NOON


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def key(folder: Path) -> FileKey:
    return FileKey(folder / "store.key")


@pytest.fixture
def store(folder: Path, key: FileKey) -> Iterator[SqlCipherStore]:
    opened = open_store(folder, key, clock=lambda: NOON)
    yield opened
    opened.close()


@pytest.fixture
def disk_of(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Makes file systems in memory with so many bytes; skips where this account may not mount."""
    with ExitStack() as ending:

        def make(size: int) -> Path:
            place = tmp_path / f"disk of {size}"
            place.mkdir()
            mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
            if subprocess.run(mount, capture_output=True, check=False).returncode:
                pytest.skip("this account may not mount")
            ending.callback(subprocess.run, ["umount", "-l", str(place)], check=True)
            return place

        yield make


def fill_up(disk: Path, *, leave: int = 0) -> Path:
    """Somebody else's file takes all the room but so many bytes; the file, to make room again."""
    filler = disk / "somebody's log"
    with filler.open("wb", buffering=0) as file:
        for block in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(bytes(block))
            except OSError:
                continue
        file.truncate(max(0, file.tell() - leave))
    return filler
