"""Which characters can stand in a field, so that nothing else is ever read there."""

from enum import StrEnum, unique
from typing import Final

_DIGITS: Final = "0123456789"
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MIDDLE_DOTS: Final = "·•・"  # between the parts of a name; the model knows one or another
# CJK Unified Ideographs and their extensions A and B to F, with the compatibility block (Unicode).
_HAN_RANGES: Final = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))


@unique
class Alphabet(StrEnum):
    """Kinds of fields by what is printed in them."""

    ANYTHING = "anything"
    DIGITS = "digits"
    CITIZEN_NUMBER = "citizen_number"  # digits, and X as the last one
    CAPITALS_DIGITS = "capitals_digits"  # numbers of documents
    NAME = "name"  # ideographs and the dot between parts of a name
    ADDRESS = "address"
    MACHINE_ZONE = "machine_zone"  # Doc 9303-3: A-Z, 0-9 and the filler


_FEW: Final = {
    Alphabet.DIGITS: _DIGITS,
    Alphabet.CITIZEN_NUMBER: _DIGITS + "X",
    Alphabet.CAPITALS_DIGITS: _DIGITS + _CAPITALS,
    Alphabet.MACHINE_ZONE: _DIGITS + _CAPITALS + "<",
}


def holds(alphabet: Alphabet, character: str) -> bool:
    """Whether that character can stand in such a field."""
    few = _FEW.get(alphabet)
    if few is not None:
        return character in few
    if alphabet is Alphabet.ANYTHING:
        return True
    if is_han(character) or character in _MIDDLE_DOTS:
        return True
    return alphabet is Alphabet.ADDRESS and character in _DIGITS + _CAPITALS + "-#()（）"


def is_han(character: str) -> bool:
    """Whether it is one ideograph."""
    return len(character) == 1 and any(
        first <= ord(character) <= last for first, last in _HAN_RANGES
    )
