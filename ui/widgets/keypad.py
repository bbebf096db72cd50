"""Large digit keys for numbers, so that nobody needs the small keyboard for them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from ui.texts import Texts
from ui.theme.tokens import TOUCH, Scale, Space
from ui.widgets.pieces import push_button


class Keypad(QWidget):
    """Three columns like a telephone. `extra` is the key left of the nought: "X", "." or "".

    Signals: pressed(str) one character; erased; emptied.
    """

    pressed = Signal(str)
    erased = Signal()
    emptied = Signal()

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(scale.px(Space.TIGHT))
        self.keys: dict[str, QPushButton] = {}
        for n, digit in enumerate("123456789"):
            grid.addWidget(self._key(digit, scale), n // 3, n % 3)
        self._extra = push_button("", "keypad", lambda: self.pressed.emit(self._extra.text()))
        self._grows(self._extra, scale)
        grid.addWidget(self._extra, 3, 0)
        grid.addWidget(self._key("0", scale), 3, 1)
        erase = push_button(texts.say("form.erase"), "keypad", self.erased.emit)
        empty = push_button(texts.say("form.empty"), "keypad", self.emptied.emit)
        for wide in (erase, empty):
            wide.setProperty("wide", "true")
            self._grows(wide, scale)
        self.keys |= {"erase": erase, "empty": empty}
        grid.addWidget(erase, 3, 2)
        grid.addWidget(empty, 3, 0)
        self._empty = empty
        for column in range(3):
            grid.setColumnStretch(column, 1)

    def offer(self, extra: str) -> None:
        """Which key stands left of the nought; without one, it empties the field."""
        self._extra.setText(extra)
        self._extra.setVisible(bool(extra))
        self._empty.setVisible(not extra)
        self.keys.pop("X", None)
        self.keys.pop(".", None)
        if extra:
            self.keys[extra] = self._extra

    def _key(self, character: str, scale: Scale) -> QPushButton:
        key = push_button(character, "keypad", lambda: self.pressed.emit(character))
        self._grows(key, scale)
        self.keys[character] = key
        return key

    @staticmethod
    def _grows(key: QPushButton, scale: Scale) -> None:
        key.setMinimumHeight(scale.px(TOUCH))
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
