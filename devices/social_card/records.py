"""Walks through a social security card's free items and makes them a card with a name on it.

Files, tags and forms: reference/cards.md sections 3.1 to 3.4. LD/T 32 could not be read.
"""

from datetime import date
from enum import IntEnum, unique
from typing import Final

from devices.device import DeviceError
from devices.id_card.characters import all_readable, date_of
from devices.smart_card.commands import OK, CardAnswer, Transmit, exchange
from devices.social_card.apdu import (
    NOT_ALLOWED,
    RECORD_ABSENT,
    read_record,
    select_application,
    select_file,
)
from kiosk.domain.fault import Fault
from kiosk.domain.identity import CardKind, IdentityCard, Sex

CARD_FILE: Final = 0xEF05
PERSON_FILE: Final = 0xEF06
PADDING: Final = b"\0\xff "
CARD_NUMBER_LENGTH: Final = 9  # the driver specification reads only the first nine
NATION_DIGITS: Final = 2
HEADER_SIZE: Final = 2  # tag and length


@unique
class Tag(IntEnum):
    """The items that are read; nothing else on the card is touched."""

    ISSUED = 0x05
    VALID_UNTIL = 0x06
    CARD_NUMBER = 0x07
    NUMBER = 0x08
    NAME = 0x09
    NAME_CONTINUED = 0x4E  # second and third generation only
    SEX = 0x0A
    NATION = 0x0B
    BIRTH = 0x0D


FILES: Final = (
    (CARD_FILE, (Tag.ISSUED, Tag.VALID_UNTIL, Tag.CARD_NUMBER)),
    (PERSON_FILE, (Tag.NUMBER, Tag.NAME, Tag.NAME_CONTINUED, Tag.SEX, Tag.NATION, Tag.BIRTH)),
)


def read_social_card(transmit: Transmit) -> IdentityCard:
    """Read one card of generation 1, 2 or 3 through `transmit`, about a dozen commands.

    Raises DeviceError with CARD_KIND_UNKNOWN (no social security application),
    CARD_NEEDS_AUTHORISED_READER (the card keeps an item for readers with a PSAM) or
    CARD_UNREADABLE; and what `transmit` raises. No PIN is ever sent: cards count wrong ones.
    """
    if exchange(transmit, select_application()).status != OK:
        raise DeviceError(Fault.CARD_KIND_UNKNOWN, "no social security application")
    items: dict[Tag, bytes] = {}
    for file, tags in FILES:
        _select(transmit, file)
        for tag in tags:
            value = record_value(exchange(transmit, read_record(tag)), tag)
            if value is not None:
                items[tag] = value
    return card_of(items)


def record_value(answer: CardAnswer, tag: Tag) -> bytes | None:
    """The value of a tag-length-value record; None when the card has no such record.

    Raises DeviceError with CARD_NEEDS_AUTHORISED_READER or CARD_UNREADABLE.
    """
    if answer.status == RECORD_ABSENT:
        return None
    _need_ok(answer, f"item {tag:02X}")
    record = answer.content
    if list(record[:HEADER_SIZE]) != [tag, len(record) - HEADER_SIZE]:
        raise DeviceError(Fault.CARD_UNREADABLE, f"item {tag:02X} is no such record")
    return record[HEADER_SIZE:]


def card_of(items: dict[Tag, bytes]) -> IdentityCard:
    """The card that these values describe.

    Raises DeviceError with CARD_UNREADABLE when name or number are missing.
    """
    needs_typing: set[str] = set()

    def text(item: str, raw: bytes) -> str:
        # GB18030 contains GBK and also the rare characters of newer cards.
        found = raw.rstrip(PADDING).decode("gb18030", errors="replace").strip()
        if not all_readable(found):
            needs_typing.add(item)
        return found

    def day(item: str, tag: Tag) -> date | None:
        digits = items.get(tag, b"").hex()
        found = date_of(digits)
        if found is None and digits.strip("0f"):
            needs_typing.add(item)
        return found

    # A character may be cut in two between the records, so bytes are joined, not texts.
    name = items.get(Tag.NAME, b"").rstrip(b"\0") + items.get(Tag.NAME_CONTINUED, b"")
    number = items.get(Tag.NUMBER, b"")
    if not name.rstrip(PADDING) or not number.rstrip(PADDING):
        raise DeviceError(Fault.CARD_UNREADABLE, "no name or no number")
    nation = items.get(Tag.NATION, b"").hex()
    if nation in ("", "00", "ff"):
        nation = ""
    elif len(nation) != NATION_DIGITS or not nation.isdigit():
        needs_typing.add("nation")
        nation = ""
    sex = Sex.UNKNOWN
    try:
        sex = Sex(text("sex", items.get(Tag.SEX, b"")) or Sex.UNKNOWN)
    except ValueError:
        needs_typing.add("sex")
    return IdentityCard(
        kind=CardKind.SOCIAL_SECURITY,
        name=text("name", name),
        number=text("number", number),
        sex=sex,
        birth=day("birth", Tag.BIRTH),
        nation=nation,
        valid_from=day("valid_from", Tag.ISSUED),
        valid_until=day("valid_until", Tag.VALID_UNTIL),
        card_number=text("card_number", items.get(Tag.CARD_NUMBER, b"")[:CARD_NUMBER_LENGTH]),
        needs_typing=frozenset(needs_typing),
    )


def _select(transmit: Transmit, file: int) -> None:
    answer = exchange(transmit, select_file(file))
    if answer.status not in (OK, NOT_ALLOWED):
        answer = exchange(transmit, select_file(file, mode=0))
    _need_ok(answer, f"file {file:04X}")


def _need_ok(answer: CardAnswer, what: str) -> None:
    if answer.status == NOT_ALLOWED:
        raise DeviceError(Fault.CARD_NEEDS_AUTHORISED_READER, what)
    if answer.status != OK:
        raise DeviceError(Fault.CARD_UNREADABLE, f"{what}: status {answer.status:04X}")
