"""Looks in the store how the terminal stands, by the rule of kiosk.domain.standing."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from kiosk.domain.configuration import ConfigurationShelf
from kiosk.domain.standing import Standing, standing_of
from offline_store.api import StoreError, WaitingCases
from offline_store.arrivals import Noticeboard

log = logging.getLogger(__name__)


class WaitingAndHeard(WaitingCases, Noticeboard, Protocol):
    """What the rule asks about."""


class StandingLook:
    """Called from the thread of its store; some tenths of a millisecond. Never raises.

    A store that cannot answer leaves the standing as it was: what it cannot do shows elsewhere.
    """

    def __init__(self, store: WaitingAndHeard, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._shelf = ConfigurationShelf()
        self._last = Standing()

    def __call__(self) -> Standing:
        """How the terminal stands now; the store learns that it runs at this moment."""
        now = self._now()
        try:
            heard = self._store.heard()
            self._last = standing_of(
                now=now,
                heard=heard,
                unsent=self._store.waiting(),
                oldest_unsent=self._store.oldest_waiting(),
                configuration=self._shelf.current(self._store.configuration()),
            )
            self._store.note_clock(now)
        except StoreError as error:
            log.warning("the terminal's standing is not known: %s", error.fault.name)
        return self._last
