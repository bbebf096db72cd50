"""Kills terminal and gateway, or makes their disk refuse, at every numbered step.

Steps are counted in two ways: all steps of all threads in their order (between.c), and the n-th
call of each name in its thread (strace, reference/sync.md section 4).
"""

import errno
import multiprocessing
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from tests.counterparts.postgres_server import PostgresServer
from tests.matrix import planted, resumed
from tests.matrix.forked import Strike, be_ready, built, counted
from tests.matrix.promises import broken_at_once, broken_in_the_end
from tests.matrix.runs import (
    FIRST_STARTS,
    GATEWAY,
    MARKERS,
    ORDERLY,
    POSTGRES,
    TERMINAL,
    Ended,
    around_of,
    run,
)
from tests.matrix.tally import CONTROL, Broken, Harm, Tally, bench, other
from tests.matrix.traced import Point, happened, listing, points_in
from tests.matrix.walk import SAFE
from tests.matrix.world import World, new_machine, prepare

KILL, INPUT_OUTPUT, NO_SPACE = "kill -9", "EIO", "ENOSPC"
ERRNO: Final = {KILL: 0, INPUT_OUTPUT: errno.EIO, NO_SPACE: errno.ENOSPC}
INJECTION: Final = {
    KILL: "signal=SIGKILL",
    INPUT_OUTPUT: "error=EIO",
    NO_SPACE: "error=ENOSPC",
}
NAMES: Final = {
    "o": "create",
    "w": "write",
    "f": "fsync",
    "t": "truncate",
    "r": "rename",
    "l": "link",
    "u": "unlink",
    "m": "mkdir",
    "s": "send",
}
RESUMED_EVERY: Final = 8  # faults: after one of so many it is measured how soon work goes on
RESUMED_LEAST: Final = 5  # of each side
T = TypeVar("T")
FIRST: Final = 3  # of each kind of fault: most of all steps are writes to the database's log
SIDE_BY_SIDE: Final = 2
WORTH_PROCESSES: Final = 60  # faults


@dataclass(frozen=True, slots=True)
class Spot:
    """One fault of the sweep: a numbered step of all, or (`point`) the n-th call of a name."""

    role: str
    fault: str
    name: str  # of the step
    step: int = 0
    point: Point | None = None

    @property
    def kind(self) -> tuple[str, ...]:
        """Its row in the table."""
        way = "at the n-th call of a name" if self.point else "at a numbered step"
        return (f"{self.role}:", self.fault, way)

    @property
    def place(self) -> str:
        """Where it is."""
        return f"call {self.point.number}" if self.point else f"step {self.step}"


@dataclass(frozen=True, slots=True)
class Struck:
    """What one fault broke, and whether it happened at all."""

    spot: Spot
    problems: tuple[Broken, ...]
    happened: bool
    typing: float = 0.0  # seconds; see Found
    seconds: float | None = None  # until work went on


@dataclass(frozen=True, slots=True)
class Bench:
    """Where worlds are struck. `timed`: after these faults it is measured how soon work goes on."""

    folder: Path
    prepared: Mapping[str, World]
    timed: frozenset[int]

    def strike(self, numbered: "Numbered") -> Struck:
        """One fault in a copy of the prepared world."""
        number, spot = numbered
        try:
            return self._struck(number, spot)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a violation here
            broken = other(f"{type(error).__name__}: {error}").at(spot.place)
            return Struck(spot, (broken,), happened=True)

    def _struck(self, number: int, spot: Spot) -> Struck:
        world = self.prepared[spot.role].copied(self.folder / str(number))
        ended, hit = strike(spot, world)
        found = [other(ended.defect)] if spot.fault != KILL and ended.defect else []
        seconds, typing = None, 0.0
        if spot.role in FIRST_STARTS:
            _, began = FIRST_STARTS[spot.role]
            found += began(around_of(spot.role, world).watched, ended.said)
        else:
            terminal = (world.store, world.beside, world.beside_gateway)
            found += _readable(terminal)
            if number in self.timed:
                after = resumed.terminal_after if spot.role == TERMINAL else resumed.gateway_after
                seconds = after(world)
                if seconds > resumed.AT_MOST:
                    found.append(other(f"went on after {seconds:.1f} s"))
            at_once = broken_at_once(world, ended.said)
            typing = at_once.typing
            found += [*at_once.broken, *broken_in_the_end(world), *_readable(terminal)]
        world.cleared()
        return Struck(spot, tuple(one.at(spot.place) for one in found), hit, typing, seconds)


def _readable(folders: Iterable[Path]) -> list[Broken]:
    return [Broken(Harm.READABLE, words) for words in planted.found_below(folders)]


def strike(spot: Spot, world: World, *, is_careless: bool = False) -> tuple[Ended, bool]:
    """Let it happen; how the program ended, and whether it did happen."""
    around = around_of(spot.role, world)
    if spot.point is not None:
        log = world.folder / "calls"
        options = spot.point.options(INJECTION[spot.fault], log)
        ended = run(spot.role, world, replace(around, traced=True), strace=options)
        return ended, happened(log)
    blow = Strike(spot.step, ERRNO[spot.fault], goes_on=spot.fault == NO_SPACE)
    ended = run(spot.role, world, replace(around, strike=blow), is_careless=is_careless)
    return ended, around.struck.exists()


