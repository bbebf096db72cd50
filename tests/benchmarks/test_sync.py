"""The sync benchmark measures what it says: a race over a good line, and what counts as met."""

from pathlib import Path

import pytest

from tests.benchmarks.sync.contestants import Ours, post
from tests.benchmarks.sync.goals import GOALS, Goal
from tests.benchmarks.sync.race import Course, race
from tests.benchmarks.sync.work import work
from tests.counterparts.village_line import Weather, is_possible

GOOD_LINE = Course(weather=Weather(kbit=4000.0, delay=0.01), limit=60.0)


@pytest.mark.skipif(not is_possible(), reason="needs root and /dev/net/tun")
def test_ours_and_a_peer_send_the_same_and_are_looked_at_alike(tmp_path: Path) -> None:
    both = work(tmp_path, cases=2, text=3000, pages=1, page=20_000)
    for one, least in ((Ours(), both.payload - both.texts), (post(), both.payload)):
        run = race(one, both, GOOD_LINE)
        assert run.seconds is not None
        assert run.up.stream > least
        assert 1.0 < run.wire < 1.4
        assert run.requests >= 2
        assert run.cuts == 0


@pytest.mark.skipif(not is_possible(), reason="needs root and /dev/net/tun")
def test_who_is_not_done_in_time_is_not_done(tmp_path: Path) -> None:
    one = work(tmp_path, cases=1, text=3000, pages=1, page=20_000)
    dark = Course(weather=Weather(kbit=4000.0, up=0.01, down=60.0), limit=1.0)
    run = race(post(), one, dark)
    assert run.seconds is None
    assert run.of_line == 0.0
    assert not any(goal.is_met(None) for goal in GOALS)


@pytest.mark.parametrize(
    ("at_least", "value", "met"),
    [(True, 0.5, True), (True, 0.49, False), (False, 0.5, True), (False, 0.51, False)],
)
def test_a_goal_is_met_on_its_own_side(at_least: bool, value: float, met: bool) -> None:
    assert Goal("", lambda _: None, 0.5, at_least).is_met(value) is met
