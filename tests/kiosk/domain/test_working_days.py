"""Days of an office, with known holidays and worked weekends of 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.configuration import Configuration, parse_configuration
from kiosk.domain.working_days import (
    PACKAGED,
    TimeLimit,
    calendar_of,
    limit_in,
    remaining,
)

DAYS_OF_2026 = st.dates(date(2026, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-04", True),  # a Sunday that is worked for New Year
        ("2026-02-14", True),  # a Saturday before the Spring Festival
        ("2026-02-16", False),  # a Monday of it
        ("2026-02-24", True),
        ("2026-02-28", True),
        ("2026-03-01", False),  # an ordinary Sunday
        ("2026-05-05", False),
        ("2026-05-09", True),
        ("2026-06-19", False),
        ("2026-10-07", False),
        ("2026-10-10", True),
    ],
)
def test_the_days_of_2026_are_as_published(day: str, works: bool) -> None:
    assert PACKAGED.works(date.fromisoformat(day)) is works


def test_a_year_has_as_many_working_days_as_holidays_leave() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    # 261 days from Monday to Friday; 13 legal holidays 2026 fall so that 248 days are worked.
    assert sum(map(PACKAGED.works, days)) == 248


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("15个工作日", TimeLimit(15, working=True)),
        ("30个日", TimeLimit(30, working=False)),
        ("30天", TimeLimit(30, working=False)),
        ("即时办结", None),
        ("", None),
    ],
)
def test_the_limit_is_read_in_the_guides_own_words(words: str, limit: TimeLimit | None) -> None:
    assert limit_in(words) == limit


def test_the_spring_festival_does_not_count() -> None:
    left = remaining(
        TimeLimit(5, working=True),
        accepted=date(2026, 2, 12),
        today=date(2026, 2, 13),
        calendar=PACKAGED,
    )
    # 13 (Friday), 14 (a worked Saturday), then the festival until the 23rd, 24, 25, 26.
    assert (left.last_day, left.left, left.certain) == (date(2026, 2, 26), 4, True)


def test_what_is_over_is_negative_and_the_last_day_is_nought() -> None:
    limit = TimeLimit(2, working=True)
    for today, left in ((date(2026, 3, 4), 0), (date(2026, 3, 9), -3)):
        told = remaining(limit, accepted=date(2026, 3, 2), today=today, calendar=PACKAGED)
        assert told.left == left


def test_plain_days_need_no_table() -> None:
    told = remaining(
        TimeLimit(30, working=False),
        accepted=date(2031, 1, 31),
        today=date(2031, 2, 1),
        calendar=PACKAGED,
    )
    assert (told.last_day, told.left, told.certain) == (date(2031, 3, 2), 29, True)


def test_a_year_nobody_told_about_is_not_certain() -> None:
    told = remaining(
        TimeLimit(20, working=True),
        accepted=date(2026, 12, 20),
        today=date(2026, 12, 21),
        calendar=PACKAGED,
    )
    assert told.last_day.year == 2027
    assert (told.untold, told.certain) == ((2027,), False)


def test_only_the_unknown_years_are_named() -> None:
    told = remaining(
        TimeLimit(20, working=True),
        accepted=date(2025, 12, 20),
        today=date(2026, 1, 5),
        calendar=PACKAGED,
    )
    assert (told.last_day.year, told.untold) == (2026, (2025,))


def test_the_synced_table_wins_over_the_packaged_one_year_by_year() -> None:
    file = b'{"version":"3","holidays":["2026-05-04","2027-01-01"],"working_days":["2026-05-10"]}'
    calendar = calendar_of(parse_configuration(file))
    assert calendar.years == {2026, 2027}
    assert calendar.works(date(2026, 5, 5))  # the packaged table has it as a holiday
    assert not calendar.works(date(2026, 5, 4))
    assert calendar.works(date(2026, 5, 10))
    assert not calendar.works(date(2026, 5, 9))
    only_next = calendar_of(Configuration(holidays=frozenset({date(2027, 1, 1)})))
    assert not only_next.works(date(2026, 10, 1))


@given(accepted=DAYS_OF_2026, days=st.integers(1, 60), later=st.integers(0, 90))
def test_days_used_and_days_left_are_the_limit(accepted: date, days: int, later: int) -> None:
    today = accepted + timedelta(days=later)
    told = remaining(
        TimeLimit(days, working=True), accepted=accepted, today=today, calendar=PACKAGED
    )
    used = sum(PACKAGED.works(accepted + timedelta(days=n)) for n in range(1, later + 1))
    assert used + told.left == days
    assert PACKAGED.works(told.last_day)
