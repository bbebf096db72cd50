"""Chance plays terminal, line and office; whatever happens, each case arrives once and is known."""

import multiprocessing

import pytest

from tests.matrix.simulation import CARELESS, SEEDS, found_out, play_side_by_side, stories_of

FEW = range(40)


@pytest.mark.timeout(600)  # two processes; 40 s where nothing else runs
def test_whoever_dies_and_whatever_the_line_loses_every_safe_case_arrives_once() -> None:
    outcome = play_side_by_side(range(SEEDS))
    assert outcome.broken == []
    assert outcome.seeds == SEEDS
    assert outcome.deaths > SEEDS // 4
    assert outcome.lost > SEEDS
    assert outcome.safe > SEEDS


def test_the_same_seed_tells_the_same_story_whoever_tells_it() -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as here, context.Pool(1) as there:
        told = [pool.apply(stories_of, (FEW,)) for pool in (here, there)]
    assert told[0] == told[1]
    assert len({str(story) for story in told[0]}) > len(FEW) // 2


@pytest.mark.logs_expected  # a full disk is part of the play
@pytest.mark.parametrize("what", CARELESS)
def test_whoever_is_careless_is_found_out(what: str) -> None:
    assert found_out(CARELESS[what]) is not None
