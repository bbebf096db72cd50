"""Sends many small cases through every kind of bad line and bad answer; each must arrive once."""

import hashlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from kiosk.domain.case import Case, CaseState
from sync import wire
from sync.http_gateway import HttpGateway
from sync.sync_round import SyncRound
from tests.counterparts.canned_gateway import Canned, CannedGateway
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import Heard, Village
from tests.matrix.tally import Tally, bench

GROUP = 5  # cases that meet the same weather
PATIENCE = 0.4  # seconds; the real line gets 20 and 30
ROUNDS = 6  # within so many on a whole line everything has to be there
BOUND = 12.0  # seconds that one round may last, whatever the line does
OURS = {wire.GATEWAY_HEADER: str(wire.VERSION)}
PORTAL = Canned(200, b"<html>login</html>", {"Content-Type": "text/html"})

BAD_ANSWERS = {
    "portal with 200": PORTAL,
    "portal in our type": Canned(200, b"{}", {"Content-Type": wire.JSON}),
    "forged word": Canned(
        200, b'{"type":"received","acknowledgement":"e30="}', {"Content-Type": wire.JSON, **OURS}
    ),
    "401": Canned(401, b"", OURS),
    "429": Canned(429, b"", {"Retry-After": "60"}),
    "429 of ours": Canned(429, b"", {"Retry-After": "60", **OURS}),
    "500": Canned(500, b"", OURS),
    "502 of a proxy": Canned(502, b"bad gateway"),
    "503 for a year": Canned(503, b"", {"Retry-After": "31536000", **OURS}),
    "409 of a stranger": Canned(409, b"", {}),
    "413 of a stranger": Canned(413, b"", {}),
    "redirect": Canned(302, b"", {"Location": "http://127.0.0.1:9/"}),
}
CONFLICT = wire.Problem("urn:doorstep:problem:case-differs", "another text", 409, ("case: x",))
POISON = {
    "409 of ours": Canned(409, wire.canonical(CONFLICT), {"Content-Type": wire.PROBLEM, **OURS}),
    "413 of ours": Canned(413, b"", OURS),
}


@dataclass
class Sweep:
    """A village, its clock, and what has been confirmed in it."""

    village: Village
    tally: Tally
    chance: random.Random
    now: datetime = NOON
    serial: int = 0
    confirmed: list[Case] = field(default_factory=list)
    poisoned: set[str] = field(default_factory=set)

    def group(self, count: int) -> None:
        """Residents confirm so many cases."""
        for _ in range(count):
            self.serial += 1
            self.confirmed.append(self.village.confirm(self.serial, pages=1, side=48))

    def round(self, client: HttpGateway) -> None:
        """One round an hour later; it must end in time."""
        self.now += timedelta(hours=1)
        begun = time.monotonic()
        breaker = threading.Timer(BOUND, client.interrupt)
        breaker.start()
        SyncRound(self.village.store, client, listener=Heard()).run(self.now)
        breaker.cancel()
        if time.monotonic() - begun >= BOUND:
            raise AssertionError(f"a round lasted longer than {BOUND:g} s")

    def arrive(self) -> list[str]:
        """The line is whole again; what does not arrive now."""
        self.village.line.mend()
        self.village.line.set(reset_every=0, up=0.0, down=0.0, answers_to_lose=0)
        for _ in range(ROUNDS):
            client = self.village.new_client()
            self.round(client)
            client.interrupt()
            if not self.village.store.waiting():
                return []
        return [f"{self.village.store.waiting()} cases are stuck"]


def sweep(points: int, *, group: int = GROUP) -> Tally:
    """So many cases, `group` of them through each kind in turn; 0: 300 cases."""
    tally = Tally("bad lines and bad answers")
    with bench("network") as folder:
        village = Village(folder)
        try:
            run = Sweep(village, tally, random.Random(1))
            kinds = [*_weathers(run), *_answers(run)]
            left, turn = points or 300, 0
            while left:
                name, meet = kinds[turn % len(kinds)]
                count = min(group, left)
                _one(run, name, meet, count)
                left, turn = left - count, turn + 1
            tally.count(("in the end", f"{len(run.confirmed)} cases"), _in_the_end(run))
        finally:
            village.close()
    return tally


