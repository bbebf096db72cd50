"""The number on the slip."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import receipt_number

NUMBER = receipt_number.receipt_number(
    site="222401001001", terminal="01", day=date(2026, 11, 23), serial=7
)


def test_a_number_is_valid_and_says_where_and_when() -> None:
    assert NUMBER.startswith("222401001001012611230007")
    assert receipt_number.is_valid(NUMBER)
    assert receipt_number.grouped(NUMBER).startswith("222401001001-01-261123-0007")
    assert receipt_number.plain(f" {receipt_number.grouped(NUMBER).lower()}\n") == NUMBER


# ISO 7064 MOD 37,36: four public certificate identifiers, of which three agree (domain.md 3.6);
# here the example of the standard's own alphabet.
def test_the_check_character_of_a_known_string() -> None:
    assert receipt_number.check_character("A12425GABC1234002") == "M"


@given(st.integers(0, 24), st.sampled_from(receipt_number.ALPHABET))
def test_one_wrong_character_is_noticed(place: int, character: str) -> None:
    wrong = NUMBER[:place] + character + NUMBER[place + 1 :]
    assert receipt_number.is_valid(wrong) == (wrong == NUMBER)


@given(st.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    assert receipt_number.is_valid(text) in (True, False)


@pytest.mark.parametrize("serial", [0, 10_000])
def test_a_serial_that_does_not_fit_is_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        receipt_number.receipt_number(
            site="222401001001", terminal="01", day=date(2026, 11, 23), serial=serial
        )
