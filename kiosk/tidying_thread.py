"""Removes what was kept long enough, at the start and once an hour, beside the interface."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from kiosk.domain.configuration import Configuration, ConfigurationShelf
from offline_store.api import Limits, Store, StoreError

PERIOD: Final = 3600.0  # seconds
STOP_WITHIN: Final = 5.0  # seconds; one transaction takes milliseconds

log = logging.getLogger(__name__)


def limits_of(configuration: Configuration) -> Limits:
    """How long what is kept, where the province may say it."""
    return Limits(
        sent_cases=timedelta(days=configuration.sent_days),
        persons=timedelta(days=configuration.person_days),
    )


class TidyingThread:
    """A thread that opens a store, tidies, closes it and sleeps. Its methods never raise."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        period: float = PERIOD,
    ) -> None:
        self._open_store = open_store
        self._shelf = ConfigurationShelf()
        self._now = now
        self._period = period
        self._stopping = threading.Event()
        # A daemon: half a tidying is as good as none, the next start goes on with it.
        self._thread = threading.Thread(target=self._run, name="tidying", daemon=True)

    def start(self) -> None:
        """Begin; the first tidying runs at once."""
        self._thread.start()

    def stop(self) -> None:
        """End, within a few seconds. May be repeated."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_WITHIN)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._tidy()
            except StoreError as error:  # a busy or full store may be better in an hour
                log.warning("tidying ended by %s", error.fault.name)
            self._stopping.wait(self._period)

    def _tidy(self) -> None:
        store = self._open_store()
        try:
            configuration = self._shelf.current(store.configuration())
            tidied = store.tidy(self._now(), limits_of(configuration))
        finally:
            store.close()
        log.info("tidied: %s", tidied)
