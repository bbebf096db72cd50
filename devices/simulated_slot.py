"""The part that simulated card readers share: what lies there, the cable, opened or not."""

from threading import Lock
from typing import Generic, TypeVar

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.simulated_ills import SimulatedIlls
from kiosk.domain.fault import Fault

C = TypeVar("C")


class SimulatedSlot(Generic[C]):
    """Holds at most one card C. Everything may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._card: C | None = None
        self._exchanged = False  # since the last question
        self._plugged_in = True
        self._opened = False
        self.ills = SimulatedIlls()

    def lay_down(self, card: C) -> None:
        """Put a card there, in place of any other."""
        with self._lock:
            self._exchanged = self._exchanged or self._card is not None
            self._card = card

    def take_away(self) -> None:
        """If one lies there."""
        with self._lock:
            self._exchanged = self._exchanged or self._card is not None
            self._card = None

    def unplug(self) -> None:
        """Pull the reader's cable; it must be opened again after `plug_in`."""
        with self._lock:
            self._plugged_in = self._opened = False

    def plug_in(self) -> None:
        """Put the cable back."""
        with self._lock:
            self._plugged_in = True

    def open(self) -> None:
        """See `Device`."""
        self.ills.suffer()
        with self._lock:
            if not self._plugged_in:
                raise DeviceError(Fault.READER_GONE, "unplugged")
            self._opened = True

    def close(self) -> None:
        """See `Device`."""
        with self._lock:
            self._opened = False

    def status(self) -> DeviceStatus:
        """See `Device`."""
        with self._lock:
            if not self._opened:
                return DeviceStatus(DeviceState.GONE, Fault.READER_GONE)
            return DeviceStatus(DeviceState.READY)

    def card_present(self) -> bool:
        """A card exchanged between two questions is answered with one False in between."""
        self._suffer()
        with self._lock:
            self._need_opened()
            exchanged, self._exchanged = self._exchanged, False
            return self._card is not None and not exchanged

    def _suffer(self) -> None:
        """What is broken must be opened anew, as a driver does with a real one."""
        try:
            self.ills.suffer()
        except DeviceError:
            self.close()
            raise

    def _lying(self) -> C:
        """The lock is held. Raises DeviceError."""
        self._need_opened()
        if self._card is None:
            raise DeviceError(Fault.CARD_REMOVED)
        return self._card

    def _need_opened(self) -> None:
        if not self._opened:
            raise DeviceError(Fault.READER_GONE, "not open or unplugged")
