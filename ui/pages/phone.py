"""The two pages of going on with the telephone."""

import time
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.domain.fault import Fault
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import column, frame, words
from ui.widgets.qr_code import qr_code

PATIENCE: Final = 15.0  # seconds until a code may be shown again


class PhonePage(QWidget):
    """Hold the telephone's code before the camera."""

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._since = 0.0
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        page.addWidget(words(texts.say("phone.title"), "title"))
        page.addWidget(words(texts.say("phone.body"), "large", tone="quiet"))
        self._trouble = FaultNotice(texts, scale)
        self._trouble.hide()
        page.addWidget(self._trouble)
        self._state = words("", "large", tone="warn", strong=True)
        self._state.setObjectName("phone_state")
        self._state.hide()
        page.addWidget(self._state)
        block = frame("card")
        inside = column(scale, block, gap=Space.NEAR, edge=Space.GAP)
        seen = QLabel()
        seen.setAlignment(Qt.AlignmentFlag.AlignCenter)
        side = scale.px(300 if scale.portrait else 100 if scale.crowded else 180)
        seen.setPixmap(picture(Picture.CODE_TO_CAMERA, scale.ink(Colour.BLUE), side))
        inside.addStretch(1)
        inside.addWidget(seen)
        how = words(texts.say("phone.how"), "heading", tone="blue")
        how.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(how)
        inside.addStretch(1)
        page.addWidget(block, 1)

    def show_network(self, fault: Fault | None) -> None:
        """It only works while the gateway is there."""
        self._trouble.show_fault(fault)

    def show_busy(self) -> None:
        """A code was read."""
        self._since = time.monotonic()
        self._say("phone.busy")

    def show_gone(self, fault: Fault | None) -> None:
        """There is nothing behind that code."""
        self._trouble.show_fault(fault)
        self._say("phone.gone")

    def waited(self) -> bool:
        """True when nobody answered in time."""
        return time.monotonic() - self._since > PATIENCE

    def _say(self, key: str) -> None:
        self._state.setText(self._texts.say(key))
        self._state.show()


class ToPhonePage(QWidget):
    """Read this code with the telephone."""

    def __init__(self, code: str, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        page.addWidget(words(texts.say("phone.to_title"), "title"))
        page.addWidget(words(texts.say("phone.to_body"), "large", tone="quiet"))
        shown = QLabel()
        shown.setObjectName("to_phone_code")
        shown.setAccessibleName(texts.say("phone.to_title"))
        shown.setPixmap(qr_code(code, scale.px(560 if scale.portrait else 330)))
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page.addWidget(shown, 1)
