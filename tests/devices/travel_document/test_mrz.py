"""Zones of passports and cards: specimens of Doc 9303, Chinese permits, broken and hostile ones."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.device import DeviceError
from devices.travel_document.api import AccessKey, DocumentKind
from devices.travel_document.mrz import (
    access_key_of,
    birth_of,
    check_digit,
    document_of,
    expiry_of,
)
from devices.travel_document.specimens import (
    CARD,
    CHINESE_PASSPORT,
    EVERY_ZONE,
    HMT_RESIDENT,
    LONG_NUMBER_CARD,
    PASSPORT,
    TO_HONG_KONG_MACAO,
)
from kiosk.domain.fault import Fault
from kiosk.domain.identity import Sex

TODAY = date(2026, 11, 28)
LETTERS = "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def fault_of(zone: str) -> Fault:
    with pytest.raises(DeviceError) as caught:
        document_of(zone, TODAY)
    return caught.value.fault


@pytest.mark.parametrize(
    ("zone", "kind", "number"),
    [
        (PASSPORT, DocumentKind.PASSPORT, "L898902C3"),
        (CARD, DocumentKind.OTHER, "D23145890"),
    ],
)
def test_the_specimens_of_the_standard_are_read(zone: str, kind: DocumentKind, number: str) -> None:
    document = document_of(zone, TODAY)
    assert document.needs_typing == frozenset()
    assert (document.kind, document.number, document.issuer) == (kind, number, "UTO")
    assert (document.surname, document.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert (document.birth, document.valid_until) == (date(1974, 8, 12), date(2012, 4, 15))
    assert (document.sex, document.nationality) == (Sex.FEMALE, "UTO")
    assert document.optional == ("ZE184226B" if zone is PASSPORT else "")


def test_a_number_of_more_than_nine_letters_goes_on_in_the_next_field() -> None:
    document = document_of(LONG_NUMBER_CARD, TODAY)
    assert (document.number, document.needs_typing) == ("D23145890734", frozenset())
    assert (document.birth, document.valid_until) == (date(1934, 7, 12), date(1995, 7, 12))
    assert access_key_of(LONG_NUMBER_CARD, TODAY) == AccessKey("D23145890734", "340712", "950712")


@pytest.mark.parametrize(
    ("zone", "kind", "number"),
    [
        (CHINESE_PASSPORT, DocumentKind.PASSPORT, "EA1234567"),
        (HMT_RESIDENT, DocumentKind.HMT_RESIDENT, "H12345678"),
        (TO_HONG_KONG_MACAO, DocumentKind.TO_HONG_KONG_MACAO, "CA0000001"),
        (TO_HONG_KONG_MACAO.replace("CS", "CD", 1), DocumentKind.TO_TAIWAN, "CA0000001"),
        (TO_HONG_KONG_MACAO.replace("CS", "CT", 1), DocumentKind.TAIWAN_RESIDENT, "CA0000001"),
    ],
)
def test_chinese_documents_are_told_apart(zone: str, kind: DocumentKind, number: str) -> None:
    document = document_of(zone, TODAY)
    assert (document.kind, document.number, document.issuer) == (kind, number, "CHN")
    assert (document.birth, document.valid_until) == (date(1981, 5, 4), date(2033, 8, 31))
    key = AccessKey(number, "810504", "330831")
    assert access_key_of(zone, TODAY) == key


def test_names_that_a_permit_mixes_with_an_encoding_must_be_typed() -> None:
    document = document_of(TO_HONG_KONG_MACAO, TODAY)
    assert (document.surname, document.given_names) == ("", "")
    assert document.needs_typing == {"surname", "sex"}


@pytest.mark.parametrize(
    ("wrong", "right", "unsure"),
    [
        ("L898902C36", "L898902C46", {"number"}),
        ("7408122F", "7408132F", {"birth"}),
        ("1204159", "1204169", {"valid_until"}),
        ("ZE184226B", "ZE184226D", {"optional"}),
        ("<<<<<10", "<<<<<11", {"number", "birth", "valid_until", "optional"}),
        ("2F1", "2X1", {"sex"}),
        ("ERIKSSON", "ER1KSSON", {"surname"}),
    ],
)
def test_a_wrong_letter_is_flagged_where_it_is(wrong: str, right: str, unsure: set[str]) -> None:
    spoilt = PASSPORT.replace(wrong, right)
    assert spoilt != PASSPORT
    assert document_of(spoilt, TODAY).needs_typing >= unsure
    if unsure & {"number", "birth", "valid_until"}:
        with pytest.raises(DeviceError):
            access_key_of(spoilt, TODAY)


def test_a_name_that_fills_its_line_may_have_been_cut() -> None:
    full = PASSPORT.replace("<<<<<<<<<<<<<<<<<<<\n", "ABCDEFGHIJKLMNOPQRS\n")
    assert "surname" in document_of(full, TODAY).needs_typing


@pytest.mark.parametrize("zone", ["", "P<UTO", CARD[:-1], PASSPORT.lower(), PASSPORT + "<", "护照"])
def test_what_is_no_zone_is_unreadable(zone: str) -> None:
    assert fault_of(zone) is Fault.CARD_UNREADABLE


@pytest.mark.parametrize("zone", ["V" + PASSPORT[1:], "X" + CARD[1:]])
def test_other_documents_are_told_as_unknown(zone: str) -> None:
    assert fault_of(zone) is Fault.CARD_KIND_UNKNOWN


def test_a_permit_whose_digits_do_not_agree_is_not_guessed() -> None:
    assert fault_of(TO_HONG_KONG_MACAO.replace("810504", "810505")) is Fault.CARD_UNREADABLE


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("260101", date(2026, 1, 1)),
        ("261128", TODAY),
        ("261129", date(1926, 11, 29)),
        ("491231", date(1949, 12, 31)),
        ("000229", date(2000, 2, 29)),
        ("740230", None),
        ("74<<<<", None),
        ("", None),
    ],
)
def test_a_birth_is_never_in_the_future(digits: str, day: date | None) -> None:
    assert birth_of(digits, TODAY) == day


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("120415", date(2012, 4, 15)),
        ("940623", date(1994, 6, 23)),
        ("330831", date(2033, 8, 31)),
        ("760101", date(2076, 1, 1)),
        ("770201", date(1977, 2, 1)),
        ("330230", None),
    ],
)
def test_an_expiry_is_near_to_today(digits: str, day: date | None) -> None:
    assert expiry_of(digits, TODAY) == day


def test_check_digits_are_those_of_the_standard() -> None:
    assert (check_digit("L898902C<"), check_digit("690806"), check_digit("940623")) == (
        "3",
        "1",
        "6",
    )
    assert check_digit("520727") == "3"  # example of Doc 9303-3 section 4.9 (recalled)
    # The old number of foreigners follows the same rule: reference/cards.md section 8.
    assert check_digit("KAZ11009012310") == "5"


def test_nothing_personal_is_printed() -> None:
    shown = repr(document_of(PASSPORT, TODAY)) + repr(access_key_of(PASSPORT, TODAY))
    assert not any(part in shown for part in ("ERIKSSON", "ANNA", "L898902C", "7408", "1974"))


@given(
    st.one_of(
        st.text(max_size=100),
        st.text(LETTERS, min_size=88, max_size=90),
        st.tuples(
            st.sampled_from(EVERY_ZONE),
            st.lists(st.tuples(st.integers(0, 91), st.sampled_from(LETTERS)), max_size=6),
        ).map(lambda given: spoilt(*given)),
    )
)
def test_no_zone_makes_the_reading_fail(zone: str) -> None:
    for read in (document_of, access_key_of):
        try:
            read(zone, TODAY)
        except DeviceError as error:
            assert error.fault in (Fault.CARD_UNREADABLE, Fault.CARD_KIND_UNKNOWN)  # noqa: PT017


def spoilt(zone: str, changes: list[tuple[int, str]]) -> str:
    """The zone with some letters put in place of others."""
    letters = list(zone)
    for at, letter in changes:
        letters[at % len(letters)] = letter
    return "".join(letters)
