"""What the gateway takes in a second, durable and hash-checked, against nginx that only stores.

nginx keeps the very same request bodies by PUT and never waits for the disk; the gateway checks,
packs, waits for the disk, commits, signs and answers. Both get them from the same C program over
the same number of connections, in turns, on the same disk folder.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Final

from sync.gateway.database_address import opener_of
from sync.gateway.office import Elsewhere, Office
from tests.benchmarks import _gateway_load as load
from tests.benchmarks._gateway_load import Forms, Plan, Sent, Terminal
from tests.benchmarks._processor import seconds_of
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.nginx_server import NginxServer, as_packaged
from tests.counterparts.postgres_server import PostgresServer

NAME: Final = "gateway"
CONNECTIONS: Final = 8  # as reference/sync.md section 5
MANY_CONNECTIONS: Final = 64  # for forms one by one
ROUNDS: Final = 5
CASES: Final = 240  # of a round, 192 MB
FORMS: Final = 4_000  # of a round, each alone in its request
TOGETHER: Final = 200  # forms of one request of a terminal that was without a line for days
BATCHED: Final = 6_000  # of a round
RECEIPT: Final = '"type":"brief"'  # in the answer to pages whose case is signed for
STORE: Final = """
    client_max_body_size 64m;
    keepalive_requests 1000000;
    server {
        listen 127.0.0.1:{port};
        root FOLDER/stored;
        client_body_buffer_size 256k;
        location / { dav_methods PUT; }
    }
"""


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that takes requests, by PUT or as the gateway wants them.

    `pids`: its processes, less those of a database server.
    """

    name: str
    port: int
    terminals: tuple[Terminal, ...]
    pids: frozenset[int]
    put: bool = False


def run() -> dict[str, float]:
    """About three minutes."""
    with folder() as place, ExitStack() as stack:
        c_program = load.program()
        catalog = place / "catalog.json"
        catalog.write_bytes(load.catalog_file())
        server = stack.enter_context(PostgresServer(durable=True))
        there = stack.enter_context
        contenders = [
            there(_nginx(place / "nginx")),
            there(gateway("sqlite", place / "sqlite", catalog)),
            there(gateway("postgres", place / "postgres", catalog, server.new_database())),
            there(_behind("nginx+sqlite", place / "behind", catalog)),
            there(_behind("nginx+postgres", place / "both", catalog, server.new_database())),
        ]
        forms = Forms(1)
        figures = _pages(c_program, contenders, forms)
        for together, count in ((1, FORMS), (TOGETHER, BATCHED)):
            figures |= _forms(c_program, contenders[1:3], forms, together, count)
    return {name: round(value, 3) for name, value in figures.items()}


