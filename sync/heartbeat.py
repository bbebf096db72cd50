"""Tells the gateway now and then how this terminal is, and at once when something was set aside."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from offline_store.api import Store
from sync import wire
from sync.api import GatewayClient, GatewayUnreachable
from sync.slip_key import SlipKey

EVERY: Final = timedelta(minutes=10)
FIRST_AFTER: Final = timedelta(minutes=1)  # what waits goes first
# Together well within what a gateway takes (64 KB); more would tell the office nothing new.
MOST_ASIDE: Final = 50
MOST_REASON: Final = 300  # characters of up to 3 bytes
MOST_PROBLEM: Final = 200  # characters; what the wire takes

_log = logging.getLogger(__name__)


class Heartbeat:
    """Belongs to the thread of its store."""

    def __init__(
        self,
        store: Store,
        gateway: GatewayClient,
        *,
        program: str,
        clock: Callable[[], datetime],
        problems: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`program`: name and version; `clock`: what this machine takes for the time.

        `problems`: what the office should know beside the troubles of the store, in plain words.
        """
        self._store = store
        self._gateway = gateway
        self._program = program
        self._clock = clock
        self._problems = problems
        self._due_at: datetime | None = None
        self._told_aside: frozenset[str] = frozenset()

    def beat(self, now: datetime) -> None:
        """Tell it, if it is time; an unreachable gateway hears it next time. Raises StoreError."""
        aside = frozenset(entry.case_id for entry in self._store.aside())
        if self._due_at is None:
            self._due_at = now + FIRST_AFTER
        if not self._is_due(now) and aside == self._told_aside:
            return
        try:
            self._gateway.heartbeat(self._word())
        except GatewayUnreachable as error:
            _log.info("heartbeat not told: %s", error)
            return
        self._due_at, self._told_aside = now + EVERY, aside

    def _is_due(self, now: datetime) -> bool:
        """A clock that was set back must not silence it."""
        return self._due_at is not None and not timedelta() < self._due_at - now <= EVERY

    def _word(self) -> wire.Heartbeat:
        catalog, configuration = self._store.catalog(), self._store.configuration()
        return wire.Heartbeat(
            program=self._program,
            now=self._clock(),
            waiting=self._store.waiting(),
            aside=tuple(
                wire.AsideEntry(entry.case_id, entry.reason[:MOST_REASON])
                for entry in self._store.aside()[:MOST_ASIDE]
            ),
            catalog_version=catalog[0] if catalog else "",
            configuration_version=configuration[0] if configuration else "",
            free_bytes=self._store.free_bytes(),
            slip_key=SlipKey(self._store).public(),
            problems=tuple(
                problem[:MOST_PROBLEM] for problem in (*self._store.problems(), *self._problems())
            ),
        )
