"""Whatever kills terminal or gateway while a case is sent, it arrives once, whole, and is known."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import Case, CaseState
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync.gateway.office import Office
from sync.gateway.serve import EmbeddedGateway
from sync.gateway_key import GatewayKey
from sync.http_gateway import HttpGateway
from sync.sync_round import SyncRound
from tests.counterparts.sample_cases import NOON, NUMBER
from tests.counterparts.village import TERMINAL_ID, Heard, confirmed
from tests.journeys import gateway_child, send_child

ROOT = Path(__file__).parents[2]
FEWEST_KILLS = 10
MOST_POINTS = 14
# What changes a disk, and what is said to the other side.
CALLS = ("sendto", "pwrite64", "fsync", "fdatasync", "rename", "ftruncate")
KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL}


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th call of that name, counted from the start of the program."""

    call: str
    number: int

    def options(self) -> tuple[str, ...]:
        """For strace: no list, and a SIGKILL at exactly this call."""
        kill = f"inject={self.call}:signal=SIGKILL:when={self.number}"
        return ("-o", "/dev/null", "-e", f"trace={self.call}", "-e", kill)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A closed store with one case that waits, and a closed gateway that knows the terminal."""

    store: Path
    gateway: Path
    token: str
    key: bytes

    def copied(self, folder: Path) -> "Prepared":
        """The same in another folder."""
        return Prepared(
            shutil.copytree(self.store, folder / "store"),
            shutil.copytree(self.gateway, folder / "gateway"),
            self.token,
            self.key,
        )

    def open_store(self) -> SqlCipherStore:
        return open_store(self.store, FileKey(self.store / "store.key"))

    def client(self, address: str) -> HttpGateway:
        return HttpGateway(address, terminal_id=TERMINAL_ID, token=self.token, gateway_key=self.key)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    office = Office(folder / "gateway")
    token = office.door.add_terminal(TERMINAL_ID)
    office.close()
    made = Prepared(folder / "store", folder / "gateway", token, office.public_key)
    store = made.open_store()
    confirmed(store, pages=2, side=200)
    store.close()
    return made


@contextmanager
def serving(prepared: Prepared) -> Iterator[EmbeddedGateway]:
    gateway = EmbeddedGateway(prepared.gateway)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.stop()


@contextmanager
def traced(module: str, options: Sequence[str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program under strace. It must end by itself: strace alone would leave it behind."""
    child = subprocess.Popen(
        ["strace", "-f", "-qq", *options, sys.executable, "-m", module, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield child
    finally:
        child.wait(30)
        assert child.stdout is not None
        child.stdout.close()


def send(prepared: Prepared, options: Sequence[str], address: str) -> tuple[int, bytes]:
    """The terminal's program: exit code and what it said."""
    words = (str(prepared.store), address, prepared.token, prepared.key.hex())
    with traced("tests.journeys.send_child", options, *words) as child:
        assert child.stdout is not None
        said = child.stdout.read()
        return child.wait(60), said


def points_in(log: Path, marker: str) -> list[Point]:
    """Every call after the marker, a spread of them."""
    counts: dict[str, int] = {}
    found: list[Point] = []
    begun = False
    for line in log.read_text().splitlines():
        called = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if called is None:
            continue
        begun = begun or marker in line
        name = called[1]
        counts[name] = counts.get(name, 0) + 1
        if begun and name in CALLS:
            found.append(Point(name, counts[name]))
    step = -(-len(found) // MOST_POINTS)
    return found[::step]


def listing(log: Path) -> tuple[str, ...]:
    return ("-o", str(log), "-e", f"trace={','.join((*CALLS, 'access', 'faccessat'))}")


def finish_and_check(prepared: Prepared) -> None:
    """Start both again, let them finish, and look at everything that must hold."""
    store = prepared.open_store()
    with serving(prepared) as gateway:
        client = prepared.client(gateway.base_url)
        for hours in (1, 2):  # the second round has nothing to do
            SyncRound(store, client, listener=Heard()).run(NOON + timedelta(hours=hours))
        [arrived] = gateway.review.waiting()
        [ours] = store.cases_of(NUMBER)
        check_same(arrived, ours, store, gateway)
        client.interrupt()
    assert store.integrity_problems() == []
    store.close()
    office = Office(prepared.gateway)
    assert office.problems() == []
    office.close()


def check_same(arrived: Case, ours: Case, store: SqlCipherStore, gateway: EmbeddedGateway) -> None:
    assert ours.state is CaseState.RECEIVED
    assert store.waiting() == 0
    assert store.aside() == []
    assert (arrived.case_id, arrived.answers) == (ours.case_id, ours.answers)
    assert (arrived.pages, arrived.signature) == (ours.pages, ours.signature)
    assert ours.official_number == arrived.official_number
    assert ours.official_number.endswith("0001")  # minted once
    for page in ours.pages:
        content = gateway.review.page(page.sha256)
        assert hashlib.sha256(content).hexdigest() == page.sha256
    [(signed,)] = store._database.execute("SELECT acknowledgement FROM cases")
    word = GatewayKey(gateway.public_key).acknowledgement(signed)
    assert word.official_number == ours.official_number


def test_a_terminal_killed_while_sending_delivers_exactly_one_whole_case(
    prepared: Prepared, tmp_path: Path
) -> None:
    counted = prepared.copied(tmp_path / "counted")
    with serving(counted) as gateway:
        log = tmp_path / "calls"
        assert send(counted, listing(log), gateway.base_url) == (0, b"0")
    points = points_in(log, send_child.MARKER)
    assert {point.call for point in points} >= {"sendto", "pwrite64"}

    def kill_at(point: Point) -> bool:
        folder = prepared.copied(tmp_path / f"{point.call}-{point.number}")
        with serving(folder) as gateway:
            code, _ = send(folder, point.options(), gateway.base_url)
        finish_and_check(folder)
        return code in KILLED

    with ThreadPoolExecutor(2) as pool:
        killed = list(pool.map(kill_at, points))
    assert sum(killed) >= FEWEST_KILLS


def test_a_gateway_killed_while_receiving_keeps_exactly_one_whole_case(
    prepared: Prepared, tmp_path: Path
) -> None:
    log = tmp_path / "calls"
    assert not receive(prepared.copied(tmp_path / "counted"), listing(log))
    points = points_in(log, gateway_child.MARKER)
    assert {point.call for point in points} >= {"sendto", "pwrite64"}

    def kill_at(point: Point) -> bool:
        folder = prepared.copied(tmp_path / f"{point.call}-{point.number}")
        was_killed = receive(folder, point.options())
        finish_and_check(folder)
        return was_killed

    with ThreadPoolExecutor(2) as pool:
        killed = list(pool.map(kill_at, points))
    assert sum(killed) >= FEWEST_KILLS


def receive(prepared: Prepared, options: Sequence[str]) -> bool:
    """A gateway under strace and one round of a terminal; True when the gateway was killed."""
    with traced("tests.journeys.gateway_child", options, str(prepared.gateway)) as child:
        assert child.stdout is not None
        words = child.stdout.readline().split()
        if words:  # else it was killed before it said so
            port, process = (int(word) for word in words)
            store = prepared.open_store()
            client = prepared.client(f"http://127.0.0.1:{port}")
            SyncRound(store, client, listener=Heard()).run(NOON)
            client.interrupt()
            store.close()
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        return child.wait(30) in KILLED
