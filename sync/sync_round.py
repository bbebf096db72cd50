"""One round of sync: send what is due, then pull what is new, and tell how the line is."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from kiosk.domain.configuration import ConfigurationShelf
from kiosk.domain.fault import Fault
from kiosk.domain.sending import SENDING_SWITCH, Sending, sending_in
from offline_store.api import Store
from sync.api import GatewayClient, GatewayUnreachable, Listener
from sync.heartbeat import Heartbeat
from sync.outbox_sender import OutboxSender
from sync.puller import Puller
from sync.return_policy import ReturnPolicy

LONGEST_QUIET: Final = timedelta(hours=1)  # a gateway's wish is cut to this (sync.md section 6)
PAGES_AT_ONCE: Final = 20  # pulls of one round, so that sending gets its turn

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RoundReport:
    """`again`: there is more to do at once. `fault`: how the line was, None when it was fine.

    `wait`: seconds until the next round when nobody asks for one.
    """

    again: bool
    fault: Fault | None
    wait: float


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """What differs from one terminal to the next."""

    terminal_id: str = ""  # decides on its moment among a fleet that comes back
    program: str = "doorstep"  # name and version, for the heartbeat
    urgent: Collection[str] = frozenset()  # codes of items whose cases go first
    sending: Sending = Sending.EVERYTHING  # until staff set the store's SENDING_SWITCH
    first_catalog: bytes = b""  # the file that counts until another has come down


class SyncRound:
    """Sends and pulls. Belongs to the thread of its store."""

    def __init__(
        self,
        store: Store,
        gateway: GatewayClient,
        *,
        listener: Listener,
        settings: SyncSettings = SyncSettings(),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`clock`: what this machine takes for the time, told in the heartbeat."""
        self._store = store
        self._gateway = gateway
        self._listener = listener
        self._settings = settings
        self._sender = OutboxSender(store, gateway, listener=listener, urgent=settings.urgent)
        self._puller = Puller(
            store, gateway, listener=listener, first_catalog=settings.first_catalog
        )
        self._heartbeat = Heartbeat(
            store,
            gateway,
            program=settings.program,
            clock=clock,
            problems=self._puller.problems,
        )
        self._policy = ReturnPolicy(settings.terminal_id)
        self._shelf = ConfigurationShelf()
        self._configuration = self._shelf.current(store.configuration())
        self._told: tuple[Fault | None] | None = None  # what the listener knows of the line
        self._quiet_until: datetime | None = None
        self._held_back = False

    def run(self, now: datetime) -> RoundReport:
        """One round. Raises StoreError; everything of the line is in the answer."""
        sending = self._sending()
        rest = self._rest(now)
        if rest is not None or sending is Sending.PAUSED:
            return RoundReport(False, self._told[0] if self._told else None, rest or self._poll)
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
            if fault is None:  # nor must it keep the office from hearing how we are
                self._heartbeat.beat(now)
            return self._ended(now, again=False, fault=fault, retry_after=error.retry_after)
        self._configuration = self._shelf.current(self._store.configuration())
        self._heartbeat.beat(now)
        return self._ended(now, again=more, fault=None, retry_after=None)

    def _sending(self) -> Sending:
        """What staff have set at this terminal, else what its settings say."""
        switch = self._store.switch(SENDING_SWITCH)
        return sending_in(switch, otherwise=self._settings.sending)

    def _rest(self, now: datetime) -> float | None:
        """Seconds that the gateway still asks for. A clock that was set back makes none of it."""
        left = self._quiet_until - now if self._quiet_until else timedelta()
        return left.total_seconds() if timedelta() < left <= LONGEST_QUIET else None

    def _pull(self, now: datetime) -> bool:
        return all(self._puller.pull(now).more for _ in range(PAGES_AT_ONCE))

    def _ended(
        self, now: datetime, *, again: bool, fault: Fault | None, retry_after: float | None
    ) -> RoundReport:
        wait = self._policy.wait(fault, retry_after, now)
        self._quiet_until = now + timedelta(seconds=retry_after) if retry_after else None
        if fault is None:
            again = self._sender.gateway_is_here() or again
        else:
            self._sender.gateway_is_away()
        if self._told != (fault,):
            self._told = (fault,)
            self._listener.network_changed(fault)
        return RoundReport(again, fault, self._poll if wait is None else wait)

    @property
    def _poll(self) -> float:
        return self._configuration.poll_seconds
