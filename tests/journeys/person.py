"""A person in front of the window: looks for words, touches them, waits, and takes pictures."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

TOUCH_MS = 30  # a quick finger
LOOK_EVERY_MS = 80  # looking through all widgets costs the devices' threads their turn
SETTLE_MS = 250  # what moves on a page has come to rest
Seen = TypeVar("Seen")
Piece = TypeVar("Piece", bound=QWidget)


def let_go_on(milliseconds: int) -> None:
    """Let the program go on. Not QTest.qWait: it keeps Python's lock, so that the threads of the
    devices stand still."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class NotSeen(AssertionError):
    """What the person looked for did not appear in time."""


@dataclass
class Person:
    """Touches only what is visible, as a finger would: at the middle of the words."""

    window: QWidget
    out: Path
    patience: float = 60.0  # seconds; a traced program on a busy machine is slow
    steps: list[dict[str, object]] = field(default_factory=list)
    began: float = field(default_factory=time.time)
    _pictures: int = 0
    _since: float = field(default_factory=time.monotonic)

    def touch(self, words: str, *, nth: int = 0) -> None:
        """Touch the visible thing with these words, waiting until it is there."""
        target = self.wait_for(lambda: self._found(words, nth), f"“{words}” to touch")
        self._bring_into_view(target)
        self._tap(target)

    def visible(self, kind: type[Piece]) -> Piece | None:
        """The first visible widget of that kind."""
        pieces: Iterable[Piece] = self.window.findChildren(kind)
        return next((piece for piece in pieces if piece.isVisible()), None)

    def write(self, line: QWidget, text: str) -> None:
        """Write words as an input method hands them over."""
        self._bring_into_view(line)
        self._tap(line)
        commit = QInputMethodEvent()
        commit.setCommitString(text)
        QApplication.sendEvent(line, commit)
        QApplication.processEvents()

    def type_digits(self, digits: str) -> None:
        """On the keypad that is open."""
        for digit in digits:
            self.touch(digit)

    def see(self, words: str) -> None:
        """Wait until these words are on the screen."""
        self.wait_for(lambda: self._label_with(words), f"“{words}” on the screen")

    def sees(self, words: str) -> bool:
        """Whether these words are on the screen now."""
        return self._label_with(words) is not None

    def comes_to_see(self, words: str, *, seconds: float) -> bool:
        """Whether the words appear within that time."""
        patience, self.patience = self.patience, seconds
        try:
            self.see(words)
        except NotSeen:
            return False
        finally:
            self.patience = patience
        return True

    def pause(self, seconds: float) -> None:
        """Do nothing for a while."""
        let_go_on(round(seconds * 1000))

    def draw(self, pad: QWidget, strokes: list[list[tuple[float, float]]]) -> None:
        """Draw with a finger; coordinates are shares of the pad's width and height."""
        for stroke in strokes:
            points = [QPoint(int(x * pad.width()), int(y * pad.height())) for x, y in stroke]
            QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=points[0])
            for point in points[1:]:
                QTest.mouseMove(pad, point)
                QApplication.processEvents()
            QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=points[-1])
        QApplication.processEvents()

    def shot(self, name: str) -> None:
        """A picture of the window, and how long it took since the last one."""
        let_go_on(SETTLE_MS)
        self._pictures += 1
        file = self.out / f"{self._pictures:02d}-{name}.png"
        self.window.grab().save(str(file))
        now = time.monotonic()
        self.steps.append({"step": name, "seconds": round(now - self._since, 3)})
        self._since = time.monotonic()

    def wait_for(self, look: Callable[[], Seen | None], what: str) -> Seen:
        """Let the program go on until something is seen. Raises NotSeen."""
        deadline = time.monotonic() + self.patience
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > deadline:
                self.window.grab().save(str(self.out / "not-seen.png"))
                raise NotSeen(f"waited {self.patience:.0f} s for {what}")
            let_go_on(LOOK_EVERY_MS)

    def _tap(self, target: QWidget) -> None:
        """On the glass, not on the widget: what lies above it would be touched instead."""
        screen = self.window.windowHandle()
        at = target.mapTo(self.window, target.rect().center())
        QTest.mousePress(screen, Qt.MouseButton.LeftButton, pos=at)
        let_go_on(TOUCH_MS)
        QTest.mouseRelease(screen, Qt.MouseButton.LeftButton, pos=at)
        let_go_on(TOUCH_MS)

    def _found(self, words: str, nth: int) -> QWidget | None:
        touchable = [button for button in self._buttons() if button.isEnabled()]
        buttons = [button for button in touchable if button.text() == words]
        buttons += [button for button in touchable if button.text().startswith(words)]
        if len(buttons) > nth:
            return buttons[nth]
        labels = [label for label in self._labels() if label.text() == words]
        labels += [
            label for label in self._labels() if words in label.text() and label not in labels
        ]
        return labels[nth] if len(labels) > nth else None

    def _label_with(self, words: str) -> QWidget | None:
        texts: list[QWidget] = [label for label in self._labels() if words in label.text()]
        texts += [button for button in self._buttons() if words in button.text()]
        return texts[0] if texts else None

    def _labels(self) -> list[QLabel]:
        labels: Iterable[QLabel] = self.window.findChildren(QLabel)
        return [label for label in labels if label.isVisible()]

    def _buttons(self) -> list[QAbstractButton]:
        buttons: Iterable[QAbstractButton] = self.window.findChildren(QAbstractButton)
        return [button for button in buttons if button.isVisible()]

    def _bring_into_view(self, target: QWidget) -> None:
        parent = target.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(target, 0, target.height())
                QApplication.processEvents()
            parent = parent.parentWidget()
