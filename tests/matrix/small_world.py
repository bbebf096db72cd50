"""One terminal and one office in one thread: the real code of both over a line and disks of chance.

What is not real: the cipher, HTTP below the terminal's client and above the gateway's application,
threads, clocks and disks. Sizes are those of a village at about one to two hundred.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from kiosk.domain.case import Case
from kiosk.domain.service_item import ServiceCatalog
from offline_store.lifetime import Uptime
from offline_store.sqlcipher_store import SqlCipherStore
from sync import http_gateway, page_lanes
from sync.api import (
    Acknowledged,
    GatewayUnreachable,
    PagesAnswer,
    PagesWanted,
    SubmitAnswer,
)
from sync.gateway import office, packs, page_door, parts, signing, stick_desk
from sync.gateway.database import DatabaseTrouble
from sync.gateway.metrics import Metrics
from sync.gateway.office import Elsewhere, Office
from sync.gateway.standing import Standing
from sync.http_gateway import HttpGateway
from sync.pieces import Piece
from sync.sync_round import SyncRound
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import TERMINAL_ID, Heard
from tests.matrix.danger import Danger, Died
from tests.matrix.disk import Folder, Loss
from tests.matrix.lanes_by_turns import ByTurns
from tests.matrix.memory_database import Memory, OfficeDatabase, TerminalDatabase
from tests.matrix.memory_disk import MemoryDisk
from tests.matrix.small_line import OnTheSpot, SmallLine, SmallTransport

SMALLEST_PARCEL = 300  # bytes, in place of 64 KB
WRITTEN_AT_ONCE = 150  # bytes of a slow body that the gateway writes at once, in place of 32 KB
LANES = (1, 1, 1, 3)
TURN_LEFT = 0.1  # of the times that the gateway hands work to a thread: others come first
MOST = 10_000  # bytes: all that there is
CHUNKS = (400, MOST, MOST)  # bytes
AT_WILL = 1000  # requests that may store at once: nobody waits for another here
FIRST, SECOND = ("c1", b"the first catalogue"), ("c2", b"the second catalogue, a little longer")


@dataclass(frozen=True, slots=True)
class Careless:
    """What one side forgets, for the proof that it is found out; nothing when it is as it is."""

    hopeful: bool = False  # the terminal takes a text that it could send for received
    answers_early: bool = False  # the gateway answers before its commit
    forgets: str = ""  # folder of which the gateway does not sync the files


AS_IT_IS = Careless()


class SmallOffice:
    """The gateway's own Office. `life`: which start of it this is, from 1."""

    def __init__(self, careless: Careless) -> None:
        self.danger = Danger()
        self.memory = Memory()
        self.disk = MemoryDisk(self.danger.pass_by, forgets=careless.forgets)
        self.database = OfficeDatabase(
            self.memory, self.danger, answers_early=careless.answers_early
        )
        self._chance = random.Random(0)
        self.given_out: dict[str, int] = {}  # page: bytes of it that the terminal need not send
        self.wrong: list[str] = []
        self.life = 0
        self.now = NOON
        self.catalogue = FIRST

    def begin(self, chance: random.Random, *, likely: float) -> None:
        """A new story, from what was prepared."""
        self.database.die()
        self.memory.begin()
        self.disk.begin()
        self.danger.begin(chance, likely=0.0)
        self._chance = chance
        self.now, self.catalogue, self.life = NOON, FIRST, 0
        self.given_out.clear()
        self.wrong.clear()
        self.start()
        self.danger.likely = likely

    def reborn(self) -> None:
        """It died, by a kill or with the power; start again, until that lives."""
        while True:
            self.database.die()
            if self._chance.random() < 0.5:
                self._lose_power()
            try:
                self.start()
            except Died:
                continue
            except (DatabaseTrouble, OSError):  # it does not start before somebody has made room
                self.fill_up(is_full=False)
                continue
            return

    def start(self) -> None:
        """A new process over what is there."""
        self.danger.born()
        version, file = self.catalogue
        self.office = Office(
            self.disk.place("/gateway"),
            catalog=ServiceCatalog({}, version=version),
            catalog_file=file,
            now=lambda: self.now,
            elsewhere=Elsewhere(database=lambda: self.database),
        )
        self.app = self.office.asgi()
        self.life += 1

    def fill_up(self, *, is_full: bool) -> None:
        """Its disk takes nothing more, or again everything."""
        self.disk.is_full = self.memory.is_full = is_full

    def _lose_power(self) -> None:
        before = self._parts()
        self.disk.lose_power(self._chance.choice(tuple(Loss)), self._chance)
        after = self._parts()
        for sha256, offset in self.given_out.items():
            part = before.get(sha256, b"")[:offset]
            if len(part) == offset and after.get(sha256, b"")[:offset] != part:
                self.wrong.append("an offset was given out of bytes that were not on the disk")

    def _parts(self) -> dict[str, bytes]:
        folder = self.disk.place("/gateway/part")
        return {part.name.partition(".")[2]: part.read_bytes() for part in folder.iterdir()}


