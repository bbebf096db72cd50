"""The number printed on the slip at once, made here; the official number is only the province's."""

from datetime import date
from types import MappingProxyType
from typing import Final

# ISO 7064 MOD 37,36 (hybrid system), the check that GB/T 36904 uses for certificate identifiers.
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VALUES: Final = MappingProxyType({character: n for n, character in enumerate(ALPHABET)})
LENGTH: Final = 25  # 12 site + 2 terminal + 6 day + 4 serial + 1 check
HIGHEST_SERIAL: Final = 9999


def receipt_number(*, site: str, terminal: str, day: date, serial: int) -> str:
    """25 characters: site (12 digits), terminal (2), YYMMDD, serial (4), check character.

    Raises ValueError when a part does not fit.
    """
    return numbered(day_prefix(site=site, terminal=terminal, day=day), serial)


def numbered(prefix: str, serial: int) -> str:
    """The number with that serial of a day; see `receipt_number`."""
    body = f"{prefix}{serial:04d}"
    if len(body) != LENGTH - 1 or not 1 <= serial <= HIGHEST_SERIAL:
        raise ValueError(f"{prefix!r} and serial {serial} do not fit")
    return body + check_character(body)


def day_prefix(*, site: str, terminal: str, day: date) -> str:
    """What all numbers of that day begin with; they sort by their serial."""
    return f"{site}{terminal}{day.isoformat()[2:].replace('-', '')}"  # no strftime: it asks libc


def check_character(body: str) -> str:
    """ISO 7064 MOD 37,36 over digits and capital letters. Raises ValueError for others."""
    total = 36
    try:
        for character in body:
            total = (total + VALUES[character]) % 36 or 36
            total = total * 2 % 37
    except KeyError as error:
        raise ValueError(f"{error} has no value") from None
    return ALPHABET[(37 - total) % 36]


def is_valid(number: str) -> bool:
    """Right length, characters and check character: tells misreadings from foreign codes."""
    body = number[:-1]
    if len(number) != LENGTH or not all(c in ALPHABET for c in number):
        return False
    return check_character(body) == number[-1]


def grouped(number: str) -> str:
    """In groups a person can read out: site - terminal - day - serial and check."""
    parts = (number[:12], number[12:14], number[14:20], number[20:])
    return "-".join(part for part in parts if part)


def plain(typed: str) -> str:
    """What a person typed or a scanner read, without groups and in capitals."""
    return "".join(typed.split()).replace("-", "").upper()
