"""A desk set has real keys: Tab goes from one control to the next and shows where it is.

At a kiosk nobody sees any of it, and no text field ever takes the focus by itself: the keyboard
on the screen would come up.
"""

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ui.widgets.pieces import restyled

TAB_KEYS = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})


class KeyboardFocus(QObject):
    """Fed with the events of the program; begins with the first Tab, ends with the next touch."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._on = False

    def saw(self, event: QEvent) -> None:
        """A key or a touch anywhere."""
        if event.type() == QEvent.Type.KeyPress:
            if isinstance(event, QKeyEvent) and event.key() in TAB_KEYS:
                self._let_fields_in()
                self._show(on=True)
        elif event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin):
            self._show(on=False)

    def _let_fields_in(self) -> None:
        lines = cast("list[QLineEdit]", self._window.findChildren(QLineEdit))
        blocks = cast("list[QPlainTextEdit]", self._window.findChildren(QPlainTextEdit))
        for field in (*lines, *blocks):
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _show(self, *, on: bool) -> None:
        if on == self._on:
            return
        self._on = on
        restyled(self._window, keys="true" if on else "")
