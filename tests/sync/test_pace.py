"""What the terminal makes of the speed that it measured."""

import pytest

from sync.pace import LARGEST_CHUNK, SMALLEST_CHUNK, Pace


def measured(kbit: float) -> Pace:
    pace = Pace()
    pace.begin()
    pace.end(100_000, 100_000 * 8 / (kbit * 1000))
    return pace


def test_before_anything_is_known_it_begins_small_and_alone() -> None:
    pace = Pace()
    assert (pace.rate, pace.chunk(), pace.connections()) == (0, SMALLEST_CHUNK, 1)


@pytest.mark.parametrize(
    ("kbit", "connections"), [(64, 1), (255, 1), (257, 2), (511, 2), (520, 4), (10_000, 4)]
)
def test_connections_follow_the_rate(kbit: float, connections: int) -> None:
    assert measured(kbit).connections() == connections


def test_a_line_is_narrow_once_it_has_shown_that_one_connection_fills_it() -> None:
    assert not Pace().is_narrow
    assert measured(255).is_narrow
    assert not measured(257).is_narrow


def test_a_line_that_is_played_faster_counts_as_the_one_that_it_stands_for() -> None:
    pace = Pace(faster=20)
    pace.begin()
    pace.end(160_000, 1.0)
    assert pace.rate == 8_000


@pytest.mark.parametrize(
    ("kbit", "chunk"), [(8, SMALLEST_CHUNK), (512, 1_280_000), (100_000, LARGEST_CHUNK)]
)
def test_a_chunk_is_what_the_line_carries_in_twenty_seconds(kbit: float, chunk: int) -> None:
    assert measured(kbit).chunk() == chunk


def test_what_went_beside_counts_as_well() -> None:
    pace = Pace()
    for _ in range(2):
        pace.begin()
    pace.end(100_000, 1.0)
    assert pace.rate == 200_000


def test_a_small_request_tells_nothing_and_a_failure_halves() -> None:
    pace = measured(800)
    pace.begin()
    pace.end(2000, 1.0)
    assert pace.rate == 100_000
    pace.begin()
    pace.end(0, 0)
    assert pace.rate == 50_000
