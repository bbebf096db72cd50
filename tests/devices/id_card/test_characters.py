"""Which characters count as readable, and which eight digits are a date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.id_card.characters import all_readable, date_of


@pytest.mark.parametrize("text", ["", "王䶮", "𠅤", "测试·努尔", "O'NEIL, ÉVA", "\U000313c0"])
def test_characters_of_names_are_readable(text: str) -> None:
    assert all_readable(text)


@pytest.mark.parametrize("text", ["\ufffd", "\ue863", "\U000f0001", "\x00", "\uffff"])
def test_broken_and_private_characters_are_not(text: str) -> None:
    assert not all_readable(f"王{text}")


def test_half_a_character_is_not_readable() -> None:
    assert not all_readable("王" + chr(0xD840))


def test_only_eight_digits_that_name_a_day_are_a_date() -> None:
    assert date_of("20240229") == date(2024, 2, 29)
    for wrong in ("20230229", "2024022", "202402290", "2024-2-9", "٢٠٢٤٠٢٢٩", "00000101", ""):
        assert date_of(wrong) is None


@given(st.text(max_size=10))
def test_no_text_makes_either_fail(text: str) -> None:
    all_readable(text)
    date_of(text)
