"""Reads the machine-readable zone (机读码) of passports and of cards, and checks its digits.

Source: ICAO Doc 9303 parts 3 (check digits, names, dates), 4 (TD3) and 5 (TD1), recalled, checked
against the specimens printed in those parts. Of the Chinese permits:
- `C<` with CHN is 港澳居民来往内地通行证 in the TD1 layout (GA/T 704.14-2015 section 4.1.1, 1999
  edition; only the head of that text could be read).
- `CS` 往来港澳通行证 and `CD` 往来台湾通行证 have a first line of their own: number, expiry, birth.
  Read in two public implementations; GA/T 704.16 could not be read, no real card was tried.
- `CR` and `CT` for 港澳 and 台湾 residents are recalled. Taken in the TD1 layout when CHN stands
  where it has the issuer, else only when the three digits of the other layout agree.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from devices.device import DeviceError
from devices.travel_document.api import AccessKey, DocumentKind, TravelDocument
from kiosk.domain.fault import Fault
from kiosk.domain.identity import Sex

FILLER: Final = "<"
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # the place of each is its value
DIGITS: Final = frozenset(ALPHABET[:10])
WEIGHTS: Final = (7, 3, 1)  # Doc 9303-3 section 4.9
TD1_LINE, TD3_LINE = 30, 44
TD1_SIZE: Final = 3 * TD1_LINE
TD3_SIZE: Final = 2 * TD3_LINE
CHINESE_KINDS: Final = {
    "C": DocumentKind.HMT_RESIDENT,
    "CR": DocumentKind.HMT_RESIDENT,
    "CT": DocumentKind.TAIWAN_RESIDENT,
    "CS": DocumentKind.TO_HONG_KONG_MACAO,
    "CD": DocumentKind.TO_TAIWAN,
}
CARD_LETTERS: Final = "AIC"  # Doc 9303-5: the first letter of a TD1 document
SEXES: Final = {"M": Sex.MALE, "F": Sex.FEMALE, "<": Sex.NOT_STATED}
LONGEST_VALIDITY: Final = timedelta(days=50 * 366)  # of the two centuries, the one nearer to today
CENTURY: Final = 100
NUMBER_SIZE: Final = 9


def document_of(zone: str, today: date) -> TravelDocument:
    """What a whole zone says; line ends and spaces in it do not count.

    Raises DeviceError with CARD_UNREADABLE when this has not the size or the letters of a zone, and
    with CARD_KIND_UNKNOWN when the document's code is none that is known here.
    """
    text = "".join(zone.split())
    if len(text) not in (TD1_SIZE, TD3_SIZE) or set(text) - {*ALPHABET, FILLER}:
        raise DeviceError(Fault.CARD_UNREADABLE, "no machine-readable zone")
    code = text[:2].rstrip(FILLER)
    if len(text) == TD3_SIZE:
        if code[:1] != "P":
            raise DeviceError(Fault.CARD_KIND_UNKNOWN, "a zone of two lines that is no passport")
        return _passport(text[:TD3_LINE], text[TD3_LINE:], code, today)
    lines = text[:TD1_LINE], text[TD1_LINE : 2 * TD1_LINE], text[2 * TD1_LINE :]
    if code in CHINESE_KINDS and _is_exit_entry(lines[0]):
        return _exit_entry_permit(lines[0], code, today)
    if code in CHINESE_KINDS and lines[0][2:5] != "CHN":
        raise DeviceError(Fault.CARD_UNREADABLE, "check digits of a permit")
    if code[:1] not in tuple(CARD_LETTERS):
        raise DeviceError(Fault.CARD_KIND_UNKNOWN, "a card of unknown code")
    return _card(lines, code, today)


def access_key_of(zone: str, today: date) -> AccessKey:
    """What opens the chip, from the same zone.

    Raises DeviceError as `document_of`, and CARD_UNREADABLE when one of the three fields is not
    sure: a chip must not be asked with a wrong key again and again.
    """
    document = document_of(zone, today)
    if {"number", "birth", "valid_until"} & document.needs_typing:
        raise DeviceError(Fault.CARD_UNREADABLE, "a check digit is wrong")
    text = "".join(zone.split())
    if len(text) == TD3_SIZE:
        second = text[TD3_LINE:]
        return AccessKey(document.number, second[13:19], second[21:27])
    if document.code in CHINESE_KINDS and _is_exit_entry(text[:TD1_LINE]):
        return AccessKey(document.number, text[21:27], text[13:19])
    second = text[TD1_LINE : 2 * TD1_LINE]
    return AccessKey(document.number, second[:6], second[8:14])


def check_digit(text: str) -> str:
    """Modulus 10 with the weights 7, 3, 1; a filler counts 0. Raises ValueError on other letters.

    The number of foreigners' cards before 2023 uses the same rule (reference/cards.md 2.4).
    """
    values = (0 if letter == FILLER else ALPHABET.index(letter) for letter in text)
    return str(sum(value * WEIGHTS[at % 3] for at, value in enumerate(values)) % 10)


def birth_of(digits: str, today: date) -> date | None:
    """YYMMDD as the latest such day that is not in the future; None: no day, or partly unknown."""
    this = _day(digits, today.year // CENTURY)
    if this is not None and this <= today:
        return this
    return _day(digits, today.year // CENTURY - 1)


def expiry_of(digits: str, today: date) -> date | None:
    """YYMMDD as such a day within about fifty years of today; None: no day."""
    now = today.year // CENTURY
    near = (_day(digits, century) for century in (now, now + 1, now - 1))
    return next((day for day in near if day and abs(day - today) <= LONGEST_VALIDITY), None)


def _day(digits: str, century: int) -> date | None:
    if not digits.isdigit():
        return None
    try:
        return date(century * CENTURY + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None


def _passport(first: str, second: str, code: str, today: date) -> TravelDocument:
    """Doc 9303-4 section 4.2.2."""
    checks = {
        "number": (second[:9], second[9]),
        "birth": (second[13:19], second[19]),
        "valid_until": (second[21:27], second[27]),
        # an empty field may have a filler for its digit
        "optional": (second[28:42], "0" if second[28:43] == FILLER * 15 else second[42]),
        "whole": (second[:10] + second[13:20] + second[21:43], second[43]),
    }
    return _document(
        kind=DocumentKind.PASSPORT,
        code=code,
        issuer=first[2:5],
        number=second[:9],
        names=first[5:],
        nationality=second[10:13],
        birth=second[13:19],
        sex=second[20],
        expiry=second[21:27],
        optional=second[28:42],
        wrong=_wrong(checks),
        today=today,
    )


def _card(lines: tuple[str, str, str], code: str, today: date) -> TravelDocument:
    """Doc 9303-5 section 4.2.2; a number of more than nine letters goes on in the next field."""
    first, second, third = lines
    number, digit, optional = first[5:14], first[14], first[15:30]
    if digit == FILLER and optional[0] != FILLER:
        rest, _, optional = optional.partition(FILLER)
        number, digit = number + rest[:-1], rest[-1]
    checks = {
        "number": (number, digit),
        "birth": (second[:6], second[6]),
        "valid_until": (second[8:14], second[14]),
        "whole": (first[5:] + second[:7] + second[8:15] + second[18:29], second[29]),
    }
    chinese = first[2:5] == "CHN"
    return _document(
        kind=CHINESE_KINDS.get(code, DocumentKind.OTHER) if chinese else DocumentKind.OTHER,
        code=code,
        issuer=first[2:5],
        number=number,
        names=third,
        nationality=second[15:18],
        birth=second[:6],
        sex=second[7],
        expiry=second[8:14],
        optional=optional + FILLER + second[18:29],
        wrong=_wrong(checks),
        today=today,
    )


def _is_exit_entry(first: str) -> bool:
    """Whether the first line is code, number, expiry and birth; the last three with digits."""
    return first[2:5] != "CHN" and all(
        check_digit(first[at : at + size]) == first[at + size] for at, size in _PLACES
    )


_PLACES: Final = ((2, NUMBER_SIZE), (13, 6), (21, 6))


def _exit_entry_permit(first: str, code: str, today: date) -> TravelDocument:
    """The other lines mix pinyin with an encoding of the Chinese name: names must be typed."""
    return _document(
        kind=CHINESE_KINDS[code],
        code=code,
        issuer="CHN",
        number=first[2:11],
        names="",
        nationality="",
        birth=first[21:27],
        sex="",
        expiry=first[13:19],
        optional="",
        wrong=set(),
        today=today,
    )


def _wrong(checks: dict[str, tuple[str, str]]) -> set[str]:
    """The fields whose digit is wrong; when only the digit over all is, none of them is sure."""
    wrong = {name for name, (text, digit) in checks.items() if check_digit(text) != digit}
    return set(checks) - {"whole"} if wrong == {"whole"} else wrong - {"whole"}


def _document(
    *,
    kind: DocumentKind,
    code: str,
    issuer: str,
    number: str,
    names: str,
    nationality: str,
    birth: str,
    sex: str,
    expiry: str,
    optional: str,
    wrong: Iterable[str],
    today: date,
) -> TravelDocument:
    surname, _, given_names = names.partition(FILLER * 2)
    born, until = birth_of(birth, today), expiry_of(expiry, today)
    unsure = set(wrong)
    unsure |= {"birth"} if born is None else set()
    unsure |= {"valid_until"} if until is None else set()
    unsure |= {"sex"} if sex not in SEXES else set()
    unsure |= {"number"} if not number.strip(FILLER) else set()
    # The last letter of a full line means that the name may have been cut (9303-3, section 4.6).
    maybe_cut = bool(names) and names[-1] != FILLER
    if not surname.strip(FILLER) or maybe_cut or set(names) & DIGITS:
        unsure.add("surname")
    return TravelDocument(
        kind=kind,
        code=code,
        issuer=issuer.rstrip(FILLER),
        number=number.rstrip(FILLER),
        surname=_spaced(surname),
        given_names=_spaced(given_names),
        nationality=nationality.rstrip(FILLER),
        birth=born,
        sex=SEXES.get(sex, Sex.UNKNOWN),
        valid_until=until,
        optional=_spaced(optional),
        needs_typing=frozenset(unsure),
    )


def _spaced(text: str) -> str:
    return " ".join(text.replace(FILLER, " ").split())
