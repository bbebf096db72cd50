"""The visit that the last run of the program could not end, for as long as it may go on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kiosk.domain.case import CaseKind
from kiosk.domain.mode import Mode
from kiosk.domain.service_item import ServiceItem
from offline_store.api import CaseStore, OpenDraft, StoreError

# Whoever comes back later begins anew: by then somebody else stands before the screen.
RESUME_WITHIN: Final = timedelta(minutes=30)
# Where staff carry the terminal, the battery may be dead for a day; a draft is kept for 72 hours,
# and goes on only for the card with which it was begun.
RESUME_WITHIN_BY_STAFF: Final = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft, and the item as it is now."""

    item: ServiceItem
    draft: OpenDraft


class BrokenOff:
    """Made when the program starts: a draft that lies there then was left by a kill or a power cut.

    One that is begun later ends with its visit, in this way or that.
    """

    def __init__(self, cases: CaseStore, *, mode: Mode = Mode.SELF_SERVICE) -> None:
        self._cases = cases
        by_staff = mode is not Mode.SELF_SERVICE
        self._within = RESUME_WITHIN_BY_STAFF if by_staff else RESUME_WITHIN
        self._known = self._draft()

    def offer(self, items: Iterable[ServiceItem], now: datetime) -> Offer | None:
        """What may go on now: not finished meanwhile, not too old, still offered.

        A draft from the future has waited for nobody knows how long.
        """
        draft, known = self._draft(), self._known
        if known is None or draft is None or draft.case.case_id != known.case.case_id:
            return None
        if draft.case.kind is not CaseKind.APPLICATION:
            return None  # of a letter or a correction there is little to lose; it is begun anew
        if not timedelta() <= now - draft.saved_at <= self._within:
            return None
        item = next((item for item in items if item.code == draft.case.item_code), None)
        return None if item is None else Offer(item, draft)

    def _draft(self) -> OpenDraft | None:
        try:
            return self._cases.open_draft()
        except StoreError:  # whatever it is, beginning anew will say it
            return None
