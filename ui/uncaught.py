"""Hears of every exception that nobody caught, and logs it without anything personal."""

import logging
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

log = logging.getLogger(__name__)


class Uncaught(QObject):
    """`seen` is emitted on the interface's thread, after the slot that failed has returned.

    Replaces sys.excepthook until `let_go`. The log gets kind and places, never the exception's
    words: they may hold what a person typed.
    """

    seen = Signal()
    _noticed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._before = sys.excepthook
        self._hook = self._uncaught  # one bound method, to be recognised in `let_go`
        sys.excepthook = self._hook
        self._noticed.connect(self.seen, Qt.ConnectionType.QueuedConnection)

    def let_go(self) -> None:
        """Give the hook back; may be repeated."""
        if sys.excepthook is self._hook:
            sys.excepthook = self._before

    def _uncaught(
        self,
        kind: type[BaseException],
        error: BaseException,
        places: TracebackType | None,
    ) -> None:
        if not issubclass(kind, Exception):  # KeyboardInterrupt ends the program as usual
            self._before(kind, error, places)
            return
        frames = traceback.extract_tb(places)
        where = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
        log.error("X01 %s at %s", kind.__name__, where)
        self._noticed.emit()
