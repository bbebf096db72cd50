"""Kills terminal and gateway, or makes their disk refuse, at every numbered system call."""

import os
import shutil
import signal
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from offline_store.api import StoreError
from tests.journeys import gateway_child
from tests.matrix import terminal_child
from tests.matrix.tally import Tally
from tests.matrix.traced import TALKING, Point, happened, listing, points_in, traced
from tests.matrix.world import World, broken_promises, prepare, unfinished, walk

ROLES = ("terminal", "gateway")
KILL, INPUT_OUTPUT, NO_SPACE = "signal=SIGKILL", "error=EIO", "error=ENOSPC"
FAULTS = {KILL: "kill -9", INPUT_OUTPUT: "EIO", NO_SPACE: "ENOSPC"}

# Ended by itself, or because it was asked to: uvicorn passes SIGTERM on to its own process.
ORDERLY = {0, terminal_child.MUTE, -signal.SIGTERM, 128 + signal.SIGTERM}


@dataclass(frozen=True, slots=True)
class Spot:
    """One fault of the sweep."""

    role: str
    point: Point
    fault: str

    @property
    def kind(self) -> tuple[str, ...]:
        """Its row in the table."""
        return (self.role, FAULTS[self.fault], self.point.call)


@dataclass(frozen=True, slots=True)
class Ended:
    """How the program under strace ended: what was said until then, its code, its last words."""

    said: tuple[str, ...]
    code: int
    error: str
    began: bool = True  # else it ended before it listened, as it may on a disk that refuses


def run_terminal(world: World, options: Sequence[str]) -> Ended:
    """The terminal under strace beside a gateway of this process."""
    with world.serving() as gateway:
        words = (str(world.store), str(world.gateway), gateway.base_url, world.token)
        with traced("tests.matrix.terminal_child", options, *words, world.key.hex()) as child:
            said, error = child.communicate(timeout=60)
            return Ended(tuple(said.decode().split()), child.returncode, error.decode()[-300:])


def run_gateway(world: World, options: Sequence[str]) -> Ended:
    """The gateway under strace and the walk of a terminal in this process."""
    said: list[str] = []
    with traced("tests.journeys.gateway_child", options, str(world.gateway)) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        line = child.stdout.readline().split()
        if line:  # else it ended before it said so
            port, process = (int(word) for word in line)
            store, client = world.open_store(), world.client(f"http://127.0.0.1:{port}")
            try:
                walk(store, client, said.append, hours=0)
            except StoreError as error:
                said.append(f"STORE {error}")
            client.interrupt()
            store.close()
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        error_text = child.stderr.read().decode()[-300:]
        return Ended(tuple(said), child.wait(60), error_text, began=bool(line))


RUN = {"terminal": run_terminal, "gateway": run_gateway}
MARKERS = {"terminal": terminal_child.MARKER, "gateway": gateway_child.MARKER}


def spots_of(prepared: World, folder: Path) -> list[Spot]:
    """Every fault of the whole sweep, in the order of the programs."""
    found = []
    for role in ROLES:
        log = folder / f"{role}.calls"
        ended = RUN[role](prepared.copied(folder / role), listing(log))
        assert "DONE" in ended.said, ended
        for point in points_in(log, MARKERS[role]):
            found += [
                Spot(role, point, fault)
                for fault in FAULTS
                if fault == KILL or (fault == INPUT_OUTPUT or point.call not in TALKING)
            ]
    return found


def spread(spots: Sequence[Spot], points: int) -> list[Spot]:
    """So many of them, evenly over all."""
    if points <= 0 or points >= len(spots):
        return list(spots)
    return [spots[number * len(spots) // points] for number in range(points)]


def strike(prepared: World, spot: Spot, folder: Path) -> tuple[list[str], bool]:
    """One fault: what it broke, and whether it happened at all."""
    world = prepared.copied(folder)
    log = folder / "calls"
    ended = RUN[spot.role](world, spot.point.options(spot.fault, log))
    hit = happened(log)
    found = []
    if spot.fault != KILL and ended.began and ended.code not in ORDERLY:
        found.append(f"ended with {ended.code}: {ended.error}")
    store = world.open_store()
    found += broken_promises(store, ended.said)
    store.close()
    found += unfinished(world)
    shutil.rmtree(folder)
    return found, hit


def sweep(points: int) -> Tally:
    """So many faults, spread over all; 0: all of them."""
    tally = Tally("kill -9 and refusing disks, from the first field to the clean-up")
    with tempfile.TemporaryDirectory(prefix="crash-") as name:
        folder = Path(name)
        prepared = prepare(folder / "prepared")
        spots = spots_of(prepared, folder)

        def one(numbered: tuple[int, Spot]) -> tuple[Spot, list[str], bool]:
            number, spot = numbered
            try:
                problems, hit = strike(prepared, spot, folder / f"spot-{number}")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a violation here
                problems, hit = [f"{type(error).__name__}: {error}"], True
            return spot, [f"{spot.point.number}: {problem}" for problem in problems], hit

        with ThreadPoolExecutor(2) as pool:
            for spot, problems, hit in pool.map(one, enumerate(spread(spots, points))):
                tally.count(spot.kind, problems, hit=hit)
    return tally
