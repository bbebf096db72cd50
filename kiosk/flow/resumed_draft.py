"""Brings the pages of a visit back from its draft, for the card with which it was begun."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from devices.camera.page_file import kept_page
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.page import PageRef, ScannedPage
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.prefill import prefilled, with_typed
from offline_store.api import CaseStore, OpenDraft, StoreError


class NotResumed(Exception):
    """The draft stays sealed as it is; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


class ResumedDraft:
    """What the visit knew: answers (the card wins on what is the card's), pages, signature.

    Raises NotResumed: CARD_OF_ANOTHER, or what the store says of its pages.
    """

    def __init__(
        self,
        draft: OpenDraft,
        item: ServiceItem,
        card: IdentityCard,
        cases: CaseStore,
        *,
        site_code: str,
        today: date,
    ) -> None:
        if card.number != draft.case.applicant_number:
            raise NotResumed(Fault.CARD_OF_ANOTHER)
        known = prefilled(item, card, site_code=site_code, today=today)
        self.prefilled = frozenset(known)
        self.answers = MappingProxyType(with_typed(item, known, draft.case.answers))
        self.case = replace(draft.case, applicant_name=card.shown_name, item_title=item.title)
        try:
            self.pages = tuple(_page(cases, page) for page in draft.case.pages)
            signature = draft.case.signature
            self.signature = None if signature is None else _page(cases, signature)
        except StoreError as error:
            raise NotResumed(error.fault) from error
        except KeyError as error:
            raise NotResumed(Fault.STORE_DAMAGED) from error


def _page(cases: CaseStore, page: PageRef) -> ScannedPage:
    return kept_page(page, cases.page(page.sha256))
