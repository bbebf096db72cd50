"""A model of a fleet that comes back after an outage, with the very policies of both sides.

Not real are the clock, the line and the work: the gateway takes so many cases a second, shared by
all that have a place, and no line carries more than its own. Everything that decides when a
terminal comes and whether it is let in is `ReturnPolicy` and `Rationing` themselves.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from kiosk.domain.fault import Fault
from sync.gateway.limits import USUAL, Limits
from sync.gateway.rationing import Rationing
from sync.return_policy import ReturnPolicy

CAPACITY: Final = 170.0  # cases a second of one gateway (reference/sync.md section 5)
# Of a line of 2 Mbit/s: 2e6 / 8 bytes of cases with four pages of 200 kB.
LINE: Final = 2e6 / 8 / 800_000  # cases a second
POLL: Final = 30.0  # seconds between rounds while all is well
STEP: Final = 1.0  # seconds in which the work is shared out anew
NOTHING: Final = 1e-9  # cases
SILENCE: Final = 20.0 / 2  # seconds until a terminal gives a silent gateway up


class Policy(Protocol):
    """When a terminal comes again."""

    def wait(self, fault: Fault | None, retry_after: float | None, now: datetime) -> float | None:
        """See ReturnPolicy."""
        ...


class Gate(Protocol):
    """Whether a terminal is let in."""

    def ask(self, terminal_id: str) -> int | None:
        """See Rationing."""
        ...

    def leave(self, terminal_id: str) -> None:
        """See Rationing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Who comes back from what. `line`: cases a second of each line.

    `fault`: how it shows at the terminals; `lasted`: seconds.
    """

    terminals: int = 12_000
    cases: Callable[[random.Random], float] = lambda _: 40.0
    line: Callable[[random.Random], float] = lambda _: LINE
    capacity: float = CAPACITY
    fault: Fault = Fault.GATEWAY_DOWN
    lasted: float = 3600.0
    limits: Limits = USUAL
    policy: Callable[[str, random.Random], Policy] = lambda name, chance: ReturnPolicy(
        name, uniform=chance.uniform
    )
    gate: Callable[[Limits, Callable[[], float]], Gate] = lambda limits, clock: Rationing(
        limits, clock=clock
    )


@dataclass(slots=True)
class Returned:
    """What was seen. Seconds count from the end of the outage."""

    floor: float  # all work at full capacity
    last_done: float = 0.0
    most_inside: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # by terminal
    arrivals: Counter[int] = field(default_factory=Counter)  # by second; refused ones too

    @property
    def most_refused(self) -> int:
        """Refusals of the terminal that had most."""
        return max(self.refused.values(), default=0)

    @property
    def busiest(self) -> int:
        """Arrivals of the busiest second."""
        return max(self.arrivals.values())

    @property
    def lateness(self) -> float:
        """The last one done, against the floor."""
        return self.last_done / self.floor


@dataclass(slots=True)
class _Session:
    left: float  # cases
    line: float


def come_back(outage: Outage, *, seed: int = 1) -> Returned:
    """All of it; 12,000 terminals take some seconds."""
    return _Return(outage, random.Random(seed)).run()


class _Return:
    def __init__(self, outage: Outage, chance: random.Random) -> None:
        self._outage = outage
        self._chance = chance
        names = [f"22{number:010d}-01" for number in range(outage.terminals)]
        self._policies = {name: outage.policy(name, chance) for name in names}
        self._work = {name: _Session(outage.cases(chance), outage.line(chance)) for name in names}
        self._seen = Returned(sum(one.left for one in self._work.values()) / outage.capacity)
        self._now = -outage.lasted
        self._began = datetime(2026, 11, 27, 8, tzinfo=UTC)
        self._gate = outage.gate(outage.limits, lambda: self._now)
        # Every terminal notices the outage in its next round.
        self._coming = [(self._now + chance.uniform(0, POLL), name) for name in names]
        heapq.heapify(self._coming)
        self._inside: dict[str, _Session] = {}

    def run(self) -> Returned:
        seen = self._seen
        while self._coming or self._inside:
            if not self._inside:
                self._now = max(self._now, self._coming[0][0])
            until = self._now + STEP
            for name in self._who_comes(until):
                self._comes(name)
            self._now = until
            seen.most_inside = max(seen.most_inside, len(self._inside))
            self._work_for(STEP)
        return seen

    def _who_comes(self, until: float) -> Iterator[str]:
        while self._coming and self._coming[0][0] < until:
            moment, name = heapq.heappop(self._coming)
            self._now = max(self._now, moment)
            yield name

    def _comes(self, name: str) -> None:
        fault, retry_after = self._outage.fault, None
        if self._now >= 0:
            self._seen.arrivals[int(self._now)] += 1
            retry_after = self._gate.ask(name)
            if retry_after is None:
                self._inside[name] = self._work[name]
                return
            self._seen.refused[name] += 1
            fault = Fault.GATEWAY_BUSY
        now = self._began + timedelta(seconds=self._now)
        wait = self._policies[name].wait(fault, retry_after, now)
        assert wait is not None
        gives_up = SILENCE if fault is Fault.GATEWAY_UNREACHABLE else 0.0
        heapq.heappush(self._coming, (self._now + wait + gives_up, name))

    def _work_for(self, seconds: float) -> None:
        """Share the capacity out; what a slow line leaves goes to the others."""
        left = self._outage.capacity * seconds
        by_line = sorted(self._inside.items(), key=lambda one: one[1].line)
        for position, (_, session) in enumerate(by_line):
            part = min(session.line * seconds, session.left, left / (len(by_line) - position))
            session.left -= part
            left -= part
        done = [name for name, session in by_line if session.left <= NOTHING]
        for name in done:
            del self._inside[name]
            self._gate.leave(name)
            self._seen.last_done = self._now
