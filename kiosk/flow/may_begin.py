"""Whether a terminal may take a case in: said before the resident begins (design.md section 4)."""

from types import MappingProxyType
from typing import Final

from kiosk.domain.fault import Fault
from kiosk.domain.standing import Level, Reason, Standing
from offline_store.api import CaseStore, StoreError

FROZEN_BY: Final = MappingProxyType(
    {
        Reason.MANY_UNSENT: Fault.TOO_MANY_UNSENT,
        Reason.CATALOG_OLD: Fault.CATALOG_TOO_OLD,
    }
)


def refusal(cases: CaseStore, standing: Standing) -> Fault | None:
    """What keeps a further case from being taken in, None for nothing. Never raises."""
    if standing.level is Level.FROZEN:
        return FROZEN_BY[standing.reasons[0]]
    try:
        return None if cases.room_for_a_case() else Fault.STORE_FULL
    except StoreError as error:
        return error.fault
