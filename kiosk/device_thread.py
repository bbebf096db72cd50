"""One thread for one device: does what it is asked, and polls while somebody watches."""

import logging
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

log = logging.getLogger(__name__)

Work = Callable[[], object]


class DeviceThread(threading.Thread):
    """All calls to one device happen here, so a driver needs no locks.

    `ask` may be called from any thread and returns at once. A poll or a work that fails is a
    mistake of ours (drivers raise only DeviceError, which the work itself handles): it is logged
    and the thread goes on.
    """

    def __init__(self, name: str, *, poll: Work | None = None, every_seconds: float = 0.3) -> None:
        super().__init__(name=name, daemon=True)
        self._poll = poll
        self._every_seconds = every_seconds
        self._works: SimpleQueue[Work | None] = SimpleQueue()
        self._watching = False

    def ask(self, work: Work) -> None:
        """Do this as soon as the device is free; in the order of asking."""
        self._works.put(work)

    def watch(self, on: bool) -> None:
        """Poll from now on, or stop polling."""

        def switch() -> None:
            self._watching = on

        self.ask(switch)

    def stop(self, *, seconds: float = 3.0) -> bool:
        """End after the work in hand. False when the device hangs and the thread is abandoned."""
        self._works.put(None)
        self.join(seconds)
        return not self.is_alive()

    def run(self) -> None:
        """The loop. Not to be called."""
        while True:
            try:
                work = self._works.get(timeout=self._every_seconds if self._watching else None)
            except Empty:
                work = self._poll
            if work is None:
                return
            try:
                work()
            except Exception:  # the thread's top: log it and keep the device usable
                log.exception("%s failed", self.name)
            finally:
                del work  # a slip would stay here until the next one
