"""The independent vectors of reference/cards.md section 8, and whatever else may come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import id_number
from kiosk.domain.foreigner_number import icao_check_digit, is_valid, is_valid_permit

CITIZENS = ("11010519491231002X", "440524188001010014")
FOREIGNERS = ("KAZ110090123105", "911398199012310021")
PERMITS = ("810000198105040015", "830000198001010018")


@pytest.mark.parametrize("number", CITIZENS)
def test_valid_numbers_of_citizens(number: str) -> None:
    assert id_number.is_valid(number)
    assert not is_valid(number)
    assert not is_valid_permit(number)


def test_an_invalid_number_of_a_citizen() -> None:
    assert not id_number.is_valid("230307196304054513")


@pytest.mark.parametrize("number", FOREIGNERS)
def test_valid_numbers_of_foreigners(number: str) -> None:
    assert is_valid(number)


@pytest.mark.parametrize(
    "number",
    [
        "KAZ110090123107",  # check digit
        "911398199012310022",
        "KAA110090123105",  # no such country
        "KAA110090123100",  # with the check digit that it would have
        "999398199012310021",  # no such province
        "911398199002310021",  # 31 February
        "KAZ110090023105",
        "kaz110090123105",
        "KAZ1100901231O5",
        "",
    ],
)
def test_invalid_numbers_of_foreigners(number: str) -> None:
    assert not is_valid(number)


@pytest.mark.parametrize("number", PERMITS)
def test_valid_numbers_of_permits(number: str) -> None:
    assert is_valid_permit(number)
    assert id_number.is_valid(number)


@pytest.mark.parametrize("number", ["810000198105040016", "840000198105040015", "8100001981050400"])
def test_invalid_numbers_of_permits(number: str) -> None:
    assert not is_valid_permit(number)


def test_each_refusal_has_the_reason_that_the_vector_names() -> None:
    # Everything but the named part is right.
    assert icao_check_digit("KAA11009012310") == "0"
    assert icao_check_digit("KAZ11009012310") == "5"
    for body in ("99939819901231002", "91139819900231002"):
        assert not is_valid(body + id_number.check_character(body))


@pytest.mark.parametrize("number", ["USA110080010111", "911840198001010013"])
def test_the_numbers_of_the_sample_cards_are_valid(number: str) -> None:
    assert is_valid(number)


@given(st.text(max_size=20) | st.from_regex(r"[A-Z]{3}\d{12}|9\d{17}", fullmatch=True))
def test_no_text_makes_the_checks_fail(number: str) -> None:
    assert is_valid(number) in (True, False)
    assert is_valid_permit(number) in (True, False)
