"""The check characters of bank cards and of organisations; those of people: kiosk.domain."""

from typing import Final

_SHORTEST_CARD, _LONGEST_CARD = 15, 19  # digits of the cards in use (ISO/IEC 7812-1, recalled)
_TWO_DIGITS: Final = 9

# GB 32100-2015 统一社会信用代码 (recalled): digits and capitals without I, O, S, V, Z; weights are
# powers of 3 modulo 31; the last character completes the sum to a multiple of 31.
CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_LENGTH: Final = 18
_CREDIT_WEIGHTS: Final = tuple(pow(3, at, 31) for at in range(_CREDIT_LENGTH - 1))


def is_bank_card(number: str) -> bool:
    """Length and the last digit by the formula of ISO/IEC 7812-1 annex B (Luhn; recalled)."""
    if not (number.isascii() and number.isdigit()):
        return False
    if not _SHORTEST_CARD <= len(number) <= _LONGEST_CARD:
        return False
    total = 0
    for at, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > _TWO_DIGITS else value
    return total % 10 == 0


def is_credit_code(code: str) -> bool:
    """Length, characters and the last one (GB 32100-2015, recalled)."""
    if len(code) != _CREDIT_LENGTH or set(code) - set(CREDIT_ALPHABET):
        return False
    return code[-1] == credit_check_character(code[:-1])


def credit_check_character(first_17: str) -> str:
    """The 18th character that belongs to 17 of the alphabet."""
    values = map(CREDIT_ALPHABET.index, first_17)
    total = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[-total % len(CREDIT_ALPHABET)]
