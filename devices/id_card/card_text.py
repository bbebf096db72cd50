"""Turns the 256 bytes of text on an ID card chip into the card's items, for all four kinds of card.

Offsets: reference/cards.md sections 2.1 to 2.4 (two sources for each layout). The standards behind
them, GA/T 490 and GA 467, could not be read.
"""

from datetime import date
from typing import Final

from devices.device import DeviceError
from devices.id_card.characters import all_readable, date_of
from devices.id_card.sam_frame import TEXT_SIZE
from kiosk.domain.fault import Fault
from kiosk.domain.foreigner_number import NEW_LENGTH, icao_check_digit
from kiosk.domain.identity import CardKind, IdentityCard, Sex

KIND_OFFSET: Final = 248
KIND_LETTERS: Final = {
    "": CardKind.RESIDENT,
    "J": CardKind.HMT_PERMIT,
    "I": CardKind.FOREIGNER_2017,
    "Y": CardKind.FOREIGNER_2023,
}
LONG_TERM: Final = "长期"
PADDING: Final = " \0"  # spaces by the sources; zeros are cheap to allow
NATION_DIGITS: Final = 2
COUNTRY_LENGTH: Final = 3
LINK_LENGTH: Final = 3


def read_card_text(
    block: bytes, *, newest_address: bytes = b"", photo: bytes = b""
) -> IdentityCard:
    """The card that these 256 bytes describe.

    `newest_address`: the 70 bytes of command 30 03; unless blank they supersede the printed
    address. What cannot be read is left out or shown with U+FFFD and named in `needs_typing`.
    Raises DeviceError with CARD_UNREADABLE for a wrong size and CARD_KIND_UNKNOWN for an unknown
    letter at offset 248; a layout is never guessed.
    """
    if len(block) != TEXT_SIZE:
        raise DeviceError(Fault.CARD_UNREADABLE, f"text of {len(block)} bytes")
    letter = _decoded(block[KIND_OFFSET : KIND_OFFSET + 2]).strip(PADDING)
    kind = KIND_LETTERS.get(letter)
    if kind is None:
        raise DeviceError(Fault.CARD_KIND_UNKNOWN, f"layout letter U+{ord(letter):04X}")
    items = _Items(block, newest_address)
    match kind:
        case CardKind.FOREIGNER_2017:
            return _foreigner_2017(items, photo)
        case CardKind.FOREIGNER_2023:
            return _foreigner_2023(items, photo)
        case _:
            return _resident_or_permit(items, kind, photo)


class _Items:
    """Cuts items out of the block and remembers which of them a person must type."""

    def __init__(self, block: bytes, newest_address: bytes) -> None:
        self._block = block
        self.newest_address = newest_address
        self.needs_typing: set[str] = set()

    def text(self, item: str, *parts: tuple[int, int]) -> str:
        """An item from its (offset, length) parts, which are joined before padding is cut off."""
        return self.checked(item, b"".join(self._block[at : at + size] for at, size in parts))

    def checked(self, item: str, raw: bytes) -> str:
        text = _decoded(raw).strip(PADDING)
        if not all_readable(text):
            self.needs_typing.add(item)
        return text

    def day(self, item: str, offset: int) -> date | None:
        digits = self.text(item, (offset, 16))
        found = date_of(digits)
        if digits and found is None:
            self.needs_typing.add(item)
        return found

    def end(self, offset: int) -> tuple[date | None, bool]:
        """The last day of validity, and whether the card is valid for ever instead."""
        if self.text("valid_until", (offset, 16)) == LONG_TERM:
            return None, True
        return self.day("valid_until", offset), False

    def sex(self, offset: int) -> Sex:
        code = self.text("sex", (offset, 2))
        try:
            return Sex(code) if code else Sex.UNKNOWN
        except ValueError:  # never "everything else is female"
            self.needs_typing.add("sex")
            return Sex.UNKNOWN

    def nation(self, offset: int) -> str:
        code = self.text("nation", (offset, 4))
        if not code or (len(code) == NATION_DIGITS and code.isascii() and code.isdigit()):
            return code
        self.needs_typing.add("nation")
        return ""


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-16-le", errors="replace")


def _resident_or_permit(items: _Items, kind: CardKind, photo: bytes) -> IdentityCard:
    permit = kind is CardKind.HMT_PERMIT
    valid_until, long_term = items.end(204)
    address = items.checked("newest_address", items.newest_address)
    if address:
        if "newest_address" in items.needs_typing:
            items.needs_typing.add("address")
    else:
        address = items.text("address", (52, 70))
    items.needs_typing.discard("newest_address")
    return IdentityCard(
        kind=kind,
        name=items.text("name", (0, 30)),
        sex=items.sex(30),
        nation="" if permit else items.nation(32),
        birth=items.day("birth", 36),
        address=address,
        number=items.text("number", (122, 36)),
        authority=items.text("authority", (158, 30)),
        valid_from=items.day("valid_from", 188),
        valid_until=valid_until,
        long_term=long_term,
        permit_number=items.text("permit_number", (220, 18)) if permit else "",
        needs_typing=frozenset(items.needs_typing),
        photo=photo,
    )


def _foreigner_2017(items: _Items, photo: bytes) -> IdentityCard:
    # The four digits at 240 are a code of the accepting authority, not its name: left out.
    valid_until, long_term = items.end(204)
    return IdentityCard(
        kind=CardKind.FOREIGNER_2017,
        name=items.text("name", (158, 30)),
        english_name=items.text("english_name", (0, 120)),
        sex=items.sex(120),
        number=items.text("number", (122, 30)),
        country=items.text("country", (152, 6)),
        valid_from=items.day("valid_from", 188),
        valid_until=valid_until,
        long_term=long_term,
        birth=items.day("birth", 220),
        needs_typing=frozenset(items.needs_typing),
        photo=photo,
    )


def _foreigner_2023(items: _Items, photo: bytes) -> IdentityCard:
    valid_until, long_term = items.end(204)
    number = items.text("number", (122, 36))
    country = items.text("country", (242, 6))
    return IdentityCard(
        kind=CardKind.FOREIGNER_2023,
        name=items.text("name", (0, 30)),
        # A name of more than 35 characters goes on at 220.
        english_name=items.text("english_name", (52, 70), (220, 22)),
        sex=items.sex(30),
        birth=items.day("birth", 36),
        number=number,
        country=country,
        former_number=_former_number(items, number, country),
        valid_from=items.day("valid_from", 188),
        valid_until=valid_until,
        long_term=long_term,
        needs_typing=frozenset(items.needs_typing),
        photo=photo,
    )


def _former_number(items: _Items, number: str, country: str) -> str:
    """The 15-character number before 2023, made from the new one and three linking digits.

    Rule: cards.md section 2.4. Blank link: the person never had an old number.
    """
    link = items.text("former_number", (250, 6))
    if not link:
        return ""
    usable = (
        len(number) == NEW_LENGTH
        and len(country) == COUNTRY_LENGTH
        and len(link) == LINK_LENGTH
        and (number[:-1] + link).isascii()
        and (number[:-1] + link).isdigit()
        and country.isascii()
        and country.isalpha()
        and country.isupper()
    )
    if not usable:
        items.needs_typing.add("former_number")
        return ""
    body = country + number[1:3] + link[:2] + number[8:14] + link[2]
    return body + icao_check_digit(body)
