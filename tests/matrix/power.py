"""Cuts the power at every step of terminal and gateway: only what was brought to the disk is left.

A program runs once with unsynced.c in front of the C library; the disk after a cut at any of its
steps is then built from the journal, so no cut costs a run of the program.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.case import CaseState
from offline_store.sqlcipher_store import SqlCipherStore
from sync.gateway.admission import Admission
from sync.gateway.office import Office
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, case_id, draft_in
from tests.counterparts.village import TERMINAL_ID
from tests.matrix import careless_child
from tests.matrix.disk import Disk, Loss, Step, steps_in
from tests.matrix.tally import Tally, bench
from tests.matrix.traced import ROOT
from tests.matrix.world import (
    ACKED,
    DONE,
    NEW,
    SAFE,
    World,
    broken_promises,
    prepare,
    unfinished,
    walk,
)

NOBODY = "http://127.0.0.1:9"  # nothing listens there
RECEIVED_WORD = b'"acknowledgement"'  # in the gateway's answer once all of a case is there
Check = Callable[[Path, Sequence[Step], Path], list[str]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run: the folder as it was before, the journal, and what must hold after a cut."""

    name: str
    before: Path
    steps: tuple[Step, ...]
    watched: Path  # where it ran: the journal's names begin with it
    check: Check


def built(folder: Path) -> Path:
    """unsynced.c as a library in that folder. Needs gcc."""
    library = folder / "unsynced.so"
    source = Path(__file__).with_name("unsynced.c")
    flags = ("-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC")
    subprocess.run(["gcc", *flags, "-o", str(library), str(source), "-ldl"], check=True)
    return library


def watched_program(
    library: Path, watched: Path, journal: Path, *words: str
) -> subprocess.Popen[bytes]:
    """The module of that name as a program whose every step in that folder is written down."""
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "LD_PRELOAD": str(library),
            "UNSYNCED_FOLDER": str(watched),
            "UNSYNCED_JOURNAL": str(journal),
        },
        stdout=subprocess.PIPE,
    )


def recorded(
    name: str, folder: Path, before: Path, check: Check, run: Callable[[Path, Path], None]
) -> Recorded:
    """`run` is given a copy of `before` to work in and the journal."""
    watched = shutil.copytree(before, folder / f"{name}-ran")
    journal = folder / f"{name}.journal"
    run(watched, journal)
    return Recorded(name, before, tuple(steps_in(journal)), watched, check)


def terminal_run(library: Path, prepared: World, folder: Path) -> Recorded:
    """The terminal's whole walk; its gateway, which had no cut, knows all of it afterwards."""
    world = prepared.copied(folder / "terminal-world")

    def run(watched: Path, journal: Path) -> None:
        with world.serving() as gateway:
            words = (str(watched), str(world.gateway), gateway.base_url, world.token)
            module = "tests.matrix.terminal_child"
            child = watched_program(library, watched, journal, module, *words, world.key.hex())
            said, _ = child.communicate(timeout=60)
            assert said.split()[-1] == DONE.encode(), said

    def check(left: Path, spoken: Sequence[Step], folder: Path) -> list[str]:
        said = _words(spoken)
        store = World(left, left, "", b"").open_store()
        found = broken_promises(store, said)
        sent = _state(store) is not CaseState.DRAFT
        store.close()
        gateway = world.gateway if sent else prepared.gateway
        there = shutil.copytree(gateway, folder / "gateway")
        return found + unfinished(World(left, there, world.token, world.key))

    return recorded("terminal", folder, prepared.store, check, run)


def _words(spoken: Sequence[Step]) -> list[str]:
    """What was said to the screen (descriptor 1), not to the other side."""
    return b"".join(step.one for step in spoken if step.descriptor == 1).decode().split()


def _state(store: SqlCipherStore) -> CaseState:
    try:
        return store.case(NEW).state
    except KeyError:
        return CaseState.DRAFT


def gateway_run(library: Path, prepared: World, folder: Path) -> Recorded:
    """The gateway while a terminal walks; the terminal, which had no cut, remembers its answers."""
    waiting = prepared.copied(folder / "waiting-world")
    _walk(waiting, NOBODY)
    world = prepared.copied(folder / "gateway-world")

    def run(watched: Path, journal: Path) -> None:
        module = "tests.journeys.gateway_child"
        child = watched_program(library, watched, journal, module, str(watched))
        assert child.stdout is not None
        port, process = (int(word) for word in child.stdout.readline().split())
        said = _walk(world, f"http://127.0.0.1:{port}")
        assert ACKED in said, said
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
        child.wait(30)
        child.stdout.close()

    def check(left: Path, spoken: Sequence[Step], folder: Path) -> list[str]:
        acknowledged = any(RECEIVED_WORD in step.one for step in spoken)
        terminal = world.store if acknowledged else waiting.store
        here = shutil.copytree(terminal, folder / "store")
        return unfinished(World(here, left, world.token, world.key))

    return recorded("gateway", folder, prepared.gateway, check, run)


