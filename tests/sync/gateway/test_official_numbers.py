"""The number of the office: task code, day, serial."""

from datetime import UTC, date, datetime

import pytest

from sync.gateway import official_numbers
from sync.gateway.official_numbers import LENGTH, NumbersExhausted, official_number, task_code

CODE = "1222240199900001354002099001000"


def test_the_number_of_the_catalogues_example() -> None:
    # example_project_no of the item pension_enroll in the packaged catalogue
    number = official_number(CODE, date(2026, 12, 1), 1)
    assert number == "1222240199900001354002099001000202612010001"
    assert len(number) == LENGTH


def test_the_task_code_is_in_the_item_code() -> None:
    assert task_code(CODE + "01") == CODE


@pytest.mark.parametrize("code", ["", CODE[:-1], CODE[:-1] + "/", "办" * 33])
def test_a_code_that_is_too_short_or_strange_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="task code"):
        task_code(code)


def test_the_day_is_that_of_china() -> None:
    assert official_numbers.day_of(datetime(2026, 3, 4, 15, 59, tzinfo=UTC)) == date(2026, 3, 4)
    assert official_numbers.day_of(datetime(2026, 3, 4, 16, 0, tzinfo=UTC)) == date(2026, 3, 5)


def test_after_9999_there_is_none_until_tomorrow() -> None:
    assert official_number(CODE, date(2026, 3, 4), 9999).endswith("9999")
    with pytest.raises(NumbersExhausted):
        official_number(CODE, date(2026, 3, 4), 10_000)
