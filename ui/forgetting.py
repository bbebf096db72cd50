"""When somebody is gone: takes away what Qt and Python keep of a person beside the pages."""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QPixmapCache

from ui.widgets import screen_keyboard
from ui.widgets.field_control import empty_clipboard

# By then what is to be deleted later was deleted and the next page is seen; looking through the
# objects takes 20 to 30 ms.
SOON_MS: Final = 250


class Forgetting(QObject):
    """GB/T 22239 剩余信息保护 (recalled), reference/domain.md §3.8: all of it, within a second."""

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SOON_MS)
        self._later.timeout.connect(_let_objects_go)

    def person_left(self) -> None:
        """The walk has let its pages and devices go; the rest follows. Costs about 1 ms now."""
        empty_clipboard()
        QPixmapCache.clear()
        screen_keyboard.forget_what_was_typed()
        self._later.start()


def _let_objects_go() -> None:
    """Pages and flows point at each other: without this they would stay until memory is short."""
    gc.collect()
    QPixmapCache.clear()
