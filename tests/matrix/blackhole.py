"""The line goes dark at every numbered send and answer of a session; nobody may hang on it.

Numbered are the packets that carry anything (line_packets.py), each way from 1 on, counted first on
a whole line. Many lines at once, so the terminal's real patience can be waited for at each point.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from kiosk.domain.fault import Fault
from sync.http_gateway import ANSWER_TIMEOUT, BLOCK_TIMEOUT
from sync.sync_round import SyncRound
from tests.counterparts.far_village import FarVillage, far_village
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import Heard
from tests.counterparts.village_line import DOWN, UP, Weather
from tests.matrix.tally import Tally, bench

WORDS: Final = {UP: "send", DOWN: "answer"}
WEATHER: Final = Weather(kbit=2000.0, delay=0.02)
CASES, SIDE = 2, 110  # in one session; each with a page of 11 KB and a signature
ROUNDS: Final = 4  # within so many on a whole line everything has to be there
GIVEN_UP_WITHIN: Final = 30.0  # seconds
AT_ONCE: Final = 16
SLOWEST: Final = 5  # that the table names


@dataclass(frozen=True, slots=True)
class Patience:
    """Of the client, in seconds. `bound`: when it must be asking anew, by another connection."""

    block: float = BLOCK_TIMEOUT
    answer: float = ANSWER_TIMEOUT
    bound: float = GIVEN_UP_WITHIN


@dataclass(frozen=True, slots=True)
class Met:
    """`seconds` from the darkness until the client knocked anew; None: it was not reached."""

    way: int
    number: int
    seconds: float | None
    problems: tuple[str, ...] = field(default=())

    def words(self) -> str:
        """For the table."""
        return f"{WORDS[self.way]} {self.number}: asking anew after {self.seconds or 0:.1f} s"


class Sessions:
    """A village whose terminal sends two cases after the other."""

    def __init__(self, village: FarVillage) -> None:
        self.village = village
        self._serial = 0
        self._now = NOON

    def begin(self) -> None:
        """Two residents confirm; all counts are at nothing."""
        for _ in range(CASES):
            self._serial += 1
            self.village.confirm(self._serial, side=SIDE)
        self.village.line.fresh()

    def round(self, patience: Patience) -> Fault | None:
        """One round with a connection of its own, an hour later."""
        self._now += timedelta(hours=1)
        client = self.village.new_client(
            block_timeout=patience.block, answer_timeout=patience.answer
        )
        try:
            report = SyncRound(self.village.store, client, listener=Heard()).run(self._now)
        finally:
            client.interrupt()
        return report.fault

    def arrive(self) -> list[str]:
        """The line carries again; what does not arrive now."""
        self.village.line.mend()
        for _ in range(ROUNDS):
            self.round(Patience())
            if not self.village.store.waiting():
                break
        there = {case.case_id for case in self.village.gateway.review.every()}
        found = (
            [f"{self.village.store.waiting()} are stuck"] if self.village.store.waiting() else []
        )
        return found + ([] if len(there) == self._serial else [f"{len(there)} are there"])


def sweep(points: int, *, patience: Patience | None = None, at_once: int = AT_ONCE) -> Tally:
    """So many points spread over all; 0: every one. Needs root and /dev/net/tun."""
    patience = patience or Patience()
    tally = Tally("the line goes dark for good at a numbered send or answer")
    with bench("blackhole") as folder:
        waiting: SimpleQueue[tuple[int, int]] = SimpleQueue()
        every = _points(folder / "whole")
        chosen = every[:: max(1, len(every) // points)] if points else every
        for point in chosen:
            waiting.put(point)
        with ThreadPoolExecutor(min(at_once, len(chosen))) as lanes:
            works = [
                lanes.submit(_work, folder / str(lane), waiting, patience)
                for lane in range(min(at_once, len(chosen)))
            ]
            met = [one for work in works for one in work.result()]
    for one in sorted(met, key=lambda one: (one.way, one.number)):
        tally.count((WORDS[one.way],), list(one.problems), hit=one.seconds is not None)
    slow = sorted(met, key=lambda one: one.seconds or 0, reverse=True)
    tally.notes += [one.words() for one in slow[:SLOWEST]]
    return tally


def _points(folder: Path) -> list[tuple[int, int]]:
    """(way, number) of everything that a whole session says."""
    with far_village(folder, WEATHER) as village:
        sessions = Sessions(village)
        sessions.begin()
        fault = sessions.round(Patience())
        state = village.line.state()
        assert fault is None
        assert village.store.waiting() == 0
    ways = ((UP, state.up.speaking), (DOWN, state.down.speaking))
    return [(way, number) for way, count in ways for number in range(1, count + 1)]


def _work(folder: Path, waiting: "SimpleQueue[tuple[int, int]]", patience: Patience) -> list[Met]:
    """Points until none waits, with one line and one gateway."""
    met: list[Met] = []
    with far_village(folder, WEATHER) as village:
        sessions = Sessions(village)
        while True:
            try:
                way, number = waiting.get_nowait()
            except Empty:
                return met
            met.append(_meet(sessions, way, number, patience))


def _meet(sessions: Sessions, way: int, number: int, patience: Patience) -> Met:
    line = sessions.village.line
    sessions.begin()
    line.swallow_from(way, number)
    fault = sessions.round(patience)
    ended = time.monotonic()
    state = line.state()
    if not state.dark:  # the session was shorter this time
        return Met(way, number, None, tuple(sessions.arrive()))
    seconds = (state.up.knock or ended) - state.fell
    still_waiting = sessions.village.store.waiting()
    problems = sessions.arrive()
    if fault is None and still_waiting:
        problems.append("the round called a dark line fine")
    if seconds > patience.bound:
        problems.append(f"{WORDS[way]} {number}: on a dead line for {seconds:.1f} s")
    return Met(way, number, seconds, tuple(problems))