def _walk(world: World, address: str) -> list[str]:
    said: list[str] = []
    store, client = world.open_store(), world.client(address)
    walk(store, client, said.append, hours=0)
    client.interrupt()
    store.close()
    return said


def first_start(library: Path, folder: Path, role: str) -> Recorded:
    """A new machine, from nothing."""
    before = folder / f"nothing-{role}"
    before.mkdir()

    def run(watched: Path, journal: Path) -> None:
        module = "tests.matrix.first_start_child"
        child = watched_program(library, watched, journal, module, role, str(watched))
        said, _ = child.communicate(timeout=60)
        assert said
        assert child.returncode == 0

    check = {"terminal": _terminal_began, "gateway": _gateway_began}[role]
    return recorded(f"{role}, first start", folder, before, check, run)


def _terminal_began(left: Path, spoken: Sequence[Step], _: Path) -> list[str]:
    store = World(left / "store", left, "", b"").open_store()
    found = list(store.integrity_problems())
    if SAFE in _words(spoken):
        case = store.case(case_id(1))
        if case.state is not CaseState.QUEUED or len(store.page(case.pages[0].sha256)) != 5000:
            found.append("said SAFE, and lost")
    else:
        case = draft_in(store, 2, pages=1, size=5000)
        store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    store.close()
    return found


def _gateway_began(left: Path, spoken: Sequence[Step], _: Path) -> list[str]:
    office = Office(left / "gateway")
    found = office.problems()
    if spoken:
        key, token = _words(spoken)
        if office.public_key.hex() != key:
            found.append("told its key, and has another")
        if office.door.admit(TERMINAL_ID, token) is not Admission.GRANTED:
            found.append("enrolled, and forgotten")
    office.close()
    return found


def careless_run(library: Path, folder: Path, kind: str) -> Recorded:
    """A program that says SAFE with or without having synced."""
    before = folder / f"before-{kind}"
    before.mkdir()

    def run(watched: Path, journal: Path) -> None:
        module = "tests.matrix.careless_child"
        child = watched_program(library, watched, journal, module, str(watched), kind)
        child.communicate(timeout=60)

    def check(left: Path, spoken: Sequence[Step], _: Path) -> list[str]:
        said = {int(word) for word in _words(spoken)}
        lost = said - careless_child.survivors(left, kind)
        return [f"{len(lost)} of {len(said)} lost"] if lost else []

    return recorded(kind, folder, before, check, run)


def cut(runs: Sequence[Recorded], points: int, tally: Tally) -> None:
    """Cut the power so often, drawn from all runs; 0: after every step, in every way."""
    every = [
        (run, number, loss) for run in runs for number in range(len(run.steps)) for loss in Loss
    ]
    wanted = set(random.Random(1).sample(every, min(points or len(every), len(every))))
    with bench("power") as place:
        for run in runs:
            disk, spoken = Disk(run.before, named=run.watched), list[Step]()
            for number, step in enumerate(run.steps):
                if step.kind == "s":
                    spoken.append(step)
                else:
                    disk.do(step)
                for loss in Loss:
                    if (run, number, loss) in wanted:
                        folder = place / "cut"
                        folder.mkdir()
                        disk.after_the_cut(folder / "left", loss, seed=number)
                        where = f"after step {number} ({step.kind} {step.one[-60:]!r})"
                        problems = _checked(run, folder, spoken)
                        tally.count((run.name, loss.value), [f"{where}: {p}" for p in problems])
                        shutil.rmtree(folder)


def _checked(run: Recorded, folder: Path, spoken: Sequence[Step]) -> list[str]:
    try:
        return run.check(folder / "left", spoken, folder)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a violation here
        return [f"{type(error).__name__}: {error}"]


def sweep(points: int, *, controls: bool = True) -> Tally:
    """So many power cuts, spread over all; 0: all. The careless programs must be found out."""
    tally = Tally("power cuts: only what was synced is left")
    with bench("power-runs") as folder:
        library, prepared = built(folder), prepare(folder / "prepared")
        runs = [
            terminal_run(library, prepared, folder),
            gateway_run(library, prepared, folder),
            first_start(library, folder, "terminal"),
            first_start(library, folder, "gateway"),
        ]
        cut(runs, points, tally)
        for kind in careless_child.KINDS if controls else ():
            control = Tally(kind)
            cut([careless_run(library, folder, kind)], 0, control)
            right = bool(control.broken) is kind.endswith(("normal", "unsynced"))
            problem = f"{len(control.broken)} of {control.faults} cuts lost something"
            tally.count(("control", kind, f"({problem})"), [] if right else [problem])
    return tally
