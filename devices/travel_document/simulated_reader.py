"""Pretends to be a reader for travel documents, whose chips open only with their own key."""

from collections.abc import Callable
from datetime import date

from devices.device import DeviceError
from devices.simulated_slot import SimulatedSlot
from devices.travel_document.api import AccessKey, TravelDocument
from devices.travel_document.mrz import access_key_of, document_of
from kiosk.domain.fault import Fault


class SimulatedTravelDocumentReader(SimulatedSlot[str]):
    """A `TravelDocumentReader`; what lies there is a document's zone, "" a card of another kind."""

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today

    @property
    def name(self) -> str:
        return "simulated travel document reader"

    def read_document(self, key: AccessKey) -> TravelDocument:
        with self._lock:
            zone = self._lying()
            if not zone:
                raise DeviceError(Fault.CARD_KIND_UNKNOWN, "no travel document application")
            if access_key_of(zone, self._today()) != key:
                raise DeviceError(Fault.CARD_UNREADABLE, "key not taken")
            return document_of(zone, self._today())
