"""Hears the touches and keys of whoever stands before the screen, and nothing else."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

TOUCHES: Final = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
    }
)


class Hands(QObject):
    """Lives on Qt's thread, with the window.

    It listens where input comes in: at the windows of the system, before any widget has it, and at
    the widget that has the keyboard, where also the keys of the screen's own keyboard arrive. A
    filter for the whole program would do the same, but Qt asks that one about every paint and
    layout too: 1,400 to 3,000 questions in Python for each page that is shown.
    """

    def __init__(
        self,
        window: QWidget,
        *,
        touched: Callable[[QEvent], None],
        key: Callable[[QKeyEvent], bool],
    ) -> None:
        """`touched`: every touch and key. `key`: once for each key; True keeps it from all fields.

        `window` must have its place on the screen before `listen`.
        """
        super().__init__(window)
        self._window = window
        self._touched = touched
        self._key = key
        self._at: QObject = window  # which has the keys
        window.installEventFilter(self)
        application = QGuiApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)

    def listen(self, *places: QWindow) -> None:
        """Hear the touches of those windows too; may be repeated."""
        for place in places:
            place.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        """Every touch and key shows that somebody is there."""
        if event.type() not in TOUCHES:
            return False
        self._touched(event)
        if isinstance(event, QKeyEvent) and is_key_for(self._window, watched):
            return self._key(event)
        return False

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._at is not self._window and isValid(self._at):
            self._at.removeEventFilter(self)
        self._at = self._window
        if now is not None and now is not self._window:
            self._at = now
            now.installEventFilter(self)


def is_key_for(window: QWidget, watched: QObject) -> bool:
    """True once for each key: Qt shows it to a filter for every widget on its way up."""
    return watched is (QApplication.focusWidget() or window)
