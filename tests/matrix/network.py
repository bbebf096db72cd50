"""Sends many small cases over bad lines, past a meddling proxy, by stick; each must arrive once."""

import hashlib
import random
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.domain.case import Case, CaseState
from sync import wire
from sync.sync_round import SyncRound
from tests.counterparts import stick
from tests.counterparts.far_village import FarVillage, far_village
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import Heard
from tests.matrix.network_kinds import MILD, Kind, kinds, mend, met
from tests.matrix.tally import Tally, bench

GROUP: Final = 80  # cases that meet the same fault
STICK_EVERY: Final = 9  # one group of so many goes by stick too; no divisor of how many kinds are
PATIENCE: Final = 0.4  # seconds; the real line gets 20 and 30
BAD_ROUNDS: Final = 3  # under each fault
ROUNDS: Final = 6  # within so many on a whole line everything has to be there
BOUND: Final = 60.0  # seconds that one round may last: a slow one is not one that hangs
# Of the requests, so that the rest goes on beside the tricks: a whole group needs only a few.
SHARE: Final = 0.5
TURNS_TO_MEET_ALL: Final = 3  # of every kind; fewer may miss one by chance
BY_STICK: Final = "also by stick"


@dataclass
class Sweep:
    """A village, its clock, and what has been confirmed in it."""

    village: FarVillage
    folder: Path
    tally: Tally
    chance: random.Random
    bad_rounds: int
    now: datetime = NOON
    confirmed: list[Case] = field(default_factory=list)
    poisoned: set[str] = field(default_factory=set)
    met_kinds: set[str] = field(default_factory=set)  # by name

    def group(self, count: int) -> None:
        """Residents confirm so many cases."""
        for _ in range(count):
            self.confirmed.append(self.village.confirm(len(self.confirmed) + 1))

    def round(self, **patience: float) -> None:
        """One round an hour later; it must end in time."""
        self.now += timedelta(hours=1)
        client = self.village.new_client(**patience)
        breaker = threading.Timer(BOUND, client.interrupt)
        breaker.start()
        begun = time.monotonic()
        try:
            SyncRound(self.village.store, client, listener=Heard()).run(self.now)
        finally:
            breaker.cancel()
            client.interrupt()
        if time.monotonic() - begun >= BOUND:
            raise AssertionError(f"a round lasted longer than {BOUND:g} s")

    def suffer(self, kind: Kind) -> bool:
        """Some rounds under that fault; True when it was met."""
        before = met(self.village)
        for _ in range(self.bad_rounds):
            kind.begin(self.village, self.chance)
            self.round(block_timeout=PATIENCE, answer_timeout=PATIENCE)
        return kind.is_certain or met(self.village) > before

    def was_met(self, kind: Kind) -> bool:
        """Whether some group really suffered it."""
        return kind.name in self.met_kinds

    def arrive(self) -> list[str]:
        """The line is whole again; what does not arrive now."""
        mend(self.village)
        for _ in range(ROUNDS):
            self.round()
            if not self.village.store.waiting():
                return []
        return [f"{self.village.store.waiting()} cases are stuck"]


def sweep(points: int, *, group: int = GROUP, bad_rounds: int = BAD_ROUNDS) -> Tally:
    """So many cases, `group` of them through each kind in turn; 0: 10,000 cases.

    Needs root and /dev/net/tun.
    """
    tally = Tally("bad lines, a meddling proxy, bad answers, and by stick")
    with bench("network") as folder, far_village(folder, MILD) as village:
        run = Sweep(village, folder, tally, random.Random(1), bad_rounds)
        every = list(kinds(SHARE))
        left, turn = points or 10_000, 0
        while left:
            count = min(group, left)
            _one(run, every[turn % len(every)], count, turn)
            left, turn = left - count, turn + 1
        if turn >= TURNS_TO_MEET_ALL * len(every):
            never = [f"{kind.name} was never met" for kind in every if not run.was_met(kind)]
            tally.count(("in the end", "every kind was met"), never)
        tally.count(("in the end", f"{len(run.confirmed)} cases"), _in_the_end(run))
    return tally


def _one(run: Sweep, kind: Kind, count: int, turn: int) -> None:
    run.group(count)
    by_stick = turn % STICK_EVERY == 0 and not kind.poisons
    problems: list[str] = []
    hit = False
    try:
        if by_stick:
            hit, problems = _also_by_stick(run, kind, turn // STICK_EVERY)
        elif kind.poisons:
            hit, problems = _poisoned(run, kind)
        else:
            hit = run.suffer(kind)
    except AssertionError as error:
        problems.append(str(error))
    if hit:
        run.met_kinds.add(kind.name)
    problems += run.arrive()
    aside = {entry.case_id for entry in run.village.store.aside()} - run.poisoned
    if aside:
        problems.append(f"{len(aside)} set aside without need")
        run.poisoned |= aside
    for number in range(count):
        found = problems if number == 0 else []
        run.tally.count((kind.name,), found, hit=hit)
        if by_stick:
            run.tally.count((BY_STICK,), found)


def _poisoned(run: Sweep, kind: Kind) -> tuple[bool, list[str]]:
    """One more case that our gateway refuses for good; the others are not touched by it."""
    problems = run.arrive()
    run.group(1)
    run.poisoned.add(run.confirmed[-1].case_id)
    return run.suffer(kind), problems


def _also_by_stick(run: Sweep, kind: Kind, turn: int) -> tuple[bool, list[str]]:
    """The stick reaches the gateway before the wire, in the middle of it, or long after."""
    folder = run.folder / "stick"
    folder.mkdir()
    waiting = run.village.store.waiting()
    written = len(stick.export(run.village, folder).written)
    problems = [] if written == waiting else [f"{written} of {waiting} are on the stick"]

    def taken() -> None:
        if not stick.at_the_gateway(run.village, folder).is_fine:
            problems.append("the stick was not taken whole")

    def heard() -> None:
        stick.answers(run.village, folder)

    def wire() -> None:
        steps_hit.append(run.suffer(kind))

    def whole() -> None:
        problems.extend(run.arrive())

    steps_hit: list[bool] = []
    orders: list[list[Callable[[], None]]] = [
        [taken, wire, whole, heard],
        [wire, taken, heard, whole],
        [wire, taken, whole],
        [wire, whole, taken, heard],
    ]
    for step in orders[turn % len(orders)]:
        step()
    shutil.rmtree(folder)
    return any(steps_hit), problems


def _in_the_end(run: Sweep) -> list[str]:
    """The gateway has every case once and whole, apart from those it was made to refuse."""
    review = run.village.gateway.review
    expected = {case.case_id: case for case in run.confirmed if case.case_id not in run.poisoned}
    there = review.every()
    found = []
    if len(there) != len(expected) or {case.case_id for case in there} != set(expected):
        found.append(f"{len(there)} cases at the gateway instead of {len(expected)}")
    if len({case.official_number for case in there}) != len(there):
        found.append("two cases have one number")
    for case in there:
        ours = run.village.store.case(case.case_id)
        if ours.state is not CaseState.RECEIVED or ours.official_number != case.official_number:
            found.append(f"{case.case_id} is not known to be there")
        if wire.fingerprint(wire.text_of(ours)) != wire.fingerprint(wire.text_of(case)):
            found.append(f"{case.case_id} has another text")
        for page in (*case.pages, *((case.signature,) if case.signature else ())):
            if hashlib.sha256(review.page(page.sha256)).hexdigest() != page.sha256:
                found.append(f"{case.case_id} has a damaged page")
    if {entry.case_id for entry in run.village.store.aside()} != run.poisoned:
        found.append("set aside is not what was refused")
    return found