def _one(run: Sweep, name: str, meet: Callable[[], bool], count: int) -> None:
    run.group(count)
    problems, met = [], False
    try:
        met = meet()
        problems = run.arrive()
    except AssertionError as error:
        problems = [str(error), *run.arrive()]
        met = True
    aside = {entry.case_id for entry in run.village.store.aside()} - run.poisoned
    if aside:
        problems.append(f"{len(aside)} set aside without need")
        run.poisoned |= aside
    for number in range(count):
        run.tally.count((name,), problems if number == 0 else [], hit=met)


def _weathers(run: Sweep) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Each gives True when the line really did something to the cases."""
    line = run.village.line

    def under(**weather: float) -> Callable[[], bool]:
        def meet() -> bool:
            before = line.counts.resets + line.counts.refused
            line.set(**weather)
            for _ in range(2):
                client = run.village.new_client(block_timeout=PATIENCE, answer_timeout=PATIENCE)
                run.round(client)
                client.interrupt()
            return line.counts.resets + line.counts.refused > before or bool(
                run.village.store.waiting()
            )

        return meet

    for _ in range(4):
        yield "cut in the middle", under(cut_after=run.chance.randint(1, 20_000))
        yield "answer lost", under(answers_to_lose=run.chance.randint(1, 6))
        yield "reset every few KB", under(reset_every=run.chance.randint(1_500, 9_000))
    yield "cut from the start", under(cut=True)
    yield "dark", under(dark=True)
    yield "dark in turns", under(up=0.02, down=0.9)


def _answers(run: Sweep) -> Iterator[tuple[str, Callable[[], bool]]]:
    for name, answer in BAD_ANSWERS.items():
        yield name, partial(_asked, run, answer)
    for name, answer in POISON.items():
        yield name, partial(_poisoned, run, answer)
    yield "a byte at a time", lambda: _drip(run)


def _asked(run: Sweep, answer: Canned) -> bool:
    """Somebody else answers in the gateway's place."""
    with CannedGateway(answer) as stranger:
        client = run.village.new_client(base_url=stranger.base_url)
        run.round(client)
        client.interrupt()
        return bool(stranger.asked)


def _poisoned(run: Sweep, answer: Canned) -> bool:
    """One more case that our gateway refuses for good; the others are not touched by it."""
    arrived = run.arrive()
    run.group(1)
    run.poisoned.add(run.confirmed[-1].case_id)
    return _asked(run, answer) and not arrived


def _drip(run: Sweep) -> bool:
    """An answer that never ends and never stops."""
    with dripping() as address:
        client = run.village.new_client(
            base_url=address, block_timeout=PATIENCE, answer_timeout=PATIENCE
        )
        run.round(client)
        client.interrupt()
        return True


@contextmanager
def dripping(begin: bytes = b"HTTP/1.1 200 OK\r\nX: ") -> Iterator[str]:
    """Something that answers every request with this, then one byte after another, for ever."""
    ended = threading.Event()
    opened = socket.create_server(("127.0.0.1", 0))

    def answer(peer: socket.socket) -> None:
        with peer, suppress(OSError):
            peer.sendall(begin)
            while not ended.wait(PATIENCE / 4):
                peer.sendall(b"x")

    def listen() -> None:
        with suppress(OSError):
            while True:
                peer, _ = opened.accept()
                threads.append(threading.Thread(target=answer, args=(peer,)))
                threads[-1].start()

    threads = [threading.Thread(target=listen)]
    threads[0].start()
    try:
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"
    finally:
        ended.set()
        opened.shutdown(socket.SHUT_RDWR)
        opened.close()
        for thread in threads:
            thread.join(5)


def _in_the_end(run: Sweep) -> list[str]:
    """The gateway has every case once and whole, apart from those it was made to refuse."""
    expected = {case.case_id: case for case in run.confirmed if case.case_id not in run.poisoned}
    there = run.village.gateway.review.every()
    found = []
    if len(there) != len(expected) or {case.case_id for case in there} != set(expected):
        found.append(f"{len(there)} cases at the gateway instead of {len(expected)}")
    if len({case.official_number for case in there}) != len(there):
        found.append("two cases have one number")
    for case in there:
        ours = run.village.store.case(case.case_id)
        if ours.state is not CaseState.RECEIVED or ours.official_number != case.official_number:
            found.append(f"{case.case_id} is not known to be there")
        for page in (*case.pages, *((case.signature,) if case.signature else ())):
            if (
                hashlib.sha256(run.village.gateway.review.page(page.sha256)).hexdigest()
                != page.sha256
            ):
                found.append(f"{case.case_id} has a damaged page")
    if {entry.case_id for entry in run.village.store.aside()} != run.poisoned:
        found.append("set aside is not what was refused")
    return found
