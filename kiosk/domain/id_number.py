"""The citizen identification number 公民身份号码: check character, birth date, sex, masked form.

Structure and check character: GB 11643-1999 (the text could not be read; the rule was checked on
published examples, reference/cards.md section 2.5), check by ISO 7064 MOD 11-2.
"""

from datetime import date
from operator import mul
from typing import Final

from kiosk.domain.identity import Sex

LENGTH: Final = 18
# ISO 7064 MOD 11-2: weight of digit i from the left is 2**(17 - i) mod 11.
WEIGHTS: Final = tuple(pow(2, 17 - i, 11) for i in range(17))
ALL_ZEROS: Final = sum(WEIGHTS) * ord("0")
CHECK_CHARACTERS: Final = "10X98765432"
SHORTEST_TO_SHOW_TEN: Final = 12  # below it, six plus four shown characters would hide nothing


def check_character(first_17_digits: str) -> str:
    """The 18th character that belongs to 17 digits."""
    total = sum(map(mul, first_17_digits.encode("ascii"), WEIGHTS)) - ALL_ZEROS
    return CHECK_CHARACTERS[total % 11]


def is_valid(number: str) -> bool:
    """Right length, digits, date and check character.

    The division prefix is not checked: numbers keep codes that were retired long ago.
    """
    body, check = number[:17], number[17:]
    if len(number) != LENGTH or not (body.isascii() and body.isdigit()):
        return False
    return birth_date(number) is not None and check == check_character(body)


def birth_date(number: str) -> date | None:
    """The date in digits 7 to 14, or None when they are not a date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> Sex:
    """Odd 17th digit: male."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def masked(number: str) -> str:
    """First six and last four characters, the rest as stars; short numbers keep only two."""
    if len(number) < SHORTEST_TO_SHOW_TEN:
        return number[:1] + "*" * max(0, len(number) - 2) + number[-1:]
    return number[:6] + "*" * (len(number) - 10) + number[-4:]
