"""Chance plays terminal, line and office; whatever happens, each case arrives once and is known."""

from tests.matrix.simulation import play, stories

# One seed takes about 30 ms with real SQLite files in memory, so 10,000 of them take minutes:
# ./run matrix simulation. Here as many as fit into a few seconds.
SEEDS = 100


def test_whoever_dies_and_whatever_the_line_loses_every_safe_case_arrives_once() -> None:
    problems, deaths, lost = play(range(SEEDS))
    assert problems == []
    assert deaths > SEEDS
    assert lost > SEEDS


def test_the_same_seed_tells_the_same_story() -> None:
    assert play(range(5)) == play(range(5))


def test_a_terminal_that_takes_sent_for_received_is_found_out() -> None:
    with stories(hopeful=True) as world:
        assert any(world.play(seed) for seed in range(20))
