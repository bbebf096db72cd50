"""Sends the cases that wait: every text first, then pages where they stopped, then the receipt.

Urgent cases go before all others, then whoever waits longest. A page that several cases have is
sent once.

Nothing here deletes anything. An entry ends only by an acknowledgement that is already stored, or
it is set aside for a person; everything else is tried again, for ever (reference/sync.md, 6).
"""

from collections.abc import Collection
from datetime import datetime

from kiosk.domain.case import CaseId
from kiosk.domain.sending import Sending
from offline_store.api import Store
from sync.api import GatewayClient, Listener
from sync.sending_round import SendingRound, SendReport


class OutboxSender:
    """Sends what is due. No thread of its own; belongs to the thread of its store."""

    def __init__(
        self,
        store: Store,
        gateway: GatewayClient,
        *,
        listener: Listener,
        urgent: Collection[str] = frozenset(),
    ) -> None:
        """`urgent`: codes of the items whose cases go before all others."""
        self._store = store
        self._gateway = gateway
        self._listener = listener
        self._urgent = frozenset(urgent)
        # Their texts are at the gateway; asking costs a tenth of sending them again.
        self._announced: set[CaseId] = set()
        self._was_away = True  # the gateway, when last asked; at a start nobody knows

    def send_due(self, now: datetime, sending: Sending = Sending.EVERYTHING) -> SendReport:
        """One round. Raises StoreError, after which every entry is where it was.

        `now`: aware, UTC. May take as long as the line is slow; every wait in it is bounded.
        """
        if sending is Sending.PAUSED:
            return SendReport()
        one = SendingRound(
            self._store,
            self._gateway,
            self._listener,
            now,
            self._urgent,
            self._announced,
            gateway_is_here=self.gateway_is_here,
        )
        report = one.run(saving=sending is Sending.SAVING)
        if report.fault is not None:
            self._was_away = True
        return report

    def gateway_is_away(self) -> None:
        """Somebody else found that it cannot be reached."""
        self._was_away = True

    def gateway_is_here(self) -> bool:
        """It has answered. True when entries became due by that, which waited for it to be back.

        The waits grew while nobody could answer; whoever asked for rest has had it by now.
        """
        if not self._was_away:
            return False
        self._was_away = False
        return self._store.wait_no_longer() > 0
