"""What a camera misreads in a zone: put right where beyond doubt, else left as it was."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from devices.device import DeviceError
from devices.travel_document.api import TravelDocument
from devices.travel_document.mrz import ALPHABET, check_digit, document_of
from devices.travel_document.specimens import EVERY_ZONE, HMT_RESIDENT, LONG_NUMBER_CARD, PASSPORT
from devices.travel_document.zone_repair import PAIRS, repaired

TODAY = date(2026, 5, 12)
OTHER = {a: b for a, b in PAIRS} | {b: a for a, b in PAIRS}


def changed(zone: str, places: dict[tuple[int, int], str]) -> list[str]:
    lines = [list(line) for line in zone.split("\n")]
    for (row, at), letter in places.items():
        lines[row][at] = letter
    return ["".join(line) for line in lines]


@pytest.mark.parametrize("zone", EVERY_ZONE)
def test_a_zone_without_a_mistake_stays(zone: str) -> None:
    assert repaired(zone.split("\n")) == zone


def test_letters_and_digits_go_where_they_belong() -> None:
    read = changed(PASSPORT, {(0, 4): "0", (1, 12): "0", (1, 15): "O", (1, 17): "I", (1, 42): "I"})
    assert repaired(read) == PASSPORT


def test_a_number_is_put_right_by_its_digit_and_the_one_over_all() -> None:
    read = changed(PASSPORT, {(1, 1): "B"})  # L898902C3
    assert repaired(read) != PASSPORT  # several readings agree: which one is not known
    assert repaired(read, [{0}, {1}]) == PASSPORT
    read = changed(HMT_RESIDENT, {(0, 7): "Z"})
    assert repaired(read, [{7}, set(), set()]) == HMT_RESIDENT
    read = changed(LONG_NUMBER_CARD, {(0, 6): "Z", (0, 10): "S"})
    assert repaired(read, [{6, 10}, set(), set()]) == LONG_NUMBER_CARD


def test_lost_fillers_come_back() -> None:
    first, second = PASSPORT.split("\n")
    assert repaired([first[:-2], second]) == PASSPORT
    assert repaired([first + "<", second]) == PASSPORT


def test_a_letter_that_is_gone_is_not_made_up() -> None:
    first, second = PASSPORT.split("\n")
    read = [first, second[:3] + second[4:]]
    document = _judged(repaired(read))
    assert document is None or document.needs_typing


@pytest.mark.parametrize("lines", [(), ("",), ("", ""), ("", "", ""), ("A", "B", "C", "D")])
def test_what_is_no_zone_comes_back(lines: tuple[str, ...]) -> None:
    assert repaired(lines) == "\n".join(lines)


@st.composite
def passports(draw: st.DrawFn) -> str:
    letters = st.text(ALPHABET[10:], min_size=1, max_size=8)
    names = f"{draw(letters)}<<{draw(letters)}"
    number = draw(st.text(ALPHABET, min_size=9, max_size=9))
    birth = f"{draw(st.integers(40, 99)):02}{draw(st.integers(1, 12)):02}15"
    until = f"{draw(st.integers(27, 36)):02}{draw(st.integers(1, 12)):02}15"
    optional = draw(st.text(ALPHABET + "<", max_size=14)).ljust(14, "<")
    parts = [number, birth, until, optional]
    number, birth, until, optional = (part + check_digit(part) for part in parts)
    whole = check_digit(number + birth + until + optional)
    sex = draw(st.sampled_from("MF<"))
    return f"P<CHN{names:<<39}\n{number}CHN{birth}{sex}{until}{optional}{whole}"


@given(passports(), st.data())
def test_up_to_two_look_alikes_are_put_right_or_flagged(zone: str, data: st.DataObject) -> None:
    second = zone.split("\n")[1]
    alike = [at for at, one in enumerate(second) if one in OTHER and at not in range(10, 13)]
    places = data.draw(st.lists(st.sampled_from(alike or [0]), max_size=2, unique=True))
    read = changed(zone, {(1, at): OTHER.get(second[at], second[at]) for at in places})
    before = _judged("\n".join(read))
    assume(before is None or before.needs_typing)  # two mistakes may cancel out: nobody can tell
    came = repaired(read, [set(), places] if data.draw(st.booleans()) else [])
    if came == zone:
        return
    document = _judged(came)
    assert document is None or document.needs_typing


@given(
    st.lists(st.text(ALPHABET + "<", max_size=50), max_size=4)
    | st.lists(st.text(ALPHABET + "<", min_size=44, max_size=44), min_size=2, max_size=2)
    | st.lists(st.text(ALPHABET + "<", min_size=30, max_size=30), min_size=3, max_size=3)
    | st.lists(st.text(max_size=50), max_size=4)
)
def test_any_lines_give_a_zone_or_a_device_error(lines: list[str]) -> None:
    came = repaired(lines)
    assert came.count("\n") >= max(0, len(lines) - 1)
    _judged(came)


def _judged(zone: str) -> TravelDocument | None:
    try:
        return document_of(zone, TODAY)
    except DeviceError:
        return None
