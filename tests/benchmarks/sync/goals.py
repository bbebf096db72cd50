"""What the sync promises in numbers, each beside what was measured in this run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.sync.heats import OURS, POST, POUCH, RSYNC, RSYNC_Z, TUS3
from tests.benchmarks.sync.race import Run

Runs = Mapping[str, Mapping[str, Run]]  # heat -> contestant -> its median run
CHUNK_AGAIN: Final = 64 * 1024  # bytes: the smallest piece, after which one begins anew


@dataclass(frozen=True, slots=True)
class Goal:
    """`figure` raises KeyError when what it needs was not run; None: ours was not done."""

    words: str
    figure: Callable[[Runs], float | None]
    bound: float
    at_least: bool = True

    def is_met(self, value: float | None) -> bool:
        """A run that was not done meets nothing."""
        if value is None:
            return False
        return value >= self.bound if self.at_least else value <= self.bound


def faster(heat: str, peer: str) -> Callable[[Runs], float | None]:
    """How many times as fast as the peer; without end where only the peer was not done."""

    def figure(runs: Runs) -> float | None:
        ours, other = runs[heat][OURS].seconds, runs[heat][peer].seconds
        if ours is None:
            return None
        return other / ours if other is not None else float("inf")

    return figure


def ours(heat: str, figure: Callable[[Run], float]) -> Callable[[Runs], float | None]:
    """A figure of our own run."""

    def value(runs: Runs) -> float | None:
        run = runs[heat][OURS]
        return figure(run) if run.seconds is not None else None

    return value


def _again_per_cut(run: Run) -> float:
    return run.again / max(1, run.cuts)


GOALS: Final = (
    Goal("B: share of the line's rate, CUBIC", ours("B", lambda r: r.of_line), 0.5),
    Goal("B: share of the line's rate, BBR", ours("B_bbr", lambda r: r.of_line), 0.8),
    Goal("A: times as fast as tus-js at three", faster("A", TUS3), 0.95),
    Goal("B: times as fast as tus-js at three, CUBIC", faster("B", TUS3), 0.95),
    Goal("B: times as fast as tus-js at three, BBR", faster("B_bbr", TUS3), 0.95),
    Goal("B: times as fast as rsync", faster("B", RSYNC), 2.5),
    Goal("B: times as fast as PouchDB", faster("B", POUCH), 3.5),
    Goal("A: wire bytes to payload", ours("A", lambda r: r.wire), 1.11, at_least=False),
    Goal("B: wire bytes to payload, CUBIC", ours("B", lambda r: r.wire), 1.11, at_least=False),
    Goal("B: wire bytes to payload, BBR", ours("B_bbr", lambda r: r.wire), 1.11, at_least=False),
    Goal("D: requests", ours("D", lambda r: r.requests), 2, at_least=False),
    Goal("D: wire bytes to JSON", ours("D", lambda r: r.wire), 0.36, at_least=False),
    Goal("D: times as fast as a POST per case", faster("D", POST), 10),
    Goal("D: times as fast as PouchDB", faster("D", POUCH), 3),
    Goal("D: times as fast as rsync -z (sync.md 7)", faster("D", RSYNC_Z), 1.3),
    Goal("F: share of the line's rate (sync.md 7)", ours("F", lambda r: r.of_line), 0.9),
    Goal("F: times as fast as tus-js at three (sync.md 7)", faster("F", TUS3), 1.1),
    Goal("F: times as fast as rsync -z (sync.md 7)", faster("F", RSYNC_Z), 1.3),
    Goal("F: times as fast as PouchDB (sync.md 7)", faster("F", POUCH), 1.9),
    Goal("cuts 15/45: seconds until done", ours("cuts", lambda r: r.seconds or 0), 300, False),
    Goal("cuts 15/45: wire bytes to payload", ours("cuts", lambda r: r.wire), 1.10, False),
    Goal("cuts 15/45: bytes again per cut", ours("cuts", _again_per_cut), CHUNK_AGAIN, False),
    Goal("cuts 20/10: bytes again per cut", ours("short_cuts", _again_per_cut), CHUNK_AGAIN, False),
    Goal("kill -9: bytes again", ours("kill", lambda r: r.again), CHUNK_AGAIN, False),
)


def show(runs: Runs) -> None:
    """The table, without what was not run."""
    print(f"\n{'goal':52}{'bound':>10}{'figure':>12}  met")
    for goal in GOALS:
        try:
            value = goal.figure(runs)
        except KeyError:
            continue
        bound = f"{'>=' if goal.at_least else '<='} {goal.bound:g}"
        figure = "not done" if value is None else f"{value:.4g}" if value < 1000 else f"{value:.0f}"
        print(f"{goal.words:52}{bound:>10}{figure:>12}  {'yes' if goal.is_met(value) else 'NO'}")
