"""Puts the proof on a slip's QR code: what this terminal took in, signed by its own key."""

import logging
import re
from datetime import datetime
from typing import Final

from kiosk.domain.case import Case
from kiosk.domain.configuration import ConfigurationShelf
from kiosk.domain.masked_name import masked_name
from kiosk.flow.site import Site
from offline_store.api import StoreError
from offline_store.arrivals import Noticeboard
from sync.proof_code import ADDRESS_END, said_of
from sync.slip_key import SlipKey

# The alphanumeric mode of QR codes (ISO/IEC 18004, not read); in another mode it would not fit.
_FITS: Final = re.compile(r"[0-9A-Z $%*+./:-]*")

_log = logging.getLogger(__name__)


class SlipProofs:
    """Belongs to the thread of its store; a millisecond a slip."""

    def __init__(self, store: Noticeboard, site: Site) -> None:
        self._key = SlipKey(store)
        self._store = store
        self._shelf = ConfigurationShelf()
        self._lead = site.query_prefix

    def __call__(self, case: Case, now: datetime) -> str:
        """What the slip's QR code holds, "" where there is no proof to give. Never raises."""
        try:
            signer = self._key.signer()
            page = self._shelf.current(self._store.configuration()).check_address
        except StoreError as error:
            _log.error("a slip without proof: %s", error)
            return ""
        if signer is None or not _FITS.fullmatch(self._lead):
            return ""
        said = said_of(
            now,
            item=case.item_title,
            person=masked_name(case.applicant_name),
            pages=len(case.pages),
            official=case.official_number,
        )
        code = signer.code(self._lead, case.receipt_number, said)
        return f"{page}{ADDRESS_END}{code}" if page else code
