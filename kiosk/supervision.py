"""Looks after all device threads: one that hangs is left behind, a new plug is looked at."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from kiosk.device_thread import DeviceThread

EVERY_SECONDS: Final = 0.5
OPEN_AGAIN_AFTER: Final = 60  # turns without hot-plugging after it could not be opened

log = logging.getLogger(__name__)


class HearsPlugs(Protocol):
    """Tells when something was plugged in or pulled out. One thread."""

    def heard(self, seconds: float) -> bool:
        """Waits at most so long. May raise OSError; then it is opened anew."""
        ...


class Supervision(threading.Thread):
    """One thread for all devices; touches none of them itself.

    What goes wrong with one device is logged once until it goes well again, and hinders no other.
    """

    def __init__(
        self, threads: Sequence[DeviceThread], *, hot_plug: Callable[[], HearsPlugs] | None = None
    ) -> None:
        """`hot_plug` may raise OSError: until it does not, polling alone finds what comes back."""
        super().__init__(name="supervision", daemon=True)
        self._threads = threads
        self._open_hot_plug = hot_plug
        self._hot_plug: HearsPlugs | None = None
        self._turns_until_open = 0
        self._in_trouble: set[DeviceThread | None] = set()  # that was logged; None: hot-plugging
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End within half a second; returns at once."""
        self._stopping.set()

    def run(self) -> None:
        """The loop. Not to be called."""
        self._open()
        while not self._stopping.is_set():
            self._hear()
            for thread in self._threads:
                self._look_after(thread)

    def _look_after(self, thread: DeviceThread) -> None:
        try:
            thread.look_after()
        except Exception:  # no fresh driver, no new thread: the next turn tries again
            if thread not in self._in_trouble:
                log.exception("%s cannot be looked after", thread.name)
            self._in_trouble.add(thread)
        else:
            self._in_trouble.discard(thread)

    def _hear(self) -> None:
        """One turn's time of listening, or of waiting where nothing is heard."""
        if self._hot_plug is None:
            self._stopping.wait(EVERY_SECONDS)
            self._open()
            return
        try:
            heard = self._hot_plug.heard(EVERY_SECONDS)
        except Exception as error:  # noqa: BLE001 - the devices are looked after all the same
            self._hot_plug = None
            self._turns_until_open = 0
            if None not in self._in_trouble:
                log.warning("hot-plugging is not heard any more, and tried again: %s", error)
            self._in_trouble.add(None)
            heard = True  # what was lost with it
        else:
            self._in_trouble.discard(None)
        if heard:
            for thread in self._threads:
                thread.look_now()

    def _open(self) -> None:
        if self._open_hot_plug is None:
            return
        if self._turns_until_open:
            self._turns_until_open -= 1
            return
        try:
            self._hot_plug = self._open_hot_plug()
        except Exception as error:  # noqa: BLE001 - likewise
            self._turns_until_open = OPEN_AGAIN_AFTER
            if None not in self._in_trouble:
                log.info("devices that come back are found by polling alone: %s", error)
            self._in_trouble.add(None)
