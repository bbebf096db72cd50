"""The letters A to Z as large keys, for the first letters of the pinyin."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import push_button

# I, U and V begin no syllable of pinyin (Hanyu Pinyin scheme, 1958), so they are not offered.
LETTERS: Final = "ABCDEFGHJKLMNOPQRSTWXYZ"
COLUMNS: Final = 7


class LetterKeypad(QWidget):
    """Signals: letter(str), delete, clear."""

    letter = Signal(str)
    delete = Signal()
    clear = Signal()

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        columns = scale.columns(COLUMNS)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(scale.px(Space.TIGHT))
        for n, letter in enumerate(LETTERS):
            key = push_button(letter, "keypad", lambda letter=letter: self.letter.emit(letter))  # type: ignore[misc]
            key.setObjectName(f"key_{letter}")
            grid.addWidget(key, n // columns, n % columns)
        last, free = divmod(len(LETTERS), columns)
        if free == columns - 1:  # no room for both
            last, free = last + 1, 0
        delete = push_button(texts.say("search.delete"), "keypad", self.delete.emit)
        clear = push_button(texts.say("search.clear"), "keypad", self.clear.emit)
        for key in (delete, clear):
            key.setProperty("wide", "true")
        half = (columns - free) // 2
        grid.addWidget(delete, last, free, 1, columns - free - half)
        grid.addWidget(clear, last, columns - half, 1, half)
        for n in range(columns):
            grid.setColumnStretch(n, 1)