def spots_of(prepared: World, role: str, folder: Path) -> Iterator[Spot]:
    """Every fault of one role: first the numbered steps, then the calls by name."""
    world = prepared.copied(folder / "counted")
    around = replace(around_of(role, world), journal=folder / "journal")
    ended = run(role, world, around)
    assert ended.code in ORDERLY, ended
    world.cleared()
    for number, step in enumerate(counted(folder / "journal")):
        yield from (
            Spot(role, fault, NAMES[step.kind], step=number)
            for fault in _faults(role, is_talk=step.kind == "s")
        )
    if role not in MARKERS:
        return
    world = prepared.copied(folder / "listed")
    log = folder / "calls"
    ended = run(role, world, replace(around_of(role, world), traced=True), strace=listing(log))
    assert ended.code in ORDERLY, ended
    world.cleared()
    for point in points_in(log, MARKERS[role]):
        for fault in _faults(role, is_talk=not point.on_disk):
            yield Spot(role, fault, point.call, point=point)


def _faults(role: str, *, is_talk: bool) -> Iterator[str]:
    yield KILL
    if role != POSTGRES and not is_talk:
        yield from (INPUT_OUTPUT, NO_SPACE)


def spread(spots: Sequence[Spot], points: int) -> list[Spot]:
    """So many of them: FIRST of each kind, the others evenly over all; 0: all of them."""
    if points <= 0 or points >= len(spots):
        return list(spots)
    kinds: dict[tuple[str, ...], list[Spot]] = {}
    for spot in spots:
        kinds.setdefault((*spot.kind, spot.name), []).append(spot)
    first = [spot for some in kinds.values() for spot in _evenly(some, FIRST)]
    if points <= len(first):
        return _evenly(first, points)
    chosen = set(first)
    rest = [spot for spot in spots if spot not in chosen]
    chosen |= set(_evenly(rest, points - len(first)))
    return [spot for spot in spots if spot in chosen]


def _evenly(spots: Sequence[T], points: int) -> list[T]:
    points = min(points, len(spots))
    return [spots[number * len(spots) // points] for number in range(points)]


def sweep(points: int, *, postgres: bool = True, timed: bool = True) -> Tally:
    """So many faults, spread over all; 0: all of them. The careless must be found out."""
    tally = Tally("kill -9 and refusing disks, from the first field to the clean-up")
    with bench("crash") as folder, ExitStack() as stack:
        library = built(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        be_ready(library)
        prepared = {TERMINAL: prepare(folder / "prepared")}
        prepared[GATEWAY] = prepared[TERMINAL]
        prepared |= dict.fromkeys(FIRST_STARTS, new_machine(folder / "new-machine"))
        if postgres:
            server = stack.enter_context(PostgresServer())
            database = server.new_database()
            prepared[POSTGRES] = prepare(folder / "prepared-pg", database=database)
        spots: list[Spot] = []
        for role, world in prepared.items():
            (folder / role).mkdir()
            spots += spots_of(world, role, folder / role)
        chosen = spread(spots, points)
        seconds: dict[str, list[float]] = {}
        typing = 0.0
        clock = _timed(chosen) if timed else frozenset[int]()
        with _pool(len(chosen), Bench(folder, prepared, clock), library) as strike_one:
            for one in strike_one(enumerate(chosen)):
                tally.count(one.spot.kind, list(one.problems), hit=one.happened)
                typing = max(typing, one.typing)
                if one.seconds is not None:
                    seconds.setdefault(one.spot.role, []).append(one.seconds)
        _control(tally, prepared[TERMINAL], folder)
    tally.notes.append(f"typing lost: nothing older than {typing:.1f} s before the last answer")
    for role, measured in seconds.items():
        slowest = f"{max(measured):.1f} s at most in {len(measured)} restarts"
        tally.notes.append(f"{role}: work went on after {slowest}")
    return tally


def _timed(chosen: Sequence[Spot]) -> frozenset[int]:
    """Which of them: one of RESUMED_EVERY of each role, and RESUMED_LEAST at least."""
    timed: set[int] = set()
    for role in (TERMINAL, GATEWAY, POSTGRES):
        numbers = [number for number, spot in enumerate(chosen) if spot.role == role]
        timed |= set(_evenly(numbers, max(RESUMED_LEAST, len(numbers) // RESUMED_EVERY)))
    return frozenset(timed)


Numbered = tuple[int, Spot]


@contextmanager
def _pool(
    size: int, place: Bench, library: Path
) -> Iterator[Callable[[Iterable[Numbered]], Iterator[Struck]]]:
    """Two at a time; for few faults in this process, since another takes seconds to begin."""
    if size < WORTH_PROCESSES:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            yield partial(threads.map, place.strike)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        SIDE_BY_SIDE, mp_context=context, initializer=be_ready, initargs=(library,)
    ) as processes:
        yield partial(processes.map, place.strike)


def _control(tally: Tally, prepared: World, folder: Path) -> None:
    """A terminal that says SAFE too early, and values that lie in plain sight."""
    world = prepared.copied(folder / "careless")
    around = replace(around_of(TERMINAL, world), journal=folder / "careless-journal")
    run(TERMINAL, world, around, is_careless=True)
    steps = counted(folder / "careless-journal")
    said = next(n for n, step in enumerate(steps) if step.one.startswith(SAFE.encode()))
    world.cleared()
    world = prepared.copied(folder / "careless")
    spot = Spot(TERMINAL, KILL, "write", step=said + 1)
    ended, _ = strike(spot, world, is_careless=True)
    found = broken_at_once(world, ended.said)
    problems = (
        []
        if any(one.harm is Harm.LOST for one in found.broken)
        else ["a terminal that says SAFE too early was not found out"]
    )
    tally.count((CONTROL, "a terminal that says SAFE too early"), problems)
    plain = folder / "plain"
    planted.lay_out(plain)
    missed = len(planted.VALUES) * len(planted.ENCODINGS) - len(list(planted.found_below([plain])))
    problems = [f"{missed} planted values were not found"] if missed else []
    tally.count((CONTROL, "planted values in plain sight"), problems)
