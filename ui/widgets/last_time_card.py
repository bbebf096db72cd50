"""What the person answered the last time to the same item, to take over in one touch."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import column, push_button, words


class LastTimeCard(QFrame):
    """Hidden while there is nothing to take over. Signals: wanted."""

    wanted = Signal()

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._scale = scale
        self.setProperty("kind", "notice")
        self.setProperty("tone", "blue")
        self._inside = column(scale, self, gap=Space.TIGHT, edge=Space.GAP)
        self._inside.addWidget(words(texts.say("form.last_time"), "large", strong=True))
        self.button = push_button(texts.say("form.same_again"), "strong", self.wanted.emit)
        self.button.setObjectName("same_as_last_time")
        self._inside.addWidget(self.button)
        self._lines: QWidget | None = None
        self._shown: list[tuple[str, str]] = []
        self.hide()

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        """(label, words) of each answer; none at all hides the card."""
        self.setVisible(bool(lines))
        if lines == self._shown:
            return  # called for every key that is pressed
        self._shown = lines
        if self._lines is not None:
            self._lines.hide()
            self._lines.deleteLater()
        self._lines = QWidget()
        block = QGridLayout(self._lines)
        block.setContentsMargins(0, 0, 0, 0)
        block.setHorizontalSpacing(self._scale.px(Space.NEAR))
        block.setVerticalSpacing(self._scale.px(Space.HAIR))
        for n, (label, shown) in enumerate(lines):
            block.addWidget(words(label, "body", tone="quiet"), n, 0)
            block.addWidget(words(shown, "body"), n, 1)
        block.setColumnStretch(0, 2)
        block.setColumnStretch(1, 3)
        self._inside.insertWidget(1, self._lines)

    def forget(self) -> None:
        """The lines go."""
        self.show_lines([])
