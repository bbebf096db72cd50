"""How sending fares on village lines, beside what a village could take instead.

`./run bench sync` takes half an hour, `./run bench sync -- --quick` five minutes. The lines are
made of real packets (tests/counterparts/village_line.py) and need root. Ratios count, not seconds.
"""

import argparse
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.benchmarks.peers.install import install
from tests.benchmarks.sync import goals
from tests.benchmarks.sync.contestants import Contestant
from tests.benchmarks.sync.heats import HEATS, OURS, QUICK, WORKS, Heat
from tests.benchmarks.sync.race import Run, race
from tests.benchmarks.sync.work import Work

NAME: Final = "sync"
TIMES: Final = 3
SIDE_BY_SIDE: Final = 3  # lines at once: each needs a twentieth of a processor


def run(*options: str) -> dict[str, float]:
    """See `--help` for the options. Raises what the peers' installation raises."""
    asked = argparse.ArgumentParser(prog="./run bench sync --")
    names = [heat.name for heat in HEATS]
    asked.add_argument("--quick", action="store_true", help="without the slow peers, each once")
    asked.add_argument("--lines", nargs="+", choices=names, default=names, metavar="LINE")
    asked.add_argument("--only", nargs="+", metavar="NAME", help="contestants, such as doorstep")
    asked.add_argument("--times", type=int, default=TIMES, help="of those that are repeated")
    asked.add_argument("--side-by-side", type=int, default=SIDE_BY_SIDE, help="lines at once")
    given = asked.parse_args(options)
    only = set(given.only or (QUICK if given.quick else ()))
    heats = [_chosen(heat, only) for heat in HEATS if heat.name in given.lines]
    times = 1 if given.quick else given.times
    if only != {OURS}:
        install()
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as folder:
        works = {name: WORKS[name](Path(folder) / name) for name in {heat.work for heat in heats}}
        runs = _raced(heats, works, times, given.side_by_side)
    for heat in heats:
        _show(heat, works[heat.work], runs[heat.name])
    goals.show(runs)
    return dict(_figures(runs))


def _chosen(heat: Heat, only: set[str]) -> Heat:
    """With those who take part."""
    taking = tuple(one for one in heat.contestants if not only or one.name in only)
    return replace(heat, contestants=taking)


def _raced(
    heats: list[Heat], works: dict[str, Work], times: int, side_by_side: int
) -> dict[str, dict[str, Run]]:
    """Every race of every heat, so many at once, ours and theirs in turn."""
    jobs: list[tuple[Heat, Contestant, int]] = [
        (heat, one, number)
        for heat in heats
        for number in range(times)
        for one in heat.contestants
        if number == 0 or one.name in heat.often
    ]

    def do(job: tuple[Heat, Contestant, int]) -> Run:
        heat, one, number = job
        done = race(one, works[heat.work], heat.course, seed=number + 1)
        print(f"  {heat.name:12}{one.name:22}{_seconds(done)}", flush=True)
        return done

    with ThreadPoolExecutor(side_by_side) as lanes:
        finished = list(lanes.map(do, jobs))
    found: dict[str, dict[str, list[Run]]] = {heat.name: {} for heat in heats}
    for (heat, one, _), done in zip(jobs, finished, strict=True):
        found[heat.name].setdefault(one.name, []).append(done)
    return {
        heat: {name: _median(runs) for name, runs in ones.items()} for heat, ones in found.items()
    }


def _median(runs: list[Run]) -> Run:
    """The one in the middle; not done is the slowest."""
    return sorted(runs, key=lambda one: one.seconds or float("inf"))[len(runs) // 2]


def _seconds(run: Run) -> str:
    return f"{run.seconds:.1f}" if run.seconds is not None else "not done"


def _show(heat: Heat, work: Work, runs: dict[str, Run]) -> None:
    rate = heat.course.weather.kbit * 1000 / 8
    print(f"\n{heat.title}")
    print(f"{work.cases} cases, {work.payload / 1e6:.2f} MB; ideal {work.payload / rate:.1f} s")
    print(
        f"{'':22}{'s':>9}{'wire/payload':>14}{'requests':>10}{'of line':>9}"
        f"{'cuts':>6}{'again/cut':>11}{'ours faster':>13}"  # again: beyond the payload, at most
    )
    ours = runs.get(OURS)
    if ours:
        asked = ", ".join(f"{kind} {count}" for kind, count in ours.up.requests.items())
        print(f"{OURS} asked {asked}")
    for name, one in runs.items():
        ratio = one.seconds / ours.seconds if ours and ours.seconds and one.seconds else None
        print(
            f"{name:22}{_seconds(one):>9}{one.wire:14.3f}{one.requests or '-':>10}"
            f"{one.of_line:9.2f}{one.cuts or '-':>6}"
            f"{one.again // max(1, one.cuts):>11}"
            f"{f'{ratio:.2f}' if ratio else '-':>13}"
        )


def _figures(runs: dict[str, dict[str, Run]]) -> Iterator[tuple[str, float]]:
    """For build/bench/sync.json; -1 seconds: not done."""
    for heat, ones in runs.items():
        for name, one in ones.items():
            start = f"{heat}/{name}"
            yield f"{start}/s", round(one.seconds, 2) if one.seconds is not None else -1.0
            yield f"{start}/wire_to_payload", round(one.wire, 4)
            yield f"{start}/requests", float(one.requests)
            yield f"{start}/of_line", round(one.of_line, 3)
            yield f"{start}/cuts", float(one.cuts)
            yield f"{start}/again", float(one.again)
