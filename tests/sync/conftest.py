"""What the tests of sync share: one village with a gateway behind a bad line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.scripted_gateway import ScriptedGateway
from tests.counterparts.village import Village


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A terminal, a gateway, and the line between them."""
    made = Village(tmp_path)
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlCipherStore]:
    """A real store without cases."""
    opened = open_store(tmp_path, FileKey(tmp_path / "store.key"))
    yield opened
    opened.close()


@pytest.fixture
def gateway() -> ScriptedGateway:
    """A gateway that answers as the test says."""
    return ScriptedGateway()
