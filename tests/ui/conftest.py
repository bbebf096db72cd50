"""A window with a specimen terminal for every test of the interface."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from ui.stage import Stage


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    """A kiosk at standby; nothing around it happens by itself."""
    made = Stage(QSize(1080, 1920))
    yield made
    made.close()
