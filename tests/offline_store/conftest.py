"""A store in a fresh folder for every test."""

from collections.abc import Iterator
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
