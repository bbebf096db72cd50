"""Keeps sync going beside the interface, whatever happens, until it is told to stop."""

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from offline_store.api import Store
from sync.api import GatewayClient, Listener
from sync.sync_round import SyncRound, SyncSettings

PERIOD: Final = 30.0  # seconds until the next try after a round that ended in an error
STOP_WITHIN: Final = 5.0

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The terminal's clock, aware."""
    return datetime.now(UTC)


class SyncThread:
    """A thread with its own store that runs rounds for ever. Its methods may be called anywhere."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        gateway: GatewayClient,
        *,
        listener: Listener,
        now: Callable[[], datetime] = utc_now,
        period: float | None = None,
        faster: float = 1.0,
        settings: SyncSettings = SyncSettings(),  # noqa: B008 - a frozen value
        interrupt: Callable[[], None] = lambda: None,
    ) -> None:
        """`open_store` is called on the thread. `period`: in place of what the province sets.
        `faster`: every wait is so many times shorter; for measurements whose clock runs fast.

        `interrupt`: breaks off what is on the line for good, such as HttpGateway.interrupt;
        without it `stop` waits for the answer that is due.
        """
        self._open_store = open_store
        self._gateway = gateway
        self._listener = listener
        self._now = now
        self._period = period
        self._faster = faster
        self._settings = settings
        self._interrupt = interrupt
        self._wake = threading.Event()
        self._stopping = threading.Event()
        # A daemon: a name lookup that hangs must not keep the program from ending, and everything
        # that counts is on the disk already.
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin; the first round runs at once."""
        self._thread.start()

    def send_soon(self) -> None:
        """Run a round now instead of later. Never blocks."""
        self._wake.set()

    def stop(self, within: float = STOP_WITHIN) -> bool:
        """End; True when the thread has ended within so many seconds. May be repeated."""
        self._stopping.set()
        self._wake.set()
        self._interrupt()
        if self._thread.ident is not None:
            self._thread.join(within)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._rounds()
            except Exception as error:  # noqa: BLE001 - this is the thread's top: log and go on
                _log.error("sync round ended by %s", _where(error))
                self._wait(PERIOD)

    def _rounds(self) -> None:
        """Rounds with one store, until told to stop. After an error the store is opened anew."""
        store = self._open_store()
        try:
            sync_round = SyncRound(
                store,
                self._gateway,
                listener=self._listener,
                settings=self._settings,
                clock=self._now,
            )
            while not self._stopping.is_set():
                report = sync_round.run(self._now())
                if not report.again:
                    self._wait(report.wait)
        finally:
            store.close()

    def _wait(self, seconds: float) -> None:
        if not self._stopping.is_set():
            self._wake.wait((seconds if self._period is None else self._period) / self._faster)
        self._wake.clear()  # before the round that answers it, so that no wish is lost


def _where(error: BaseException) -> str:
    """Kind and place. Never the text: it could quote what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
