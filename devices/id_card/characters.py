"""Tells which characters from a card can be shown, and reads dates written as eight digits."""

import unicodedata
from datetime import date
from typing import Final

REPLACEMENT: Final = "\ufffd"  # what Python's decoders put for bytes that are no character
_NO_CHARACTER: Final = frozenset({"Cc", "Cs", "Co"})  # control, surrogate, private use
_LAST_PLANES: Final = 0xFFFE  # U+xxFFFE and U+xxFFFF are never characters
DATE_LENGTH: Final = 8


def all_readable(text: str) -> bool:
    """False when some character is broken, for private use or unfit for a screen.

    Rare surnames may be stored as private characters that only the issuer's font knows.
    """
    return not any(
        character == REPLACEMENT
        or unicodedata.category(character) in _NO_CHARACTER
        or ord(character) & _LAST_PLANES == _LAST_PLANES
        for character in text
    )


def date_of(digits: str) -> date | None:
    """The date of YYYYMMDD, or None when this is not one."""
    if len(digits) != DATE_LENGTH or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
