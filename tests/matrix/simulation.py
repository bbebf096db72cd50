"""Plays both state machines with chance as the world: the same seed gives the same story."""

import gc
import logging
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from tests.matrix.small_images import images
from tests.matrix.small_promises import broken
from tests.matrix.small_world import AS_IT_IS, Careless, SmallWorld
from tests.matrix.story import Story
from tests.matrix.tally import CONTROL, Tally, other

LIKELY = 0.012  # death at each place that is passed
SEEDS_AT_ONCE = 1250
SEEDS = 10_000
ENOUGH = 400  # seeds, within which every careless world gives itself away
CARELESS = {
    "takes sent for received": Careless(hopeful=True),
    "answers before its commit": Careless(answers_early=True),
    "does not sync parts": Careless(forgets="part"),
    "does not sync packs": Careless(forgets="pack"),
}


@dataclass
class Outcome:
    """What became of some seeds."""

    seeds: int = 0
    deaths: int = 0
    lost: int = 0  # requests and answers
    safe: int = 0  # cases that the terminal called so
    broken: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Count those too."""
        self.seeds += other.seeds
        self.deaths += other.deaths
        self.lost += other.lost
        self.safe += other.safe
        self.broken += other.broken


class Stage:
    """One world, and the seeds that are played on it one after another."""

    def __init__(self, careless: Careless) -> None:
        self.world = SmallWorld(careless)
        self.world.prepared(images())

    def play(self, seed: int) -> tuple[Story, list[str]]:
        """The story of that seed, and what did not hold in its end."""
        chance = Random(seed)
        self.world.begin(chance, likely=LIKELY)
        story = Story(self.world, chance)
        story.play()
        return story, [f"seed {seed}: {problem}" for problem in broken(story)]

    def play_all(self, seeds: Sequence[int]) -> Outcome:
        """All of them."""
        outcome = Outcome()
        world = self.world
        gc.collect()
        gc.disable()  # a tenth of the time; a lot of seeds leaves little behind
        for seed in seeds:
            story, problems = self.play(seed)
            died = world.terminal.danger.deaths + world.office.danger.deaths
            outcome.add(Outcome(1, died, world.line.lost, len(story.safe), problems))
        gc.enable()
        return outcome


@contextmanager
def stage(careless: Careless = AS_IT_IS) -> Iterator[Stage]:
    """Within, the small world stands in for the real one."""
    made = Stage(careless)
    with made.world.in_place():
        yield made


def found_out(careless: Careless) -> int | None:
    """The first seed whose story does not end well with somebody so careless."""
    with stage(careless) as made:
        return next((seed for seed in range(ENOUGH) if made.play(seed)[1]), None)


def play(seeds: Sequence[int]) -> Outcome:
    """These seeds, in a process of their own."""
    logging.disable()  # a full disk is part of the play
    with stage() as made:
        return made.play_all(seeds)


def stories_of(seeds: Sequence[int]) -> list[tuple[list[str], int, int]]:
    """For each seed what happened, deaths and losses; in a process of their own."""
    logging.disable()
    told = []
    with stage() as made:
        for seed in seeds:
            story, _ = made.play(seed)
            office, line = made.world.office, made.world.line
            told.append((story.told, office.danger.deaths, line.lost))
    return told


def play_side_by_side(seeds: range) -> Outcome:
    """Any number, on two processors."""
    outcome = Outcome()
    lots = [seeds[at : at + SEEDS_AT_ONCE] for at in range(0, len(seeds), SEEDS_AT_ONCE)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for one in pool.imap(play, lots):
            outcome.add(one)
    return outcome


def sweep(points: int) -> Tally:
    """So many seeds; 0: 10,000."""
    outcome = play_side_by_side(range(points or SEEDS))
    tally = Tally(
        f"both state machines, played by chance: {outcome.deaths} deaths, {outcome.lost} requests"
        f" or answers lost, {outcome.safe} cases called safe"
    )
    for _ in range(outcome.seeds):
        tally.count(("seed",), [])
    tally.broken = [(("seed",), other(problem)) for problem in outcome.broken]
    logging.disable()
    for what, careless in CARELESS.items():
        seed = found_out(careless)
        problems = [f"not found out within {ENOUGH} seeds"] if seed is None else []
        tally.count((CONTROL, what, f"(seed {seed})"), problems)
    logging.disable(logging.NOTSET)
    return tally
