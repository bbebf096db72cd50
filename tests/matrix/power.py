"""Cuts the power at every step of terminal and gateway: only what was brought to the disk is left.

A program runs once with between.c in front of the C library; the disk after a cut at any of its
steps is then built from the journal, so no cut costs a run of the program.
"""

import multiprocessing
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from tests.matrix import careless_child
from tests.matrix.cuts import (
    began,
    careless_cut,
    gateway_cut,
    numbers_said,
    terminal_cut,
)
from tests.matrix.disk import Disk, Loss, Step, steps_in
from tests.matrix.forked import Circumstances, Forked, be_ready, built
from tests.matrix.promises import Found
from tests.matrix.runs import FIRST_STARTS, GATEWAY, TERMINAL, around_of, run
from tests.matrix.tally import CONTROL, Harm, Tally, bench, other
from tests.matrix.walk import DONE, Walk
from tests.matrix.world import World, prepare

NOBODY: Final = "http://127.0.0.1:9"  # nothing listens there
SIDE_BY_SIDE: Final = 2
CONTROL_CUTS: Final = 24
WORTH_PROCESSES: Final = 60  # cuts
Check = Callable[[Path, Sequence[Step], int], Found]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run: the folder as it was before, the journal, and what must hold after a cut.

    `watched`: where it ran; the journal's names begin with it. `syncs`: else its syncs count for
    nothing, for the proof that this is found out.
    """

    name: str
    before: Path
    journal: Path
    watched: Path
    check: Check
    syncs: bool = True


@dataclass(frozen=True, slots=True)
class Cut:
    """One power cut: after that step of that run, so hard."""

    run: Recorded
    number: int
    loss: Loss

    @property
    def kind(self) -> tuple[str, ...]:
        """Its row in the table."""
        return (f"{self.run.name}:", self.loss.value)


def terminal_run(prepared: World, folder: Path) -> Recorded:
    """The terminal's whole walk."""
    world = prepared.copied(folder / "terminal-world")
    journal = folder / "terminal.journal"
    ended = run(TERMINAL, world, replace(around_of(TERMINAL, world), journal=journal))
    assert DONE in ended.said, ended
    check = partial(terminal_cut, prepared, world.gateway)
    return Recorded(TERMINAL, prepared.store, journal, world.store, check)


def gateway_run(prepared: World, folder: Path) -> Recorded:
    """The gateway while a terminal walks."""
    waiting = prepared.copied(folder / "waiting-world")
    store, client = waiting.open_store(), waiting.client(NOBODY)
    Walk(store, client, lambda _: None).go()
    store.close()
    world = prepared.copied(folder / "gateway-world")
    journal = folder / "gateway.journal"
    ended = run(GATEWAY, world, replace(around_of(GATEWAY, world), journal=journal))
    assert DONE in ended.said, ended
    assert numbers_said([step for step in steps_in(journal) if step.kind == "s"])
    check = partial(gateway_cut, waiting, world)
    return Recorded(GATEWAY, prepared.gateway, journal, world.gateway, check)


def first_start(folder: Path, role: str) -> Recorded:
    """A new machine, from nothing."""
    main, check = FIRST_STARTS[role]
    return _small_run(folder, role, main, (), partial(began, check))


def careless_run(folder: Path, kind: str) -> Recorded:
    """A program that says SAFE with or without having synced."""
    check = partial(careless_cut, kind)
    return _small_run(folder, kind, careless_child.main, (kind,), check)


def _small_run(
    folder: Path, name: str, main: Callable[..., int], words: Sequence[str], check: Check
) -> Recorded:
    own = folder / name
    for inner in ("before", "ran", "beside"):
        (own / inner).mkdir(parents=True)
    around = Circumstances(own / "beside", own / "ran", journal=own / "journal")
    program = Forked(main, (str(own / "ran"), *words), around)
    assert program.wait() == 0, around.log.read_text()
    return Recorded(name, own / "before", own / "journal", own / "ran", check)


def cuts_of(runs: Sequence[Recorded], points: int) -> list[Cut]:
    """So many, drawn from all steps of all runs in every way; 0: all of them."""
    every = [
        Cut(recorded, number, loss)
        for recorded in runs
        for number in range(len(list(steps_in(recorded.journal))))
        for loss in Loss
    ]
    chosen = random.Random(1).sample(range(len(every)), min(points or len(every), len(every)))
    return [every[number] for number in sorted(chosen)]


