"""Nothing may be required beyond the guide: 除办事指南明确的条件外，不得自行增加办事要求."""

from collections.abc import Iterator

from kiosk.catalog.file_format import FieldRow, ItemRow, MaterialRow
from kiosk.domain.service_item import (
    KEYS_OF_CARD,
    KEYS_OF_SYSTEM,
    Capture,
    FieldSource,
    FieldType,
    Need,
    OfflineMode,
)

Path = tuple[str | int, ...]
# Types that can only pick what to look up, never state a new fact about a person.
QUERY_TYPES = {FieldType.CHOICE, FieldType.MULTICHOICE, FieldType.YEAR, FieldType.YEARMONTH}
QUERY = "query"
AGENT_ONLY = "仅代办"  # how the guide marks what only an agent brings
AGENT_FIELD = "agent_"  # how the keys of an agent's questions begin
NEVER_ASKED = {FieldSource.SHARE, FieldSource.DEVICE, FieldSource.OPERATOR}


def beyond_the_guide(row: ItemRow) -> Iterator[tuple[Path, str]]:
    """Each required thing that no row of the guide asks for, as (path inside the item, problem).

    What a resident may end up typing is required only when a row of the guide has it, whatever
    source the catalogue names for it:

    * the guide lists a form (taken in by `form`) that the applicant must hand in: an agent's
      letter or an optional form gives no right to ask the applicant;
    * the applicant's card has it or it follows from the card, and the guide lists that card;
    * it is the place where the terminal stands;
    * it only says what to look up (`basis: query`), by choosing, in an item that looks things up
      at once and therefore needs the network.

    A signature may be asked for only where the guide's row says who signs.
    """
    ways = {way for m in row.materials if _of_applicant(m) for way in m.capture}
    for i, field in enumerate(row.form_fields):
        if field.required and not _in_guide(field, ways, row.terminal.offline.mode):
            yield ("form_fields", i, "required"), f"{field.label}: the guide does not ask for it"
    for i, material in enumerate(row.materials):
        if Capture.SIGNATURE in material.capture and not (material.signature or "").strip():
            problem = f"{material.material_name}: the guide does not say who signs"
            yield ("materials", i, "signature"), problem


def is_agents(material: MaterialRow) -> bool:
    """True when only somebody who acts for the applicant brings it."""
    return (material.note or "").startswith(AGENT_ONLY)


def _of_applicant(material: MaterialRow) -> bool:
    return material.is_need.code != Need.OPTIONAL and not is_agents(material)


def _in_guide(field: FieldRow, ways: set[str], mode: str) -> bool:
    if Capture.FORM in ways or field.source in NEVER_ASKED or field.key.startswith(AGENT_FIELD):
        return True
    if field.source == FieldSource.TERMINAL:
        return field.type == FieldType.DIVISION
    if field.source == FieldSource.CARD:
        return Capture.CARD in ways and field.key in KEYS_OF_CARD
    if field.source == FieldSource.SYSTEM:
        return Capture.CARD in ways and field.key in KEYS_OF_SYSTEM
    looked_up = field.basis == QUERY and field.type in QUERY_TYPES
    return looked_up and mode == OfflineMode.ONLINE_ONLY
