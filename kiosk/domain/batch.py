"""批量办理: the same item for many people, in which only the person changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from kiosk.domain.case import CaseId
from kiosk.domain.service_item import FieldSource, FieldType, FormField, ServiceItem

_OF_THE_PERSON = frozenset(
    {FieldSource.CARD, FieldSource.CARD_REPEATED, FieldSource.SYSTEM, FieldSource.TERMINAL}
)
_NEVER_COMMON = frozenset({FieldType.CONSENT, FieldType.TABLE, FieldType.ID_NUMBER})


@dataclass(frozen=True, slots=True)
class Batch:
    """Every person gets a case of their own; `cases` are those that are safe on the disk."""

    item_code: str
    begun_at: datetime  # aware
    common: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    cases: tuple[CaseId, ...] = ()
    current: str = ""  # id of the case that is being taken in, "" between two people


def common_questions(item: ServiceItem) -> tuple[FormField, ...]:
    """What may be answered once for everybody: nothing that is somebody's own.

    A promise is never common: everybody makes it for themselves. Nor is what the catalogue calls
    sensitive, such as a telephone or an account.
    """
    return tuple(
        question
        for question in item.questions()
        if question.source not in _OF_THE_PERSON
        and question.type not in _NEVER_COMMON
        and not question.sensitive
    )
