"""Reads social security cards from any card reader that the system's card service knows."""

from devices.smart_card.pcsc_slot import PcscSlot
from devices.social_card.records import read_social_card
from kiosk.domain.identity import IdentityCard


class PcscSocialCardReader(PcscSlot):
    """An `IdentityReader`; which reader it uses and when it is gone: see PcscSlot."""

    def read_identity(self) -> IdentityCard:
        return self.with_card(read_social_card)
