"""Soon after the own line failed, spread over a window after the gateway did."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.fault import Fault
from sync.return_policy import FIRST_WINDOW, LINE_AGAIN, LINE_FAULTS, WINDOW, ReturnPolicy

NOW = datetime(2026, 11, 27, 8, 0, 12, tzinfo=UTC)
DOWN = Fault.GATEWAY_DOWN


@pytest.mark.parametrize("fault", sorted(LINE_FAULTS))
def test_a_line_that_is_back_is_noticed_within_seconds(fault: Fault) -> None:
    policy = ReturnPolicy("a")
    for _ in range(100):
        wait = policy.wait(fault, None, NOW)
        assert wait is not None
        assert LINE_AGAIN[0] <= wait <= LINE_AGAIN[1]


def test_nothing_presses_when_all_is_well_or_no_try_can_help() -> None:
    policy = ReturnPolicy("a")
    for fault in (None, Fault.GATEWAY_FOREIGN, Fault.GATEWAY_REFUSED, Fault.CLOCK_WRONG):
        assert policy.wait(fault, None, NOW) is None


def test_each_terminal_has_a_moment_of_its_own_in_the_window() -> None:
    moments: Counter[int] = Counter()
    for number in range(12_000):
        policy = ReturnPolicy(f"22{number:010d}-01")
        first = policy.wait(DOWN, None, NOW)
        second = policy.wait(DOWN, None, NOW)
        assert first is not None
        assert second is not None
        assert LINE_AGAIN[0] <= first <= FIRST_WINDOW + LINE_AGAIN[0]
        assert LINE_AGAIN[0] <= second <= WINDOW + LINE_AGAIN[0]
        moments[int(second)] += 1
    assert max(moments.values()) <= 50
    assert len(moments) > 0.95 * WINDOW


def test_the_moment_stays_the_same_however_long_it_lasts() -> None:
    policy = ReturnPolicy("a")
    policy.wait(DOWN, None, NOW)
    first = policy.wait(DOWN, None, NOW)
    assert first is not None
    # A timer that fires a little early does not make it come twice.
    again = policy.wait(DOWN, None, NOW + timedelta(seconds=first - 0.01))
    assert again == pytest.approx(WINDOW + 0.01)
    assert policy.wait(DOWN, None, NOW + timedelta(seconds=first + 5)) == pytest.approx(WINDOW - 5)


def test_a_gateway_that_was_there_again_makes_the_window_short_again() -> None:
    policy = ReturnPolicy("a")
    policy.wait(DOWN, None, NOW)
    policy.wait(None, None, NOW)
    wait = policy.wait(DOWN, None, NOW)
    assert wait is not None
    assert wait <= FIRST_WINDOW + LINE_AGAIN[0]


def test_what_our_gateway_names_is_kept_to_the_second() -> None:
    wait = ReturnPolicy("a").wait(Fault.GATEWAY_BUSY, 421, NOW)
    assert wait is not None
    assert 421 <= wait <= 422


def test_what_a_server_in_between_names_to_all_is_spread() -> None:
    waits = [
        ReturnPolicy(f"{number}").wait(Fault.PROXY_IN_BETWEEN, 300, NOW) for number in range(100)
    ]
    assert all(wait is not None and 300 <= wait <= 300 + FIRST_WINDOW + 2 for wait in waits)
    assert len({int(wait) for wait in waits if wait is not None}) > 30
