"""Makes something slow on a thread of its own and brings it back to the interface's."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class Composing(QObject):
    """Signals: made(object): what the newest job returned; failed: it raised one of `faults`.

    A job that was left behind by a newer one, or by `forget`, is never heard of.
    """

    made = Signal(object)
    failed = Signal()
    _back = Signal(int, object)

    def __init__(self, *faults: type[Exception]) -> None:
        super().__init__()
        self._faults = faults
        self._newest = 0
        self._back.connect(self._came_back, Qt.ConnectionType.QueuedConnection)

    def start(self, job: Callable[[], object]) -> None:
        """Begin; returns at once. `job` runs on another thread and touches nothing shared."""
        self._newest += 1
        number = self._newest

        def work() -> None:
            try:
                result: object = job()
            except self._faults as error:
                result = error
            try:
                self._back.emit(number, result)
            except RuntimeError:  # the page went away meanwhile
                return

        threading.Thread(target=work, name="composing", daemon=True).start()

    def forget(self) -> None:
        """Whatever still runs is not heard of."""
        self._newest += 1

    def _came_back(self, number: int, result: object) -> None:
        if number != self._newest:
            return
        if isinstance(result, self._faults):
            self.failed.emit()
        else:
            self.made.emit(result)