class SmallTerminal:
    """The terminal's own store, client and sync."""

    def __init__(self, line: SmallLine, careless: Careless) -> None:
        self.danger = Danger()
        self.memory = Memory()
        self._line = line
        self._is_hopeful = careless.hopeful
        self.pace = SimpleNamespace(rate=0.0)
        self.boot, self.uptime = 0, timedelta()

    def prepared(self, images: "Images") -> None:
        """Every story begins with these."""
        self.memory.prepared(images.terminal)
        self._token, self._key = images.token, images.key

    def begin(self, chance: random.Random, *, likely: float) -> None:
        """A new story, from what was prepared."""
        self.memory.begin()
        self.danger.begin(chance, likely=likely)
        self.set_pace(chance.choice(CHUNKS), chance.choice(LANES))
        self.boot, self.uptime = 0, timedelta()
        self.reborn()

    def set_pace(self, chunk: int, lanes: int) -> None:
        """What the line seems to carry."""
        self.pace.chunk, self.pace.connections = lambda: chunk, lambda: lanes

    def reborn(self) -> None:
        """It died, or its store would not: start again."""
        self.memory.die()
        self.danger.born()
        self.store = self.new_store()
        self._round = SyncRound(self.store, self.new_client(), listener=Heard(), clock=lambda: NOON)

    def new_store(self) -> SqlCipherStore:
        """On what is in memory now."""
        database = TerminalDatabase(self.memory, self.danger)
        return SqlCipherStore(database=database, clock=lambda: NOON, look=self._look)

    def booted(self) -> None:
        """The whole machine starts again."""
        self.boot, self.uptime = self.boot + 1, timedelta()
        self.reborn()

    def _look(self) -> Uptime:
        return Uptime(str(self.boot), int(self.uptime.total_seconds()))

    def new_client(self) -> HttpGateway:
        """The terminal's way to the gateway."""
        kind = HopefulGateway if self._is_hopeful else NotingGateway
        made = kind("", terminal_id=TERMINAL_ID, token=self._token, gateway_key=self._key)
        made.given_out = self._line.office.given_out
        return made

    def sync(self, now: datetime) -> bool:
        """One round; whether there is more to do. Raises StoreError."""
        return self._round.run(now).again


class NotingGateway(HttpGateway):
    """Notes from where on the gateway wants the pages: what is before must be on its disk."""

    given_out: dict[str, int]

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        answers = super().submit_all(cases)
        for answer in answers:
            if isinstance(answer, PagesWanted):
                self.given_out.update(answer.offsets)
        return answers

    def send_pieces(self, some: Sequence[Piece], asked: Sequence[Case]) -> PagesAnswer:
        answer = super().send_pieces(some, asked)
        self.given_out.update(answer.partial)
        for case in answer.cases:
            if isinstance(case, PagesWanted):
                self.given_out.update(case.offsets)
        return answer


def _nobody_asks() -> Standing:
    raise AssertionError("nobody reads the figures of a small office")


def _that_have(name: str) -> list[Any]:
    """The gateway's modules with that name in them."""
    return [
        module
        for path, module in sys.modules.items()
        if path.startswith("sync.gateway.") and hasattr(module, name)
    ]


class HopefulGateway(NotingGateway):
    """Takes a text that it could send for received."""

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        try:
            return super().submit_all(cases)
        except GatewayUnreachable:
            return [Acknowledged("", b"hoped") for _ in cases]


@dataclass(frozen=True, slots=True)
class Images:
    """Both sides as every story finds them."""

    terminal: bytes
    office: bytes
    disk: Folder
    token: str
    key: bytes  # public, of the gateway


class SmallWorld:
    """Both sides and the line; any number of stories, one after another."""

    def __init__(self, careless: Careless) -> None:
        self.office = SmallOffice(careless)
        self.line = SmallLine(self.office)
        self.terminal = SmallTerminal(self.line, careless)
        self._turns = ByTurns()
        self._metrics = Metrics(_nobody_asks)  # of all lives together: to make them takes a tenth
        self._chance = random.Random(0)

    def prepared(self, images: Images) -> None:
        """Every story begins with these."""
        self.token = images.token
        self.office.memory.prepared(images.office)
        self.office.disk.prepared(images.disk)
        self.terminal.prepared(images)

    def begin(self, chance: random.Random, *, likely: float) -> None:
        """A new story."""
        random.seed(chance.random())  # for the waits of the sender
        self._chance = chance
        self._turns.begin(chance)
        self.line.begin(chance)
        self.office.begin(chance, likely=likely)
        self.terminal.begin(chance, likely=likely)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Within, this world stands in for the real one."""
        flock = SimpleNamespace(flock=lambda *_: None, LOCK_EX=0)
        on_the_spot = OnTheSpot(lambda: self._chance.random() < TURN_LEFT)
        places: list[tuple[Any, str, Any]] = [
            (packs, "os", self.office.disk.calls),
            (parts, "os", self.office.disk.calls),
            (signing, "os", self.office.disk.calls),
            (stick_desk, "os", self.office.disk.calls),
            (stick_desk, "fcntl", flock),
            *((module, "to_thread", on_the_spot) for module in _that_have("to_thread")),
            *((module, "settled", on_the_spot.settled) for module in _that_have("settled")),
            (page_door, "STORING", AT_WILL),
            (office, "Metrics", lambda _: self._metrics),
            (page_door, "monotonic", self._monotonic),
            (page_door, "AT_ONCE", WRITTEN_AT_ONCE),
            (page_lanes, "LEAST_PARCEL", SMALLEST_PARCEL),
            (page_lanes, "ThreadPoolExecutor", self._turns.executor),
            (page_lanes, "wait", self._turns.wait),
            (http_gateway, "HttpTransport", self._transport),
        ]
        with ExitStack() as stack:
            for module, name, ours in places:
                stack.enter_context(patch.object(module, name, ours))
            yield

    def _monotonic(self) -> float:
        """Of a clock by which some bodies are slow."""
        return self._chance.choice((0.0, 0.0, 1.0))

    def _transport(self, _base_url: str, *, headers: dict[str, str], **_: Any) -> SmallTransport:
        return SmallTransport(self.line, self.terminal.pace, headers)
