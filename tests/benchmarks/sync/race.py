"""One contestant sends one work over one line; what it took."""

import json
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks.peers.install import BUILD
from tests.benchmarks.sync.contestants import Contestant
from tests.benchmarks.sync.work import Work
from tests.counterparts.line_packets import WayCounts
from tests.counterparts.village_line import CHECKOUT, VillageLine, Weather

LOOK_EVERY: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A line, and what happens on it."""

    weather: Weather
    congestion: str = "cubic"
    limit: float = 300.0  # seconds until somebody counts as not done
    kill_at: float = 0.0  # seconds after the first packet: kill -9 of the client, start it again


@dataclass(frozen=True, slots=True)
class Run:
    """What was seen. Seconds from the client's first packet to its knowing that all is there."""

    seconds: float | None  # None: not done within the limit
    payload: int
    up: WayCounts = field(repr=False)
    down: WayCounts = field(repr=False)
    cuts: int
    rate: float  # bytes/s of the line

    @property
    def wire(self) -> float:
        """Bytes on the wire, both ways with all headers, for each byte that had to get there."""
        return (self.up.bytes + self.down.bytes) / self.payload

    @property
    def of_line(self) -> float:
        """Share of the line's rate; 0 when not done."""
        return self.payload / self.rate / self.seconds if self.seconds else 0.0

    @property
    def again(self) -> int:
        """Bytes of the streams up, each counted once, beyond the payload.

        Request heads are in it, so it is the most that a program can have sent again.
        """
        return max(0, self.up.stream - self.payload)

    @property
    def requests(self) -> int:
        """HTTP requests that were begun."""
        return sum(self.up.requests.values())


def race(one: Contestant, work: Work, course: Course, *, seed: int = 1) -> Run:
    """Raises AssertionError when it says it is done and the server's copy is not right.

    RuntimeError when it ends before it is done: whoever is not done in time still tries.
    """
    BUILD.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="race-", dir=BUILD) as name,
        VillageLine(congestion=course.congestion, seed=seed) as line,
    ):
        folder = Path(name)
        with one.serving(line, folder):
            command = line.at_terminal(one.client(line, work, folder))
            line.set(course.weather)
            line.fresh()
            done = _sent(line, command, course)
            state = line.state()
        if done is not None:
            missing = work.hashes - one.arrived(work, folder)
            assert not missing, f"{one.name}: {len(missing)} files are not there"
    return Run(
        seconds=done - state.up.first if done is not None else None,
        payload=work.payload,
        up=state.up,
        down=state.down,
        cuts=state.cuts,
        rate=course.weather.kbit * 1000 / 8,
    )


def _sent(line: VillageLine, command: list[str], course: Course) -> float | None:
    """The moment at which the client knew."""
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        client = _start(command, said.fileno())
        try:
            if course.kill_at:
                while time.monotonic() < (line.state().up.first or begun) + course.kill_at:
                    time.sleep(LOOK_EVERY)
                _kill(client)
                client = _start(command, said.fileno())
            first = line.state().up.first or begun
            while client.poll() is None and time.monotonic() < first + course.limit:
                time.sleep(LOOK_EVERY)
            code = client.poll()
        finally:
            _kill(client)
        said.seek(0)
        lines = [json.loads(row) for row in said if row.startswith("{")]
        done = next((float(row["done"]) for row in lines if "done" in row), None)
        if done is None and code is not None:
            raise RuntimeError(f"{command[-3:]} ended with {code} without being done")
        return done


def _start(command: list[str], told: int) -> subprocess.Popen[bytes]:
    """In a group of its own, so that nothing of it outlives a kill."""
    return subprocess.Popen(command, stdout=told, cwd=CHECKOUT, start_new_session=True)


def _kill(client: subprocess.Popen[bytes]) -> None:
    if client.poll() is None:
        os.killpg(client.pid, signal.SIGKILL)
    client.wait()