def done(cuts: Sequence[Cut]) -> Iterator[tuple[Cut, Found]]:
    """Cut the power so often; what each cut broke. The cuts are in the order of their steps."""
    with bench("power") as place:
        disk, spoken, steps, recorded = None, list[Step](), iter(()), None
        at = -1
        for cut in cuts:
            if cut.run is not recorded:
                recorded, at = cut.run, -1
                disk = Disk(recorded.before, named=recorded.watched)
                steps, spoken = steps_in(recorded.journal), []
            assert disk is not None
            while at < cut.number:
                step, at = next(steps), at + 1
                if step.kind == "s":
                    spoken.append(step)
                elif step.kind != "f" or recorded.syncs:
                    disk.do(step)
            folder = place / "cut"
            folder.mkdir()
            disk.after_the_cut(folder / "left", cut.loss, seed=cut.number)
            found = _checked(cut, folder, spoken)
            where = f"after step {cut.number} ({step.kind} {step.one[-60:]!r})"
            yield cut, Found([one.at(where) for one in found.broken], found.typing)
            shutil.rmtree(folder)


def _checked(cut: Cut, folder: Path, spoken: Sequence[Step]) -> Found:
    try:
        return cut.run.check(folder / "left", spoken, cut.number)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a violation here
        return Found([other(f"{type(error).__name__}: {error}")])


def _side_by_side(cuts: Sequence[Cut]) -> Iterator[tuple[Cut, Found]]:
    """Two at a time; few of them in this process, since another takes seconds to begin."""
    if len(cuts) < WORTH_PROCESSES:
        yield from done(cuts)
        return
    shares = [cuts[half::SIDE_BY_SIDE] for half in range(SIDE_BY_SIDE)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(SIDE_BY_SIDE, mp_context=context) as pool:
        for share in pool.map(_all_done, shares):
            yield from share


def _all_done(cuts: Sequence[Cut]) -> list[tuple[Cut, Found]]:
    return list(done(cuts))


def control(folder: Path, kind: str, *, points: int = 0) -> Tally:
    """The careless program of that kind, cut so often."""
    return _cut(careless_run(folder, kind), points)


def _cut(recorded: Recorded, points: int) -> Tally:
    tally = Tally(recorded.name)
    for cut, found in done(cuts_of([recorded], points)):
        tally.count(cut.kind, found.broken)
    return tally


def must_lose(kind: str) -> bool:
    """Whether that careless program has not synced."""
    return kind.endswith(("normal", "unsynced"))


def sweep(points: int, *, controls: bool = True) -> Tally:
    """So many power cuts, spread over all; 0: all. The careless programs must be found out."""
    tally = Tally("power cuts: only what was synced is left")
    with bench("power-runs") as folder, tempfile.TemporaryDirectory() as own:
        be_ready(built(Path(own)))
        prepared = prepare(folder / "prepared")
        runs = [
            terminal_run(prepared, folder),
            gateway_run(prepared, folder),
            *(first_start(folder, role) for role in FIRST_STARTS),
        ]
        cuts = cuts_of(runs, points)
        typing = 0.0
        for cut, found in _side_by_side(cuts):
            tally.count(cut.kind, found.broken)
            typing = max(typing, found.typing)
        tally.notes.append(f"typing lost: nothing older than {typing:.1f} s before the last answer")
        if controls:
            for kind in careless_child.KINDS:
                _count_control(tally, control(folder, kind), must_lose=must_lose(kind))
            for recorded in runs[:2]:
                never = replace(recorded, name=f"{recorded.name} that never syncs", syncs=False)
                _count_control(tally, _cut(never, CONTROL_CUTS), must_lose=True)
    return tally


def _count_control(tally: Tally, found: Tally, *, must_lose: bool) -> None:
    losses = sum(1 for _, broken in found.broken if broken.harm is Harm.LOST)
    told = f"({losses} losses in {found.faults} cuts)"
    tally.count((CONTROL, found.title, told), [] if bool(losses) is must_lose else [told])
