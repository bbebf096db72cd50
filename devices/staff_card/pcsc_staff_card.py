"""Staff cards in any card reader that the system's card service knows."""

from functools import partial

from devices.smart_card.pcsc_slot import PcscSlot
from devices.staff_card.api import Pin, PinWrong, Proof, StaffCardFace
from devices.staff_card.piv import look_at, prove_with


class PcscStaffCardReader(PcscSlot):
    """A `StaffCardReader` for PIV cards; which reader it uses and when it is gone: see PcscSlot."""

    def look(self) -> StaffCardFace:
        return self.with_card(look_at)

    def prove(self, challenge: bytes, pin: Pin) -> Proof | PinWrong:
        return self.with_card_once(partial(prove_with, challenge=challenge, pin=pin))
