"""A resident ID card reader on whichever serial port it is found."""

from collections.abc import Callable
from typing import Final

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.id_card.sam_search import SamPlace, SamSearch
from devices.id_card.sam_serial_reader import SamSerialReader
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard

SEARCH_SECONDS: Final = 1.5  # of one `open`; the next one goes on from there


class FoundSamReader:
    """An `IdentityReader` that looks for its SAM reader when the last place no longer answers.

    So it may be plugged into another socket, get another number from the system or another speed.
    """

    def __init__(
        self,
        search: SamSearch,
        reader_at: Callable[[SamPlace], SamSerialReader],
        *,
        search_seconds: float = SEARCH_SECONDS,
    ) -> None:
        self._search = search
        self._reader_at = reader_at
        self._search_seconds = search_seconds
        self._place: SamPlace | None = None
        self._reader: SamSerialReader | None = None  # at the last place, open or not

    @property
    def name(self) -> str:
        return self._reader.name if self._reader else "SAM reader, not found yet"

    def open(self) -> None:
        """Look for the reader, first where it was, and take it.

        Raises DeviceError: READER_GONE says how far the search is, READER_DEFECT as SamSerialReader
        does. Takes at most about two seconds more than `search_seconds`.
        """
        self.close()
        place = self._search.look(self._search_seconds)
        if place is None:
            raise DeviceError(Fault.READER_GONE, self._search.told())
        if place != self._place:
            self._place, self._reader = place, self._reader_at(place)
        assert self._reader is not None
        self._reader.open()

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()

    def status(self) -> DeviceStatus:
        if self._reader is None:
            return DeviceStatus(DeviceState.GONE, Fault.READER_GONE, self._search.told())
        return self._reader.status()

    def card_present(self) -> bool:
        return self._opened().card_present()

    def read_identity(self) -> IdentityCard:
        return self._opened().read_identity()

    def _opened(self) -> SamSerialReader:
        if self._reader is None:
            raise DeviceError(Fault.READER_GONE, "not open")
        return self._reader
