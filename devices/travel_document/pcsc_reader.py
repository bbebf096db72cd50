"""Travel documents in any contactless reader that the system's card service knows."""

import secrets
from collections.abc import Callable
from datetime import date
from functools import partial

from devices.smart_card.pcsc_slot import PcscSlot
from devices.travel_document.api import AccessKey, TravelDocument
from devices.travel_document.chip import zone_of
from devices.travel_document.mrz import document_of


class PcscTravelDocumentReader(PcscSlot):
    """A `TravelDocumentReader`; which reader it uses and when it is gone: see PcscSlot.

    `today`: the day of this place, for the centuries of dates.
    """

    def __init__(self, name_starts_with: str, today: Callable[[], date]) -> None:
        super().__init__(name_starts_with)
        self._today = today

    def read_document(self, key: AccessKey) -> TravelDocument:
        zone = self.with_card(partial(zone_of, key=key, random=secrets.token_bytes))
        return document_of(zone, self._today())
