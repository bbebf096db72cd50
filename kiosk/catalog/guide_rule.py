"""Nothing may be required beyond the guide: 除办事指南明确的条件外，不得自行增加办事要求."""

from collections.abc import Iterator

from kiosk.catalog.file_format import FieldRow, ItemRow
from kiosk.domain.service_item import Capture, FieldSource, FieldType

Path = tuple[str | int, ...]
# Types that can only pick what to look up, never state a new fact about a person.
QUERY_TYPES = {FieldType.CHOICE, FieldType.MULTICHOICE, FieldType.YEAR, FieldType.YEARMONTH}
QUERY = "query"


def beyond_the_guide(row: ItemRow) -> Iterator[tuple[Path, str]]:
    """Each required field that no row of the guide asks for, as (path inside the item, problem).

    A field may be required when the guide lists a form (a material taken in by `form`), when it
    comes from a card that the guide lists, when terminal or province fill it in, or when it only
    says what to look up (`basis: query`, and only by choosing).
    """
    ways = {way for material in row.materials for way in material.capture}
    for i, field in enumerate(row.form_fields):
        if field.required and not _in_guide(field, ways):
            yield ("form_fields", i, "required"), f"{field.label}: the guide does not ask for it"


def _in_guide(field: FieldRow, ways: set[str]) -> bool:
    if field.source in (FieldSource.CARD, FieldSource.CARD_REPEATED):
        return Capture.CARD in ways
    if field.source in (
        FieldSource.SYSTEM,
        FieldSource.TERMINAL,
        FieldSource.SHARE,
        FieldSource.DEVICE,
        FieldSource.OPERATOR,
    ):
        return True
    if Capture.FORM in ways:
        return True
    return field.basis == QUERY and field.type in QUERY_TYPES
