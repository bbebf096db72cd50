"""Runs a slow piece of work beside the interface and brings its result back to it."""

import logging
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

log = logging.getLogger(__name__)


class Background(QObject):
    """One piece of work at a time counts: of an earlier one, nothing comes back any more.

    Signals: done(object): what the work returned, None when it failed. On the interface's thread.
    """

    done = Signal(object)
    _came = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted = 0
        self._came.connect(self._hand_on)

    def run(self, work: Callable[[], object]) -> None:
        """Begin at once; `work` touches no widget."""
        self._wanted += 1
        QThreadPool.globalInstance().start(_Work(self, self._wanted, work))

    def forget(self) -> None:
        """Whatever runs is not wanted any more."""
        self._wanted += 1

    def _hand_on(self, number: int, result: object) -> None:
        if number == self._wanted:
            self.done.emit(result)


class _Work(QRunnable):
    def __init__(self, home: Background, number: int, work: Callable[[], object]) -> None:
        super().__init__()
        self._home, self._number, self._work = home, number, work

    def run(self) -> None:
        """On a thread of the pool."""
        result: object = None
        try:
            result = self._work()
        except Exception:  # the top of a thread: told, and the page says that it failed
            log.exception("work beside the interface failed")
        with suppress(RuntimeError):  # the page is gone meanwhile
            self._home._came.emit(self._number, result)
