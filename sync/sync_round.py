"""One round of sync: send what is due, then pull what is new, and tell how the line is."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.domain.fault import Fault
from offline_store.api import Store
from sync.api import GatewayClient, GatewayUnreachable, Listener, Sending
from sync.outbox_sender import OutboxSender
from sync.puller import Puller

LONGEST_QUIET: Final = timedelta(hours=1)  # a gateway's wish is cut to this (sync.md section 6)
PAGES_AT_ONCE: Final = 20  # pulls of one round, so that sending gets its turn

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RoundReport:
    """`again`: there is more to do at once. `fault`: how the line was, None when it was fine."""

    again: bool
    fault: Fault | None


class SyncRound:
    """Sends and pulls. Belongs to the thread of its store."""

    def __init__(
        self,
        store: Store,
        gateway: GatewayClient,
        *,
        listener: Listener,
        urgent: Collection[str] = frozenset(),
        sending: Callable[[], Sending] = lambda: Sending.EVERYTHING,
    ) -> None:
        """`urgent`: codes of items that go first. `sending` is asked at each round."""
        self._store = store
        self._gateway = gateway
        self._listener = listener
        self._sender = OutboxSender(store, gateway, listener=listener, urgent=urgent)
        self._puller = Puller(store, gateway, listener=listener)
        self._told: tuple[Fault | None] | None = None  # what the listener knows of the line
        self._quiet_until: datetime | None = None
        self._sending = sending
        self._held_back = False

    def run(self, now: datetime) -> RoundReport:
        """One round. Raises StoreError; everything of the line is in the answer."""
        sending = self._sending()
        if self._is_quiet(now) or sending is Sending.PAUSED:
            return RoundReport(again=False, fault=self._told[0] if self._told else None)
        if self._held_back and sending is Sending.EVERYTHING:
            self._store.wait_no_longer()
            self._held_back = False
        sent = self._sender.send_due(now, sending)
        self._held_back = self._held_back or bool(sent.held_back)
        if sent.fault is not None:
            return self._ended(now, again=False, fault=sent.fault, retry_after=sent.retry_after)
        try:
            more = self._pull(now)
        except GatewayUnreachable as error:
            _log.info("pull ended: %s", error)
            rationed = error.retry_after is not None
            # One bad document must not make the whole line look broken.
            fault = error.fault if rationed else self._gateway.reachable()
            return self._ended(now, again=False, fault=fault, retry_after=error.retry_after)
        return self._ended(now, again=more, fault=None, retry_after=None)

    def _is_quiet(self, now: datetime) -> bool:
        """The gateway asked for rest. A clock that was set back must not make it last for days."""
        if self._quiet_until is None:
            return False
        return timedelta() < self._quiet_until - now <= LONGEST_QUIET

    def _pull(self, now: datetime) -> bool:
        return all(self._puller.pull(now).more for _ in range(PAGES_AT_ONCE))

    def _ended(
        self, now: datetime, *, again: bool, fault: Fault | None, retry_after: float | None
    ) -> RoundReport:
        self._quiet_until = now + timedelta(seconds=retry_after) if retry_after else None
        if fault is None and self._told not in (None, (None,)):
            # The waits grew while nobody could answer; whoever asked for rest has had it by now.
            again = self._store.wait_no_longer() > 0 or again
        if self._told != (fault,):
            self._told = (fault,)
            self._listener.network_changed(fault)
        return RoundReport(again=again, fault=fault)
