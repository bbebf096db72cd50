"""Makes an identity card of what was read from a photograph and confirmed by people."""

from collections.abc import Set
from typing import Final

from devices.camera.reading.paper import FieldKey, ReadPaper
from kiosk.domain import id_number
from kiosk.domain.identity import CardKind, IdentityCard
from kiosk.domain.nations import NATION_CODES

# What a card cannot do without; the others may be typed into the form.
NEEDED: Final = (FieldKey.NAME, FieldKey.NUMBER)


def can_be_used(paper: ReadPaper, wrong: Set[FieldKey] = frozenset()) -> bool:
    """Whether name and number were read, the number's check character is right, nobody objects."""
    read = all(paper.text_of(key) and key not in wrong for key in NEEDED)
    return read and id_number.is_valid(paper.text_of(FieldKey.NUMBER))


def card_of(paper: ReadPaper, wrong: Set[FieldKey] = frozenset()) -> IdentityCard:
    """The card of a photographed front. Birthday and sex are those of the number.

    `wrong`: fields that people say were misread; they are left out, to be typed. Raises ValueError
    when `can_be_used` is False.
    """
    if not can_be_used(paper, wrong):
        raise ValueError("a photographed card without name or number")
    number = paper.text_of(FieldKey.NUMBER)
    nation = NATION_CODES.get(paper.text_of(FieldKey.NATION), "")
    address = paper.text_of(FieldKey.ADDRESS)
    unsure = {
        name
        for key, name, value in (
            (FieldKey.NATION, "nation", nation),
            (FieldKey.ADDRESS, "address", address),
        )
        if key in wrong or not value
    }
    return IdentityCard(
        kind=CardKind.RESIDENT,
        name=paper.text_of(FieldKey.NAME),
        number=number,
        sex=id_number.sex(number),
        birth=id_number.birth_date(number),
        nation="" if "nation" in unsure else nation,
        address="" if "address" in unsure else address,
        needs_typing=frozenset(unsure),
        by_picture=True,
    )
