"""The cases that were set aside, with what people need to find them and to see what is wrong."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.case import CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.objection import Objection, objections_in
from kiosk.domain.service_item import ServiceCatalog, ServiceItem
from offline_store.api import ScreenStore, SetAside, StoreError


@dataclass(frozen=True, slots=True)
class AsideCase:
    """Nothing personal: `objections` name fields. Number and title are "" for a damaged case."""

    case_id: CaseId
    receipt_number: str
    item_title: str
    confirmed_at: datetime | None
    item: ServiceItem | None  # None: the catalogue of now does not have it
    objections: tuple[Objection, ...]


def aside_cases(store: ScreenStore, catalog: ServiceCatalog) -> tuple[AsideCase, ...]:
    """All of them, oldest first. Raises StoreError."""
    return tuple(_one(entry, store, catalog) for entry in store.aside())


def _one(entry: SetAside, store: ScreenStore, catalog: ServiceCatalog) -> AsideCase:
    objections = objections_in(entry.reason)
    try:
        case = store.case(entry.case_id)
    except (KeyError, StoreError) as error:
        if isinstance(error, StoreError) and error.fault is not Fault.STORE_DAMAGED:
            raise
        return AsideCase(
            entry.case_id, "", "", None, None, objections
        )  # what may be why it is aside
    item = next((item for item in catalog if item.code == case.item_code), None)
    return AsideCase(
        entry.case_id, case.receipt_number, case.item_title, case.confirmed_at, item, objections
    )
