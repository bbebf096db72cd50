"""A terminal that is alone for too long, or has too much unsent, warns long before it stops."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.configuration import Configuration
from kiosk.domain.standing import BUILT, Heard, Level, Reason, Standing, believed, standing_of

DAY = timedelta(days=1)
START = BUILT + 100 * DAY
HEARD = Heard(first_start=START - 50 * DAY, last_heard=START, catalog_confirmed_at=START)
WRONG_CLOCKS = {
    "1970": datetime(1970, 1, 1, tzinfo=UTC),
    "a day back": START - DAY,
    "ten years ahead": START + 3650 * DAY,
}


def standing(
    now: datetime = START,
    heard: Heard = HEARD,
    unsent: int = 0,
    oldest: datetime | None = None,
    configuration: Configuration = Configuration(),  # noqa: B008 - frozen
) -> Standing:
    return standing_of(
        now=now,
        heard=heard,
        unsent=unsent,
        oldest_unsent=oldest,
        configuration=configuration,
    )


@pytest.mark.parametrize(
    ("days", "level", "left"),
    [
        (0, Level.FINE, 5),
        (1.9, Level.FINE, 4),
        (2, Level.WARNED, 3),
        (4.9, Level.WARNED, 1),
        (5, Level.FROZEN, 0),
        (400, Level.FROZEN, 0),
    ],
)
def test_days_without_a_catalogue_warn_and_then_freeze(
    days: float, level: Level, left: int
) -> None:
    found = standing(START + days * DAY)
    assert (found.level, found.days_left) == (level, left)
    assert found.reasons == (() if level is Level.FINE else (Reason.CATALOG_OLD,))


@pytest.mark.parametrize(
    ("unsent", "level", "left"),
    [
        (49, Level.FINE, 51),
        (50, Level.WARNED, 50),
        (99, Level.WARNED, 1),
        (100, Level.FROZEN, 0),
        (5000, Level.FROZEN, 0),
    ],
)
def test_unsent_cases_warn_and_then_freeze(unsent: int, level: Level, left: int) -> None:
    found = standing(unsent=unsent)
    assert (found.level, found.cases_left) == (level, left)
    assert found.reasons == (() if level is Level.FINE else (Reason.MANY_UNSENT,))


def test_the_gravest_reason_comes_first() -> None:
    found = standing(START + 3 * DAY, unsent=100)
    assert found.level is Level.FROZEN
    assert found.reasons == (Reason.MANY_UNSENT, Reason.CATALOG_OLD)


def test_the_province_may_set_other_limits() -> None:
    patient = Configuration(warn_days=20, stop_days=30, warn_unsent=500, stop_unsent=1000)
    assert standing(START + 19 * DAY, unsent=499, configuration=patient).level is Level.FINE
    assert standing(START + 30 * DAY, configuration=patient).level is Level.FROZEN


def test_who_never_heard_anything_counts_from_the_first_start() -> None:
    alone = Heard(first_start=START, latest=START)
    assert standing(START + DAY, alone).level is Level.FINE
    assert standing(START + 2 * DAY, alone).level is Level.WARNED
    assert standing(START + 5 * DAY, alone).level is Level.FROZEN
    assert standing(START, Heard()).level is Level.FINE


def test_a_gateway_that_has_a_newer_catalogue_does_not_make_the_old_one_young() -> None:
    heard = Heard(first_start=START, last_heard=START + 6 * DAY, catalog_confirmed_at=START)
    assert standing(START + 6 * DAY, heard).reasons == (Reason.CATALOG_OLD,)


@pytest.mark.parametrize("clock", WRONG_CLOCKS)
@pytest.mark.parametrize(
    ("days", "level"), [(0, Level.WARNED), (3, Level.WARNED), (5, Level.FROZEN)]
)
def test_a_wrong_clock_neither_freezes_nor_frees(clock: str, days: int, level: Level) -> None:
    seen = START + days * DAY
    heard = Heard(START, START, START, latest=seen)
    found = standing(WRONG_CLOCKS[clock], heard)
    assert found.level is level
    assert Reason.CLOCK_WRONG in found.reasons
    assert (Reason.CATALOG_OLD in found.reasons) == (days >= 2)
    assert standing(seen, heard).reasons == found.reasons[:-1]


@pytest.mark.parametrize("clock", ["1970", "a day back"])
def test_too_much_unsent_freezes_whatever_the_clock_says(clock: str) -> None:
    found = standing(WRONG_CLOCKS[clock], unsent=100)
    assert found.level is Level.FROZEN
    assert found.reasons == (Reason.MANY_UNSENT, Reason.CLOCK_WRONG)


def test_a_terminal_that_was_first_started_in_1970_is_not_frozen_when_its_clock_is_set() -> None:
    born = WRONG_CLOCKS["1970"]
    assert standing(START, Heard(born, born, born, born)).level is Level.FINE


def test_a_clock_that_is_set_right_by_some_minutes_is_no_fault() -> None:
    heard = Heard(START, START, START, latest=START + timedelta(minutes=4))
    assert standing(START, heard).level is Level.FINE


def test_a_case_that_waits_for_days_warns_but_never_freezes() -> None:
    found = standing(unsent=1, oldest=START - 300 * DAY)
    assert (found.level, found.reasons) == (Level.WARNED, (Reason.LONG_UNSENT,))
    assert standing(unsent=1, oldest=START - DAY).level is Level.FINE


MOMENTS = st.integers(0, 130 * 365).map(lambda days: WRONG_CLOCKS["1970"] + days * DAY)
KNOWN = st.builds(Heard, *[st.none() | MOMENTS] * 4)


@given(now=MOMENTS, heard=KNOWN, unsent=st.integers(0, 300), oldest=st.none() | MOMENTS)
def test_any_clock_gives_a_standing_that_fits_its_reasons(
    now: datetime, heard: Heard, unsent: int, oldest: datetime | None
) -> None:
    found = standing(now, heard, unsent, oldest)
    assert (found.level is Level.FINE) == (not found.reasons)
    assert len(set(found.reasons)) == len(found.reasons)
    frozen = found.days_left == 0 or found.cases_left == 0
    assert (found.level is Level.FROZEN) == frozen
    moment = believed(now, heard)
    assert moment is None or moment >= BUILT
