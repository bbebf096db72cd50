"""Pretends to be a card reader: a click lays a card down, another takes it away."""

import time

from devices.device import DeviceError
from devices.simulated_slot import SimulatedSlot
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard


class SimulatedIdentityReader(SimulatedSlot[IdentityCard]):
    """An `IdentityReader` whose cards are laid down by the program; nothing takes time."""

    def __init__(self) -> None:
        super().__init__()
        self._next_fault: Fault | None = None
        self._delay = 0.0

    def delay_next_read(self, seconds: float) -> None:
        """As when an answer was lost on the line and is asked for again."""
        self._delay = seconds

    def fail_next_read(self, fault: Fault) -> None:
        """Let the next `read_identity` raise this; CARD_REMOVED also takes the card away."""
        with self._lock:
            self._next_fault = fault

    @property
    def name(self) -> str:
        return "simulated card reader"

    def read_identity(self) -> IdentityCard:
        self._suffer()
        delay, self._delay = self._delay, 0.0
        time.sleep(delay)
        with self._lock:
            self._need_opened()
            fault, self._next_fault = self._next_fault, None
            if fault is not None:
                if fault is Fault.CARD_REMOVED:
                    self._card = None
                raise DeviceError(fault, "asked for by the simulation")
            return self._lying()
