"""Pretends to be a card reader: a click lays a card down, another takes it away."""

from threading import Lock

from devices.device import DeviceError, DeviceState, DeviceStatus
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard


class SimulatedIdentityReader:
    """An `IdentityReader` whose cards are laid down by the program.

    The five verbs from `lay_down` to `fail_next_read` may be called from any thread; nothing
    takes time. A card exchanged between two questions is answered with one False in between.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._card: IdentityCard | None = None
        self._lifted = False  # since the last question
        self._plugged_in = True
        self._opened = False
        self._next_fault: Fault | None = None

    def lay_down(self, card: IdentityCard) -> None:
        """Put a card on the reader, in place of any other."""
        with self._lock:
            self._lifted = self._lifted or self._card is not None
            self._card = card

    def take_away(self) -> None:
        """Lift the card, if one lies there."""
        with self._lock:
            self._lifted = self._lifted or self._card is not None
            self._card = None

    def unplug(self) -> None:
        """Pull the reader's cable; it must be opened again after `plug_in`."""
        with self._lock:
            self._plugged_in = False
            self._opened = False

    def plug_in(self) -> None:
        """Put the cable back."""
        with self._lock:
            self._plugged_in = True

    def fail_next_read(self, fault: Fault) -> None:
        """Let the next `read_identity` raise this; CARD_REMOVED also takes the card away."""
        with self._lock:
            self._next_fault = fault

    @property
    def name(self) -> str:
        return "simulated card reader"

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
            lifted, self._lifted = self._lifted, False
            return self._card is not None and not lifted

    def read_identity(self) -> IdentityCard:
        with self._lock:
            self._need_opened()
            fault, self._next_fault = self._next_fault, None
            if fault is not None:
                if fault is Fault.CARD_REMOVED:
                    self._card = None
                raise DeviceError(fault, "asked for by the simulation")
            if self._card is None:
                raise DeviceError(Fault.CARD_REMOVED)
            return self._card

    def _need_opened(self) -> None:
        if not self._opened:
            raise DeviceError(Fault.READER_GONE, "not open or unplugged")
