"""A finger on the screen: the touch comes in at the window of the system, as a real one does."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget


def touch(widget: QWidget, at: QPoint | None = None) -> None:
    """In its middle unless told where. QTest's own click would go past the window."""
    window = widget.window()
    place = widget.mapTo(window, at or widget.rect().center())
    none = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, none, place)
