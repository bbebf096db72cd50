"""The citizen number: published examples, and whatever else may come."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import id_number
from kiosk.domain.identity import Sex


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_standards_own_examples_are_valid(number: str) -> None:
    assert id_number.is_valid(number)


@pytest.mark.parametrize(
    "number",
    [
        "230307196304054513",  # check digit
        "110105194912310021",
        "11010519491331002X",  # month 13
        "1101051949123100",
        "",
        "１１０１０５１９４９１２３１００２X",  # full-width digits
        "11010519491231002x",
    ],
)
def test_a_wrong_number_is_refused(number: str) -> None:
    assert not id_number.is_valid(number)


def test_birth_and_sex_are_in_the_number() -> None:
    assert id_number.birth_date("11010519491231002X") == date(1949, 12, 31)
    assert id_number.sex("11010519491231002X") is Sex.FEMALE


@given(st.text(max_size=30))
def test_no_text_makes_the_check_fail_badly(text: str) -> None:
    assert id_number.is_valid(text) in (True, False)


@given(st.text(min_size=3, max_size=20))
def test_the_masked_form_hides_at_least_a_character_and_keeps_the_length(text: str) -> None:
    masked = id_number.masked(text)
    assert len(masked) == len(text)
    assert "*" in masked


def test_the_masked_form_of_a_citizen_number_keeps_six_and_four() -> None:
    assert id_number.masked("11010519491231002X") == "110105********002X"
