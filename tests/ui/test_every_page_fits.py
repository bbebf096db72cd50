"""No page at any size needs more room than it has, so that no word is cut."""

import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from ui.shots import SCENES, SIZES
from ui.stage import Stage
from ui.theme.tokens import TOUCH, Scale


def settle() -> None:
    """Let layouts of wrapped words find their heights."""
    for _ in range(3):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def cut_labels(window: QWidget) -> list[str]:
    """Words that need more room than their label has."""
    cut = []
    for label in window.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        if label.hasHeightForWidth():
            needed = label.heightForWidth(label.width())
        else:
            needed = label.sizeHint().height()
        too_wide = not label.wordWrap() and label.sizeHint().width() > label.width() + 1
        longest = max(label.fontMetrics().horizontalAdvance(part) for part in label.text())
        if needed > label.height() + 1 or too_wide or longest > label.width():
            cut.append(f"{label.text()!r}: {label.size().toTuple()} needs {needed}")
    return cut


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_no_words_are_cut(qtbot: QtBot, scene: str, size: str) -> None:
    stage = Stage(SIZES[size])
    try:
        SCENES[scene](stage)
        settle()
        window = stage.window
        assert window.size() == SIZES[size]
        page = window.page
        layout = page.layout()
        assert layout is not None
        needed = (
            layout.totalMinimumHeightForWidth(page.width())
            if layout.hasHeightForWidth()
            else layout.totalMinimumSize().height()
        )
        assert needed <= page.height()
        assert layout.totalMinimumSize().width() <= page.width()
        assert cut_labels(window) == []
        for area in page.findChildren(QScrollArea):
            if area.isVisible():
                assert area.widget().minimumSizeHint().width() <= area.viewport().width()
    finally:
        stage.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_everything_touched_is_large_enough(qtbot: QtBot, scene: str, size: str) -> None:
    stage = Stage(SIZES[size])
    try:
        SCENES[scene](stage)
        settle()
        smallest = Scale(SIZES[size].width(), SIZES[size].height()).px(TOUCH)
        small = [
            f"{button.text() or button.objectName()}: {button.size().toTuple()}"
            for button in stage.window.findChildren(QPushButton)
            if button.isVisible() and min(button.width(), button.height()) < smallest
        ]
        assert small == []
    finally:
        stage.close()
