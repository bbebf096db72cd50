"""Run by a test in a process of its own under Xvfb: types pinyin by touching the keyboard's keys.

Prints one JSON line with what was seen. Usage: python -m tests.ui.typing_under_x FOLDER PICTURE
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QLocale, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from ui.hands import Hands
from ui.theme.tokens import Scale
from ui.widgets.screen_keyboard import ScreenKeyboard, prepare

LEARNABLE = "zhangceshi"  # the engine offers 张测试 first; choosing 章 would teach it 章测试


def wait_for(condition: Callable[[], bool], rounds: int = 200) -> bool:
    """Let events run until it is so; at most ten seconds."""
    for _round in range(rounds):
        if condition():
            return True
        QTest.qWait(50)
    return condition()


def items(root: QQuickItem) -> list[QQuickItem]:
    """The item and everything below it."""
    return [root, *(item for child in root.childItems() for item in items(child))]


def keyboard_window() -> QQuickWindow:
    """The keyboard's own window."""
    return next(w for w in QGuiApplication.topLevelWindows() if isinstance(w, QQuickWindow))


def centre(item: QQuickItem) -> QPoint:
    """Where a finger touches it."""
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()


def touch(view: QQuickWindow, at: QPoint) -> None:
    """One touch, and time for the keyboard to answer."""
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.qWait(120)


def key(view: QQuickWindow, letter: str) -> QQuickItem:
    """The key with that letter."""
    return next(
        item
        for item in items(view.contentItem())
        if item.property("key") is not None and item.property("text") == letter
    )


def suggestions(view: QQuickWindow) -> list[tuple[str, QPoint]]:
    """Words offered, from left to right, with their places."""
    row = next(i for i in items(view.contentItem()) if i.objectName() == "wordCandidateView")
    texts = [
        (str(item.property("text")), centre(item))
        for item in items(row)
        if item.metaObject().className().startswith("QQuickText") and item.property("text")
    ]
    return sorted(texts, key=lambda text: text[1].x())


def main() -> None:
    """Type the same letters twice, choosing an unusual character the first time."""
    folder, picture = Path(sys.argv[1]), sys.argv[2]
    prepare(folder)
    QLocale.setDefault(QLocale("zh_CN"))
    app = QApplication([])
    screen = app.primaryScreen()
    scale = Scale(screen.size().width(), screen.size().height())
    keyboard = ScreenKeyboard(scale, app)
    window = QWidget()
    line = QLineEdit()
    touches: list[QEvent.Type] = []
    hands = Hands(
        window, touched=lambda event: touches.append(event.type()), key=lambda _event: False
    )
    keyboard.appeared.connect(hands.listen)
    layout = QVBoxLayout(window)
    layout.addWidget(line)
    layout.addStretch()
    window.resize(scale.width, scale.height)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    line.setFocus()
    app.inputMethod().show()
    wait_for(app.inputMethod().isVisible)
    QTest.qWait(800)
    view = keyboard_window()
    seen: dict[str, Any] = {"key_height": key(view, "q").height()}
    for number in range(2):
        for letter in LEARNABLE:
            touch(view, centre(key(view, letter)))
        offered = suggestions(view)
        seen[f"offered_{number}"] = [word for word, _place in offered]
        if number == 0:
            screen.grabWindow(0).save(picture)
            pixel = screen.grabWindow(0).toImage().pixelColor(10, keyboard.area().top() + 10)
            seen["suggestions_uncovered"] = pixel.lightness() < 100
            unusual = next(place for word, place in offered if word == "章")
            touch(view, unusual)
            touch(view, suggestions(view)[0][1])
            seen["typed"] = line.text()
    seen["touches"] = touches.count(QEvent.Type.MouseButtonPress)
    seen["area_height"] = keyboard.area().height()
    keyboard.end_visit()
    seen["hidden"] = wait_for(lambda: keyboard.area().isEmpty())
    seen["files"] = sorted(
        str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.stat().st_size
    )
    sys.stdout.write(json.dumps(seen) + "\n")
    sys.stdout.flush()
    QTimer.singleShot(0, app.quit)
    app.exec()


if __name__ == "__main__":
    main()
