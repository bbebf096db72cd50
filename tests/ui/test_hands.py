"""What is heard of the person before the screen: each touch, each key once, and nothing else."""

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.finger import touch
from ui.hands import Hands


class Heard:
    """A window with a button in two boxes, and what was heard there."""

    def __init__(self, bot: QtBot) -> None:
        self.window = QWidget()
        bot.addWidget(self.window)
        self._bot = bot
        self.button = QPushButton("go", QFrame(self.window))
        self.touches: list[QEvent.Type] = []
        self.keys: list[int] = []
        self.takes_keys = False
        self.hands = Hands(self.window, touched=self._touched, key=self._key)
        self.window.show()
        self.hands.listen(self.window.windowHandle())

    def give_keys(self) -> None:
        """The button has the keyboard."""
        self.window.activateWindow()
        self.button.setFocus()
        self._bot.waitUntil(self.button.hasFocus)

    def _touched(self, event: QEvent) -> None:
        self.touches.append(event.type())

    def _key(self, event: QKeyEvent) -> bool:
        self.keys.append(event.key())
        return self.takes_keys


def test_a_finger_is_heard_before_the_button_has_it(qtbot: QtBot) -> None:
    heard = Heard(qtbot)
    so_far: list[int] = []
    heard.button.pressed.connect(lambda: so_far.append(len(heard.touches)))
    touch(heard.button)
    assert heard.touches == [QEvent.Type.MouseButtonPress]
    assert so_far == [1]


def test_painting_and_layout_are_none_of_its_business(qtbot: QtBot) -> None:
    heard = Heard(qtbot)
    heard.button.setText("other words")
    heard.window.resize(500, 500)
    QApplication.processEvents()
    assert heard.touches == []


def test_a_key_is_told_once_however_many_boxes_it_goes_through(qtbot: QtBot) -> None:
    heard = Heard(qtbot)
    heard.give_keys()
    QTest.keyClick(heard.button, Qt.Key.Key_A)
    heard.button.clearFocus()
    QTest.keyClick(heard.window, Qt.Key.Key_B)
    assert heard.keys == [Qt.Key.Key_A, Qt.Key.Key_B]
    assert set(heard.touches) == {QEvent.Type.KeyPress}


def test_a_key_that_is_taken_reaches_no_field(qtbot: QtBot) -> None:
    heard = Heard(qtbot)
    heard.give_keys()
    pressed: list[int] = []
    heard.button.clicked.connect(lambda: pressed.append(len(heard.keys)))
    QTest.keyClick(heard.button, Qt.Key.Key_Space)
    heard.takes_keys = True
    QTest.keyClick(heard.button, Qt.Key.Key_Space)
    assert pressed == [1]


def test_the_field_that_had_the_keys_is_let_go(qtbot: QtBot) -> None:
    heard = Heard(qtbot)
    heard.give_keys()
    heard.button.deleteLater()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is None)
    QTest.keyClick(heard.window, Qt.Key.Key_B)
    assert heard.keys == [Qt.Key.Key_B]


def test_the_keyboards_own_window_is_listened_to(qtbot: QtBot) -> None:
    heard = Heard(qtbot)
    keyboard = QWindow()
    keyboard.resize(100, 100)
    keyboard.show()
    heard.hands.listen(keyboard)
    QTest.mouseClick(
        keyboard, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5)
    )
    assert heard.touches == [QEvent.Type.MouseButtonPress]
    keyboard.destroy()
