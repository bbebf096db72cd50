"""Puts right what a camera misreads in a machine-readable zone, only where there is no doubt.

Places that hold nothing but letters or nothing but digits (Doc 9303 parts 3 to 5) decide O or 0 by
themselves. Where both may stand, the check digits decide, and only when exactly one reading of the
look-alikes satisfies every one of them; else the zone stays as it was read and `document_of` says
which field is in doubt.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from typing import Final

from devices.travel_document.mrz import (
    CHINESE_KINDS,
    DIGITS,
    FILLER,
    NUMBER_SIZE,
    TD1_LINE,
    TD3_LINE,
    check_digit,
)

# Look-alikes of OCR-B as cameras take them; the first of each pair is the letter.
PAIRS: Final = (("O", "0"), ("I", "1"), ("Z", "2"), ("S", "5"), ("B", "8"))
# G and 6 differ by ten, so no check digit tells them apart: they are never exchanged in a number.
_AS_DIGIT: Final = {**dict(PAIRS), "Q": "0", "D": "0", "L": "1", "G": "6"}
_AS_LETTER: Final = {**{digit: letter for letter, digit in PAIRS}, "6": "G"}
_OTHER: Final = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}
MOST_MISREAD: Final = 2  # in one number; of three the check digits would no longer be proof

# L: letters, D: digits, F: filler, ?: any. Doc 9303-4 section 4.2.2, 9303-5 section 4.2.2.
_TD3: Final = ("L" * TD3_LINE, "?" * 9 + "D" + "LLL" + "D" * 7 + "L" + "D" * 7 + "?" * 14 + "DD")
_TD1: Final = (
    "LLLLL" + "?" * 9 + "D" + "?" * 15,
    "D" * 7 + "L" + "D" * 7 + "LLL" + "?" * 11 + "D",
    "L" * TD1_LINE,
)
# The exit-entry permits' own first line: see mrz.py.
_EXIT_ENTRY: Final = ("LL" + "?" * 9 + "DF" + "D" * 7 + "F" + "D" * 7 + "??", "?" * 30, "?" * 30)
_LENGTH_SLACK: Final = 4  # fillers that may be lost or seen twice in a row of them


def repaired(lines: Sequence[str], unsure: Sequence[Collection[int]] = ()) -> str:
    """The zone of two or three lines as read, with what is beyond doubt put right, joined by "\\n".

    `unsure`: for each line the places that the reader itself was not sure of; without it every
    look-alike may be a mistake, and so less is beyond doubt. Never raises: lines that are no zone
    come back as they are.
    """
    kind = _kind_of(lines)
    if kind is None:
        return "\n".join(lines)
    size = len(kind[0])
    whole = [_right_length(line, size) for line in lines]
    if any(len(line) != size for line in whole):
        return "\n".join(lines)
    placed = [_placed(line, kinds) for line, kinds in zip(whole, kind, strict=True)]
    row = 1 if kind is _TD3 else 0  # the line with the number
    length_kept = row < len(unsure) and len(lines[row]) == size
    places = unsure[row] if length_kept else range(size)
    for candidate in _candidates(placed, kind, row, places):
        return "\n".join(candidate)
    return "\n".join(placed)


def _kind_of(lines: Sequence[str]) -> tuple[str, ...] | None:
    if len(lines) == len(_TD3):
        return _TD3
    if len(lines) != len(_TD1):
        return None
    code = "".join(_AS_LETTER.get(one, one) for one in lines[0][:2]).rstrip(FILLER)
    issuer = "".join(_AS_LETTER.get(one, one) for one in lines[0][2:5])
    return _EXIT_ENTRY if code in CHINESE_KINDS and issuer != "CHN" else _TD1


def _right_length(line: str, size: int) -> str:
    """Fillers of the longest row of them are added or taken away; more is not guessed."""
    missing = size - len(line)
    if not missing or abs(missing) > _LENGTH_SLACK:
        return line
    runs = [run for run in _runs(line) if run[1] - run[0] > max(2, -missing)]
    if not runs:
        return line
    first, last = max(runs, key=lambda run: run[1] - run[0])
    return line[:first] + FILLER * (last - first + missing) + line[last:]


def _runs(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for at in range(1, len(line) + 1):
        if at == len(line) or line[at] != line[start]:
            if line[start] == FILLER:
                yield start, at
            start = at


def _placed(line: str, kinds: str) -> str:
    """Letters where letters stand, digits where digits stand."""
    return "".join(_fitting(one, kind) for one, kind in zip(line, kinds, strict=True))


def _fitting(one: str, kind: str) -> str:
    if kind == "L":
        return _AS_LETTER.get(one, one)
    if kind == "D":
        return _AS_DIGIT.get(one, one)
    return FILLER if kind == "F" else one


def _candidates(
    lines: list[str], kind: tuple[str, ...], row: int, places: Collection[int]
) -> Iterator[list[str]]:
    """The one reading that all check digits agree with; nothing when there is none or several."""
    if _agrees(lines, kind):
        yield lines
        return
    open_places = [
        at
        for at, (one, sort) in enumerate(zip(lines[row], kind[row], strict=True))
        if sort == "?" and one in _OTHER and at in places
    ]
    most = 1 if kind is _EXIT_ENTRY else MOST_MISREAD  # it has no digit over all
    found = []
    for count in range(1, most + 1):
        for chosen in combinations(open_places, count):
            other = [_OTHER[one] if at in chosen else one for at, one in enumerate(lines[row])]
            tried = [*lines[:row], "".join(other), *lines[row + 1 :]]
            if _agrees(tried, kind):
                found.append(tried)
    if len(found) == 1:
        yield found[0]


def _agrees(lines: list[str], kind: tuple[str, ...]) -> bool:
    first, second = lines[0], lines[1]
    if kind is _EXIT_ENTRY:
        parts = [(first[2:11], first[11]), (first[13:19], first[19]), (first[21:27], first[27])]
    elif kind is _TD3:
        whole = second[:10] + second[13:20] + second[21:43]
        parts = [(second[:9], second[9]), (whole, second[43])]
    else:
        number, digit = first[5:14], first[14]
        if digit == FILLER and first[15] != FILLER:
            rest = first[15:].partition(FILLER)[0]
            number, digit = number + rest[:-1], rest[-1]
        whole = first[5:] + second[:7] + second[8:15] + second[18:29]
        parts = [(number, digit), (whole, second[29])]
    return all(digit in DIGITS and _digit(text) == digit for text, digit in parts)


def _digit(text: str) -> str:
    try:
        return check_digit(text)
    except ValueError:  # a letter that no zone has
        return ""


assert {len(line) for line in (*_TD1, *_EXIT_ENTRY)} == {TD1_LINE}
assert {len(line) for line in _TD3} == {TD3_LINE}
assert NUMBER_SIZE == 9  # noqa: PLR2004 - the layouts above say so in places