def _pages(c_program: Path, contenders: list[Contender], forms: Forms) -> dict[str, float]:
    print(f"{CASES} cases with {load.PAGES} pages of 200 kB over {CONNECTIONS} connections")
    rates: dict[str, list[float]] = {}
    waits: dict[str, float] = {}
    work: dict[str, list[float]] = {}
    for number in range(ROUNDS + 1):
        for one in _in_turn(contenders, number):
            cases = forms.take_with_pages(CASES if number else CASES // 8)
            plan = load.with_pages(cases, one.terminals[:CONNECTIONS], put=one.put)
            before = seconds_of(one.pids)
            sent = _sent(c_program, one, plan, word="" if one.put else RECEIPT)
            if number:  # the first one warms up
                rates.setdefault(one.name, []).append(sent.rate)
                work.setdefault(one.name, []).append(seconds_of(one.pids) - before)
                waits[one.name] = sent.longest_wait
    peer = rates[contenders[0].name]
    figures = {}
    for name, some in rates.items():
        ratio = median(ours / theirs for ours, theirs in zip(some, peer, strict=True))
        figures[f"pages_{name}_per_s"], figures[f"pages_{name}_ratio"] = median(some), ratio
        # Of the processor alone, since neighbours on the machine change the rates more than us.
        each = median(work[name]) / CASES
        by_work = median(work[contenders[0].name]) / CASES / each
        figures[f"pages_{name}_ms"], figures[f"pages_{name}_work_ratio"] = each * 1000, by_work
        print(
            f"{name:16}{median(some):8.0f} /s{ratio:8.3f}  {waits[name]:6.0f} ms (p99)"
            f"  {each * 1000:6.2f} ms of processor{by_work:8.3f}"
        )
    return figures


def _forms(
    c_program: Path, contenders: list[Contender], forms: Forms, together: int, count: int
) -> dict[str, float]:
    print(f"\n{count} forms of {load.FORM / 1000:.1f} kB, {together} in a request")
    rates: dict[str, list[Sent]] = {}
    for number in range(ROUNDS + 1):
        for one in _in_turn(contenders, number):
            cases = forms.take(count if number else count // 8)
            lanes = one.terminals if together == 1 else one.terminals[:CONNECTIONS]
            plan = load.forms_alone(cases, lanes, together=together)
            sent = _sent(c_program, one, plan)
            if number:
                rates.setdefault(one.name, []).append(sent)
    figures = {}
    for name, some in rates.items():
        rate = median(sent.rate for sent in some)
        figures[f"forms_by_{together}_{name}_per_s"] = rate
        wait = median(sent.longest_wait for sent in some)
        print(f"{name:16}{rate:8.0f} /s  {wait:6.0f} ms (p99)")
    return figures


def _sent(c_program: Path, one: Contender, plan: Plan, *, word: str = "") -> Sent:
    os.sync()  # nobody pays for what another one left to be written
    return load.send(c_program, one.port, plan, word=word)


def _in_turn(contenders: list[Contender], number: int) -> list[Contender]:
    """None is always first."""
    begin = number % len(contenders)
    return contenders[begin:] + contenders[:begin]


# -- who takes part


@contextmanager
def folder() -> Iterator[Path]:
    """On a disk, not in memory, and where PostgreSQL's account and nginx's may enter."""
    load.BUILD.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="gateway-", dir=load.BUILD)).resolve()
    try:
        yield made
    finally:
        shutil.rmtree(made)


@contextmanager
def gateway(
    name: str, place: Path, catalog: Path, database: str = "", *options: str
) -> Iterator[Contender]:
    """`kiosk gateway serve` with terminals that may speak."""
    office = Office(place, elsewhere=Elsewhere(database=opener_of(database)))
    names = [f"terminal-{number:03d}" for number in range(MANY_CONNECTIONS)]
    terminals = tuple(Terminal(one, office.door.add_terminal(one)) for one in names)
    office.close()
    words = ("--catalog", str(catalog), *options)
    process = GatewayProcess(place, database=database, options=words)
    process.start()
    try:
        yield Contender(name, process.port, terminals, frozenset({process.pid}))
    finally:
        process.stop()


@contextmanager
def _nginx(place: Path) -> Iterator[Contender]:
    """Takes bodies by PUT and keeps each as a file."""
    (place / "stored").mkdir(parents=True)
    with NginxServer(place, STORE.replace("FOLDER", str(place))) as server:
        lanes = tuple(Terminal(f"{n}", "") for n in range(MANY_CONNECTIONS))
        yield Contender("nginx", server.port, lanes, frozenset({server.pid}), put=True)


@contextmanager
def _behind(name: str, place: Path, catalog: Path, database: str = "") -> Iterator[Contender]:
    """The same behind nginx, which takes the bodies, set up as it is shipped."""
    bodies = place / "bodies"
    with gateway(name, place / "gateway", catalog, database, "--bodies", str(bodies)) as behind:
        configuration = as_packaged(behind.port, bodies=bodies)
        with NginxServer(place / "nginx", configuration) as server:
            yield replace(behind, port=server.port, pids=behind.pids | {server.pid})
