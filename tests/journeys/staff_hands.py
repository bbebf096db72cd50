"""Hands and eyes of staff at a running terminal; pictures go to DOORSTEP_PICTURES if set."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.app import RunningTerminal
from tests.journeys.looking import picture_of

PATIENCE_MS: Final = 20_000
PICTURES: Final = "DOORSTEP_PICTURES"  # the folder for pictures


class StaffHands:
    """Looks for words and buttons that can be seen, and waits for them."""

    def __init__(self, qtbot: QtBot, terminal: RunningTerminal, name: str) -> None:
        """`name`: of the journey, before the name of each picture."""
        self._qtbot = qtbot
        self._window = terminal.window
        self._name = name
        self._count = 0

    def words(self) -> str:
        """Every word that people can see."""
        kinds = (QLabel, QPushButton)
        seen = [one for kind in kinds for one in self._window.findChildren(kind)]
        return "\n".join(one.text() for one in seen if one.isVisible())

    def wait(self, until: Callable[[], bool]) -> None:
        """For what devices, gateway and store do meanwhile."""
        self._qtbot.waitUntil(until, timeout=PATIENCE_MS)

    def see(self, text: str) -> None:
        """Wait until it stands on the screen."""
        self._qtbot.waitUntil(lambda: text in self.words(), timeout=PATIENCE_MS)

    def press(self, name: str) -> None:
        """Wait for that button and touch it."""

        def seen() -> list[QPushButton]:
            found = self._window.findChildren(QPushButton, name)
            return [one for one in found if one.isVisible() and one.isEnabled()]

        self._qtbot.waitUntil(lambda: bool(seen()), timeout=PATIENCE_MS)
        seen()[-1].click()

    def pin(self, digits: str) -> None:
        """On the keypad of the screen."""
        for digit in digits:
            self.press(f"pin_{digit}")
        self.press("sign_in_enter")

    def scan(self, code: str) -> None:
        """A bar-code scanner that types like a keyboard."""
        target = QApplication.focusWidget() or self._window
        QTest.keyClicks(target, code)
        QTest.keyClick(QApplication.focusWidget() or self._window, Qt.Key.Key_Return)

    def key(self, which: Qt.Key) -> None:
        """A key of a real keyboard."""
        QTest.keyClick(QApplication.focusWidget() or self._window, which)

    def is_shown(self, name: str) -> bool:
        """Whether the widget of that name can be seen."""
        return any(one.isVisible() for one in self._window.findChildren(QWidget, name))

    def picture(self, name: str) -> None:
        """Of what is on the screen now."""
        folder = os.environ.get(PICTURES)
        if not folder:
            return
        self._count += 1
        picture_of(self._window, Path(folder) / f"{self._name}-{self._count:02d}-{name}.png")
