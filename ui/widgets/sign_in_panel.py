"""Card, PIN and what may be wrong with either: on the sign-in page and over a locked screen."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel

from kiosk.flow.sign_in_flow import SignInFlow, SignInStep, SignInView
from ui.staff_words import person_words
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.keypad import Keypad
from ui.widgets.pieces import column, push_button, restyled, row, words

DOT: Final = "●"
_BAD: Final = (SignInStep.WAIT, SignInStep.BLOCKED, SignInStep.NO_ENTRY)


class SignInPanel(QFrame):
    """Draws a SignInView. It never holds a digit: only how many there are."""

    def __init__(self, flow: SignInFlow, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._flow = flow
        self._texts = texts
        self._scale = scale
        self.setObjectName("sign_in_panel")
        whole = column(scale, self, gap=Space.GAP)
        self._trouble = FaultNotice(texts, scale)
        whole.addWidget(self._trouble)
        halves = column(scale, gap=Space.GAP) if scale.portrait else row(scale, gap=Space.WIDE)
        whole.addLayout(halves, 1)
        said = column(scale, gap=Space.NEAR)
        self._picture = QLabel()
        self._picture.setPixmap(
            picture(Picture.CARD_ON_READER, scale.ink(Colour.BLUE), scale.px(220))
        )
        self._title = words("", "heading", tone="blue")
        self._title.setObjectName("sign_in_title")
        self._body = words("", "large")
        self._dots = words("", "number", tone="blue")
        self._dots.setObjectName("sign_in_dots")
        self._wrong = words("", "large", tone="bad", strong=True)
        self._hint = words("", "body", tone="quiet")
        for label in (
            self._picture,
            self._title,
            self._body,
            self._dots,
            self._wrong,
            self._hint,
        ):
            said.addWidget(label)
        said.addStretch(1)
        halves.addLayout(said, 1)
        self._keys = QFrame()
        keys = column(scale, self._keys, gap=Space.NEAR)
        self.keypad = Keypad(texts=texts, scale=scale)
        self.keypad.offer("")
        self.keypad.pressed.connect(flow.digit)
        self.keypad.erased.connect(flow.erase)
        self.keypad.emptied.connect(flow.empty)
        for name, key in self.keypad.keys.items():
            key.setObjectName(f"pin_{name}")
        keys.addWidget(self.keypad)
        self.enter = push_button(texts.say("sign_in.next"), "primary", flow.go_on, size="large")
        self.enter.setObjectName("sign_in_enter")
        keys.addWidget(self.enter)
        halves.addWidget(self._keys, 1)

    def draw(self, view: SignInView) -> None:
        """All of it anew."""
        say, step = self._texts.say, view.step
        self._trouble.show_fault(view.fault)
        asks = step is SignInStep.PIN
        self._keys.setVisible(asks)
        at_card = step in (SignInStep.CARD, SignInStep.CHECKING)
        self._picture.setVisible(at_card and (view.fault is None or self._scale.portrait))
        self._title.setText(say(f"sign_in.step.{step}.title", seconds=view.wait_seconds))
        restyled(self._title, tone="bad" if step in _BAD else "blue")
        self._body.setText(self._body_words(view))
        self._dots.setText(DOT * view.typed)
        self._dots.setAccessibleName(say("sign_in.typed", count=view.typed))
        self._dots.setVisible(asks)
        self._wrong.setText(self._wrong_words(view))
        self._wrong.setVisible(bool(self._wrong.text()))
        self._hint.setText(f"{say('sign_in.hint')}\n{say('sign_in.digits')}")
        self._hint.setVisible(asks)
        self.enter.setEnabled(self._flow.can_go_on)

    def key(self, event: QKeyEvent) -> bool:
        """A real keyboard types the PIN as well. Whether the key was for us."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._flow.go_on()
            case Qt.Key.Key_Backspace:
                self._flow.erase()
            case _ if event.text().isdigit():
                self._flow.digit(event.text())
            case _:
                return False
        return True

    def forget(self) -> None:
        """Nothing of the person stays."""
        for label in (self._body, self._dots, self._wrong):
            label.clear()
        self._dots.setAccessibleName("")

    def _body_words(self, view: SignInView) -> str:
        if view.why is not None:
            return self._texts.say(f"sign_in.why.{view.why}")
        who = person_words(view.member, self._texts) if view.member is not None else ""
        return self._texts.say(f"sign_in.step.{view.step}.body", who=who)

    def _wrong_words(self, view: SignInView) -> str:
        if view.step is not SignInStep.PIN or view.tries_left is None:
            return ""
        if view.tries_left == 1:
            return self._texts.say("sign_in.wrong.last")
        return (
            self._texts.say("sign_in.wrong.left", count=view.tries_left) if view.was_wrong else ""
        )
