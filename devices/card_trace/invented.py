"""Replaces what a card says about a person by invented values of the same length and class.

The same class means that the program does the same with it: what is a date stays a date, what has a
right check digit keeps one, what cannot be shown stays unfit to be shown. Nothing that is written
depends on the person beyond that.
"""

import unicodedata
from datetime import date
from typing import Final

from devices.id_card.card_text import (
    COUNTRY_LENGTH,
    KIND_OFFSET,
    LONG_TERM,
)
from devices.id_card.characters import all_readable, date_of
from devices.id_card.sam_frame import TEXT_SIZE
from kiosk.domain.foreigner_number import NEW_LENGTH, OLD_LENGTH, icao_check_digit
from kiosk.domain.id_number import CHECK_CHARACTERS, check_character

HANZI: Final = "测试样本示范"
HAN_BLOCK: Final = range(0x4E00, 0xA000)
PRIVATE: Final = range(0xE000, 0xF900)
HIGH: Final = range(0xD800, 0xDC00)
LOW: Final = range(0xDC00, 0xE000)
SIGN: Final = "·"  # for every sign that is not ASCII
RARE: Final = 0x3400
PRIVATE_PLANES: Final = range(0xDB80, 0xDC00)  # high halves of planes 15 and 16
RARE_PAIR: Final = (0xD840, 0xDC0B)  # U+2000B
PRIVATE_PAIR: Final = (0xDB80, 0xDC00)
BIRTH: Final = "19900101"
FROM: Final = "20200101"
EXPIRED: Final = "20000101"
VALID: Final = "20991231"
# Offset and size of what needs more than its class: cards.md sections 2.1 to 2.4.
_COMMON: Final = {"sex": (30, 2), "nation": (32, 4), "birth": (36, 16), "number": (122, 36)}
_FIELDS: Final = {
    " ": _COMMON,
    "\0": _COMMON,
    "J": _COMMON,
    "I": {"sex": (120, 2), "number": (122, 30), "country": (152, 6), "birth": (220, 16)},
    "Y": {k: v for k, v in _COMMON.items() if k != "nation"} | {"country": (242, 6)},
}
_DATES: Final = {"from": (188, 16), "until": (204, 16)}


def invented_block(block: bytes, today: date) -> bytes:
    """The first 256 bytes, the text of an ID card chip, with an invented person."""
    block = block[:TEXT_SIZE]
    letter = block[KIND_OFFSET : KIND_OFFSET + 2]
    told = bytearray(invented_text(block))
    kind = letter.decode("utf-16-le", "replace")
    if kind.isascii() and kind.isupper():  # of a layout, also of one that is not known yet
        told[KIND_OFFSET : KIND_OFFSET + 2] = letter
    for name, (at, size) in (_FIELDS.get(kind, {}) | _DATES).items():
        text = block[at : at + size].decode("utf-16-le", "replace")
        new = invented_value(name, text.rstrip(" \0"), today)
        if new is not None:
            told[at : at + 2 * len(new)] = new.encode("utf-16-le")
    return bytes(told)


def invented_value(name: str, text: str, today: date) -> str | None:
    """In place of one item, as long as it; None when its class is all there is to it."""
    match name:
        case "sex":
            return "1" if text in ("0", "1", "2", "9") else None
        case "nation":
            return "01" if len(text) == len("01") and text.isascii() and text.isdigit() else None
        case "birth" | "from":
            return (BIRTH if name == "birth" else FROM) if date_of(text) else None
        case "until":
            last = date_of(text)
            if text == LONG_TERM or last is None:
                return LONG_TERM if text == LONG_TERM else None
            return EXPIRED if last < today else VALID
        case "country":
            return "USA" if len(text) == COUNTRY_LENGTH and text.isupper() else None
        case _:
            return _number(text)


def _number(text: str) -> str | None:
    body, check = text[:-1], text[-1:]
    if len(text) == NEW_LENGTH and body.isascii() and body.isdigit():
        invented = ("911840" if body[0] == "9" else "110101") + BIRTH + "001"
        return _checked(invented, check == check_character(body), check_character(invented))
    if len(text) == OLD_LENGTH and body.isascii() and body.isalnum() and body.isupper():
        invented = "USA1100" + BIRTH[2:] + "1"
        return _checked(invented, check == icao_check_digit(body), icao_check_digit(invented))
    return None


def _checked(body: str, is_right: bool, check: str) -> str:
    at = CHECK_CHARACTERS.index(check)
    return body + (check if is_right else CHECK_CHARACTERS[(at + 3) % len(CHECK_CHARACTERS)])


def invented_text(raw: bytes) -> bytes:
    """UTF-16LE of the same length, each character replaced by one of its class."""
    units = [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw) - 1, 2)]
    told: list[int] = []
    while len(told) < len(units):
        at = len(told)
        pair = at + 1 < len(units) and units[at] in HIGH and units[at + 1] in LOW
        if pair:
            told += PRIVATE_PAIR if units[at] in PRIVATE_PLANES else RARE_PAIR
        else:
            told.append(_unit(units[at], at))
    return b"".join(unit.to_bytes(2, "little") for unit in told) + bytes(len(raw) % 2)


def _unit(unit: int, at: int) -> int:
    if unit in HAN_BLOCK:
        return ord(HANZI[at % len(HANZI)])
    if unit in PRIVATE:
        return PRIVATE[0]
    if unit in HIGH:
        return HIGH[0]
    if unit in LOW:
        return LOW[0]
    match unicodedata.category(chr(unit)):
        case "Nd":
            return ord("8") if chr(unit).isascii() else ord("８")
        case "Lu":
            return ord("X")
        case "Ll":
            return ord("x")
        case kind if kind[0] in "LN":
            return ord("x") if chr(unit).isascii() else RARE
        case _ if chr(unit).isascii():  # padding and punctuation say nothing about anybody
            return unit
        case _:  # might be half of a letter and half of the next, where a byte was lost
            return ord(SIGN) if all_readable(chr(unit)) else PRIVATE[0]
