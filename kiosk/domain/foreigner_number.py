"""Numbers of foreigners' permanent residence cards and of residence permits of 港澳台 residents.

Rules: reference/cards.md section 2.4 (15 characters before December 2023, 18 since) and 2.1; the
standards behind them could not be read. Countries: ISO 3166-1, for which GB/T 2659 stands;
provinces: the first two digits of GB/T 2260 (recalled).
"""

from datetime import date
from typing import Final

from iso3166 import countries_by_alpha3, countries_by_numeric

from kiosk.domain import id_number

OLD_LENGTH: Final = 15
NEW_LENGTH: Final = 18
NEW_BEGINS: Final = "9"
PERMIT_BEGINS: Final = ("810000", "820000", "830000")  # 香港, 澳门, 台湾
PROVINCES: Final = frozenset(
    f"{code}"
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55))
    for code in codes
) | {"61", "62", "63", "64", "65", "71", "81", "82"}
# ICAO Doc 9303-3 section 5 (recalled): people whose passport names no country of ISO 3166.
NATIONALITIES: Final = frozenset(
    {"GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "UNO", "XXA", "XXB", "XXC", "XXX"}
)
# ICAO Doc 9303-3 section 4.9: weights of the check digit; letters count from A = 10.
ICAO_WEIGHTS: Final = (7, 3, 1)


def icao_check_digit(text: str) -> str:
    """Of digits and capital letters. Raises ValueError for anything else but small letters."""
    return str(sum(int(c, 36) * ICAO_WEIGHTS[at % 3] for at, c in enumerate(text)) % 10)


def is_valid(number: str) -> bool:
    """A number of either length: country, province, date and check character are right."""
    if not number.isascii():
        return False
    if len(number) == OLD_LENGTH:
        return _is_valid_old(number)
    return (
        len(number) == NEW_LENGTH
        and number[0] == NEW_BEGINS
        and number[1:3] in PROVINCES
        and number[3:6] in countries_by_numeric
        and id_number.is_valid(number)
    )


def is_valid_permit(number: str) -> bool:
    """A number of a 港澳台居民居住证: as a resident's, with an address code of its own."""
    return number.startswith(PERMIT_BEGINS) and id_number.is_valid(number)


def _is_valid_old(number: str) -> bool:
    country, digits = number[:3], number[3:]
    return (
        digits.isdigit()
        and (country in countries_by_alpha3 or country in NATIONALITIES)
        and number[3:5] in PROVINCES
        and _is_day(number[7:13])
        and number[14] == icao_check_digit(number[:14])
    )


def _is_day(digits: str) -> bool:
    """YYMMDD in either century; only 29 February tells them apart."""
    return any(_exists(f"{century}{digits}") for century in ("19", "20"))


def _exists(day: str) -> bool:
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return True
