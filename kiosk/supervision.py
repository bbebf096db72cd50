"""Looks after all device threads: one that hangs is left behind, a new plug is looked at."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from kiosk.device_thread import DeviceThread

EVERY_SECONDS: Final = 0.5

log = logging.getLogger(__name__)


class HearsPlugs(Protocol):
    """Tells when something was plugged in or pulled out. One thread."""

    def heard(self, seconds: float) -> bool:
        """Waits at most so long."""
        ...


class Supervision(threading.Thread):
    """One thread for all devices; touches none of them itself."""

    def __init__(
        self, threads: Sequence[DeviceThread], *, hot_plug: Callable[[], HearsPlugs] | None = None
    ) -> None:
        """`hot_plug` may raise OSError: then devices that come back are found by polling alone."""
        super().__init__(name="supervision", daemon=True)
        self._threads = threads
        self._open_hot_plug = hot_plug
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End within half a second; returns at once."""
        self._stopping.set()

    def run(self) -> None:
        """The loop. Not to be called."""
        hot_plug = self._opened()
        while not self._stopping.is_set():
            if hot_plug is None:
                self._stopping.wait(EVERY_SECONDS)
            else:
                hot_plug = self._listened(hot_plug)
            for thread in self._threads:
                thread.look_after()

    def _listened(self, hot_plug: HearsPlugs) -> HearsPlugs | None:
        try:
            if hot_plug.heard(EVERY_SECONDS):
                for thread in self._threads:
                    thread.look_now()
        except OSError as error:
            log.warning("hot-plugging is not heard any more: %s", error)
            return None
        return hot_plug

    def _opened(self) -> HearsPlugs | None:
        if self._open_hot_plug is None:
            return None
        try:
            return self._open_hot_plug()
        except OSError as error:
            log.info("devices that come back are found by polling alone: %s", error)
            return None
