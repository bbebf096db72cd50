"""What every answer field of the form has in common, whatever kind of answer it takes."""

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget


class FieldControl(QWidget):
    """Shows one answer and lets people change it.

    Signals:
    answered(str): the answer as the domain keeps it; "" when it was taken away.
    wanted(QWidget): people touched it, and `self` needs the keys beside the form.
    left: people are done with it for now, so that it may be judged.
    """

    answered = Signal(str)
    wanted = Signal(QWidget)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._answer = ""

    @property
    def answer(self) -> str:
        """The answer as it stands."""
        return self._answer

    def show_answer(self, answer: str) -> None:
        """Show this answer; does nothing when it is shown already, so typing is not disturbed."""
        if answer != self._answer:
            self._answer = answer
            self.draw_answer()

    def call_itself(self, name: str) -> None:
        """Tell whoever cannot see it what the question is."""
        self.setAccessibleName(name)
        lines = cast("list[QLineEdit]", self.findChildren(QLineEdit))
        blocks = cast("list[QPlainTextEdit]", self.findChildren(QPlainTextEdit))
        for part in (*lines, *blocks):
            part.setAccessibleName(name)
        buttons = cast("list[QAbstractButton]", self.findChildren(QAbstractButton))
        for button in buttons:
            button.setAccessibleDescription(name)

    def draw_answer(self) -> None:
        """Put `answer` on the screen."""
        raise NotImplementedError

    def show_state(self, state: str) -> None:
        """One of "", active, bad, done: the colour of the edge."""

    def forget(self) -> None:
        """The visit is over: nothing of the person may stay."""
        self._answer = ""
        self.draw_answer()

    def changed_to(self, answer: str) -> None:
        """People gave this answer: show and tell it."""
        if answer != self._answer:
            self._answer = answer
            self.draw_answer()
            self.answered.emit(answer)


def empty_clipboard() -> None:
    """Whatever was marked in a field may have gone to the clipboard by itself: take it away."""
    clipboard = QGuiApplication.clipboard()
    clipboard.clear(QClipboard.Mode.Clipboard)
    if clipboard.supportsSelection():
        clipboard.clear(QClipboard.Mode.Selection)
