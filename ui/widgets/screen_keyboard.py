"""The keyboard on the screen for writing words: pinyin, hangul and Latin letters, without memory.

It is the virtual keyboard that comes with Qt, under GPLv3: it is chosen and adjusted by
environment variables and by properties of the running objects, and never imported or linked.
"""

import os
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QRegion, QWindow
from PySide6.QtQml import QQmlEngine, QQmlProperty
from PySide6.QtQuick import QQuickItem, QQuickWindow

from ui.theme.tokens import TOUCH, Scale

LANGUAGES: Final = ("zh_CN", "ko_KR", "en_GB")
# In pixels at 1080x1920. Keys of the keyboard's own design are 83 px high there and its row of
# suggestions 36 px; both are too small for a finger (measured with Qt 6.8.3).
PORTRAIT_HEIGHT: Final = 520
LANDSCAPE_HEIGHT: Final = 400
SETTINGS: Final = ("QtQuick.VirtualKeyboard.Settings", "VirtualKeyboardSettings")
VIEW_CLASS: Final = "QtVirtualKeyboard::InputView"
MEMORY: Final = "qtvirtualkeyboard"  # the folder that the pinyin engine wants to make


def prepare(folder: Path) -> None:
    """Choose the keyboard and take its memory away. Call it before QApplication exists.

    `folder` becomes the program's XDG_CONFIG_HOME and should lie in memory (tmpfs). The pinyin
    engine keeps a user dictionary in it, and what it has learned also in the running process, so
    deleting the file after a visit is not enough: the next person would be offered the words of
    the one before (measured). A plain file stands where the engine wants its folder; without the
    folder it has no user dictionary at all. Raises OSError when the folder cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    forget_typed_words(folder)
    os.environ["XDG_CONFIG_HOME"] = str(folder)
    os.environ["QT_IM_MODULE"] = "qtvirtualkeyboard"


def forget_what_was_typed() -> None:
    """The same for the folder that `prepare` was given; nothing without it."""
    folder = os.environ.get("XDG_CONFIG_HOME")
    if is_chosen() and folder:
        forget_typed_words(Path(folder))


def forget_typed_words(folder: Path) -> None:
    """Make sure that no typed word lies in the folder. Cheap; call it when a visit ends."""
    memory = folder / MEMORY
    if memory.is_dir():
        for file in sorted(memory.rglob("*"), reverse=True):
            if file.is_dir():
                file.rmdir()
            else:
                file.unlink()
        memory.rmdir()
    memory.touch(mode=0o400, exist_ok=True)


def is_chosen() -> bool:
    """Whether `prepare` has chosen the keyboard for this process."""
    return os.environ.get("QT_IM_MODULE") == "qtvirtualkeyboard"


class ScreenKeyboard(QObject):
    """Fits the keyboard to the screen as soon as it appears. Make one after QApplication.

    Everything is set by name on the running objects; where a name is not found (another version
    of Qt), the keyboard stays as it was designed.

    Signal: appeared(QWindow): the keyboard's own window, once it is there.
    """

    appeared = Signal(QWindow)

    def __init__(self, scale: Scale, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._view: QQuickWindow | None = None
        self._suggestions = scale.px(TOUCH)
        method = QGuiApplication.inputMethod()
        method.visibleChanged.connect(self._soon)
        method.keyboardRectangleChanged.connect(self._soon)

    def area(self) -> QRect:
        """What it covers on the screen, the row of suggestions included; empty when hidden."""
        method = QGuiApplication.inputMethod()
        if not method.isVisible():
            return QRect()
        return method.keyboardRectangle().toAlignedRect().adjusted(0, -self._suggestions, 0, 0)

    def end_visit(self) -> None:
        """Drop what is half typed, and hide."""
        method = QGuiApplication.inputMethod()
        method.reset()
        method.hide()

    def _soon(self) -> None:
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        if self._view is None:
            self._view = _view()
            if self._view is None:
                return
            self.appeared.emit(self._view)
            self._adjust(self._view)
            self._view.frameSwapped.connect(self._uncover)
        self._uncover()

    def _adjust(self, view: QQuickWindow) -> None:
        engine = cast("QQmlEngine | None", view.findChild(QQmlEngine))
        found = engine.singletonInstance(*SETTINGS) if engine is not None else None
        settings = cast("object", found)  # the stubs promise what the engine does not
        if isinstance(settings, QObject):
            settings.setProperty("activeLocales", list(LANGUAGES))
            # Always there, so that the screen does not jump when the first letter is typed.
            QQmlProperty(settings, "wordCandidateList.alwaysVisible").write(True)
        keyboard = _named(view.contentItem(), "keyboard")
        style = keyboard.property("style") if keyboard is not None else None
        if isinstance(style, QObject):
            height = self._scale.px(PORTRAIT_HEIGHT if self._scale.portrait else LANDSCAPE_HEIGHT)
            design_height = float(style.property("keyboardDesignHeight"))
            style.setProperty("keyboardDesignWidth", design_height * self._scale.width / height)
            style.setProperty("selectionListHeight", float(self._suggestions))

    def _uncover(self) -> None:
        """The keyboard's window shows only its keys and cuts the suggestions off: give them room.

        It does so again whenever a key is pressed, hence after every frame.
        """
        view, area = self._view, self.area()
        if view is None or area.isEmpty():
            return
        area.moveTopLeft(area.topLeft() - view.position())
        wanted = QRegion(area)
        if not wanted.subtracted(view.mask()).isEmpty():
            view.setMask(wanted.united(view.mask()))


def _view() -> QQuickWindow | None:
    windows: list[QWindow] = QGuiApplication.topLevelWindows()
    for window in windows:
        name = cast("str", window.metaObject().className())  # the stubs say bytes
        if name == VIEW_CLASS and isinstance(window, QQuickWindow):
            return window
    return None


def _named(item: QQuickItem, name: str) -> QQuickItem | None:
    if item.objectName() == name:
        return item
    for child in item.childItems():
        found = _named(child, name)
        if found is not None:
            return found
    return None
