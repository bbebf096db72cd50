"""What the tests of sync share: one village with a gateway behind a bad line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.counterparts.village import Village


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A terminal, a gateway, and the line between them."""
    made = Village(tmp_path)
    yield made
    made.close()
