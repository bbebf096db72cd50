"""Resident ID cards in a card reader that offers them over PC/SC."""

from devices.id_card.pcsc_blocks import read_id_card
from devices.smart_card.pcsc_slot import PcscSlot
from kiosk.domain.identity import IdentityCard


class PcscIdCardReader(PcscSlot):
    """An `IdentityReader`; which reader it uses and when it is gone: see PcscSlot."""

    def read_identity(self) -> IdentityCard:
        return self.with_card(read_id_card)
