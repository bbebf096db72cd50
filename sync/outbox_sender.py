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
        self._was_away = False  # the gateway, when last asked

    def send_due(self, now: datetime, sending: Sending = Sending.EVERYTHING) -> SendReport:
        """One round. Raises StoreError, after which every entry is where it was.

        `now`: aware, UTC. May take as long as the line is slow; every wait in it is bounded.
        """
        if sending is Sending.PAUSED:
            return SendReport()
        one = SendingRound(
            self._store, self._gateway, self._listener, now, self._urgent, self._announced
        )
        one.was_away = self._was_away
        report = one.run(saving=sending is Sending.SAVING)
        self._was_away = one.was_away or report.fault is not None
        return report
