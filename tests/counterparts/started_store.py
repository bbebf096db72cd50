"""A terminal's store as a start of the program has it: locked, looked over, opened."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore
from offline_store.store_folder import StoreFolder
from tests.counterparts.sample_cases import NOON


def held(folder: Path) -> StoreFolder:
    """On a machine whose clock begins at one and the same second at every start."""
    return StoreFolder(folder, FileKey(folder / "store.key"), program="test", clock=lambda: NOON)


@contextmanager
def started(folder: Path) -> Iterator[SqlCipherStore]:
    """As long as the program runs."""
    with closing(held(folder)) as opened, closing(opened.open()) as store:
        yield store


def killed_store(factory: pytest.TempPathFactory, fill: Callable[[SqlCipherStore], None]) -> Path:
    """A copy of one whose program was killed: nearly everything is in the log."""
    folder, copy = factory.mktemp("alive") / "s", factory.mktemp("killed") / "s"
    with started(folder):
        pass
    with started(folder) as store:
        fill(store)
        shutil.copytree(folder, copy)
    return copy
