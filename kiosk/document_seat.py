"""Where the reader of passports and permits is worked; let go while nobody lays one down."""

from collections.abc import Callable

from devices.device import DeviceState, DeviceStatus
from devices.travel_document.api import AccessKey, TravelDocumentReader
from devices.travel_document.document_watch import DocumentFailed, DocumentWatch
from kiosk.device_health import DeviceHealth
from kiosk.device_seats import STAFF_IDLE, STAFF_WANTED, Seat
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import Announce, DeviceKind, Ticket


class DocumentSeat(Seat[TravelDocumentReader]):
    """Asked only while a document with a known key is awaited; another seat may share the slot."""

    def __init__(
        self,
        device: TravelDocumentReader | None,
        again: Callable[[], TravelDocumentReader | None],
        *,
        announce: Announce,
        health: DeviceHealth,
    ) -> None:
        super().__init__(
            DeviceKind.TRAVEL_DOCUMENT, device, again, announce=announce, health=health
        )
        self._watching = False
        self._watch = DocumentWatch(device, self._told)

    def await_document(self, key: AccessKey | None, ticket: Ticket) -> None:
        """Wait for that one for that visit, or stop (None) and forget the key."""

        def work() -> None:
            self._told.asked_with(ticket)
            if key is None:
                self._watch.end()
            else:
                self._watch.begin(key)

        self.ask(work)
        self.thread.watch(key is not None)
        if key is not None and self.thread.hangs:  # the page shall not wait for it
            self._announce(DocumentFailed(Fault.READER_GONE), ticket)

    def _poll(self, watching: bool) -> float | None:
        self._watching = watching
        if not watching:
            return STAFF_IDLE if super()._poll(watching) is not None else None
        self._watch.poll()
        if self.device is not None:
            self._tell(self._seen())
        return STAFF_WANTED

    def _status(self) -> DeviceStatus | None:
        return self._seen() if self._watching and self.device else super()._status()

    def _seen(self) -> DeviceStatus:
        fault = self._watch.fault
        return DeviceStatus(DeviceState.GONE if fault else DeviceState.READY, fault)

    def _renew(self) -> None:
        """The key is gone with the old watch: people lay the document down after a new picture."""
        self._watch = DocumentWatch(self.device, self._told)
        if self._watching:
            self._announce(DocumentFailed(Fault.READER_GONE), self._told.ticket)
