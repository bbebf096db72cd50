"""Pretends to be a reader for travel documents, whose chips open only with their own key."""

from collections.abc import Callable
from datetime import date
from threading import Lock

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.travel_document.api import AccessKey, TravelDocument
from devices.travel_document.mrz import access_key_of, document_of
from kiosk.domain.fault import Fault


class SimulatedTravelDocumentReader:
    """A `TravelDocumentReader` whose documents are laid down by the program; nothing takes time.

    The four verbs from `lay_down` to `plug_in` may be called from any thread.
    """

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._lock = Lock()
        self._zone: str | None = None
        self._exchanged = False  # since the last question
        self._plugged_in = True
        self._opened = False

    def lay_down(self, zone: str) -> None:
        """Put a document with that zone down, in place of any other; "": a card of another kind."""
        with self._lock:
            self._exchanged = self._exchanged or self._zone is not None
            self._zone = zone

    def take_away(self) -> None:
        """If one lies there."""
        with self._lock:
            self._exchanged = self._exchanged or self._zone is not None
            self._zone = None

    def unplug(self) -> None:
        """Pull the reader's cable; it must be opened again after `plug_in`."""
        with self._lock:
            self._plugged_in = self._opened = False

    def plug_in(self) -> None:
        """Put the cable back."""
        with self._lock:
            self._plugged_in = True

    @property
    def name(self) -> str:
        return "simulated travel document reader"

    def open(self) -> None:
        with self._lock:
            if not self._plugged_in:
                raise DeviceError(Fault.READER_GONE, "unplugged")
            self._opened = True

    def close(self) -> None:
        with self._lock:
            self._opened = False

    def status(self) -> DeviceStatus:
        with self._lock:
            if not self._opened:
                return DeviceStatus(DeviceState.GONE, Fault.READER_GONE)
            return DeviceStatus(DeviceState.READY)

    def card_present(self) -> bool:
        with self._lock:
            self._need_opened()
            exchanged, self._exchanged = self._exchanged, False
            return self._zone is not None and not exchanged

    def read_document(self, key: AccessKey) -> TravelDocument:
        with self._lock:
            self._need_opened()
            if self._zone is None:
                raise DeviceError(Fault.CARD_REMOVED)
            if not self._zone:
                raise DeviceError(Fault.CARD_KIND_UNKNOWN, "no travel document application")
            if access_key_of(self._zone, self._today()) != key:
                raise DeviceError(Fault.CARD_UNREADABLE, "key not taken")
            return document_of(self._zone, self._today())

    def _need_opened(self) -> None:
        if not self._opened:
            raise DeviceError(Fault.READER_GONE, "not open or unplugged")
