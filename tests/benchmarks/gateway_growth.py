"""What a case costs a gateway that has a million cases, against one that has ten thousand.

Both gateways run at once and take the same requests in turns. What is stored beforehand is one real
case with four pages, copied below the gateway under other names; the bytes of those pages are not
there, since nobody reads them.
"""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any, Final

import psycopg

from sync.gateway.database_address import opener_of
from sync.gateway.office import LEDGER, Elsewhere, Office
from tests.benchmarks import _gateway_load as load
from tests.benchmarks._gateway_load import Forms, Plan, Terminal
from tests.benchmarks.gateway import CONNECTIONS, RECEIPT, Contender, folder, gateway
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.postgres_server import PostgresServer

NAME: Final = "gateway_growth"
FEW, MANY = 10_000, 1_000_000
ROUNDS: Final = 9
WITH_PAGES, FORMS, TOGETHER = 60, 2_000, 200
LARGEST_RATIO: Final = 1.2
PATTERN: Final = "growth-template"

# The n-th name of a case as UUIDv7, and of a page, and the copy of one case under it.
_SQLITE: Final = (
    """
    CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS
      (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<{count})
      SELECT i, printf('01900000-%04x-7000-8000-%012x', i/65536, i) AS id FROM c
    """,
    """
    INSERT INTO office_case SELECT n.id, o.terminal_id, o.fingerprint, o.text, o.arrived_at,
      o.state, 'old-'||n.i, o.received_at, o.acknowledgement, 0 FROM n, office_case o
      WHERE o.case_id='{case}' ORDER BY n.i
    """,
    "CREATE TEMP TABLE p AS SELECT n.id, lower(hex(randomblob(32))) AS sha256, k.k, n.i FROM n,"
    " (SELECT 0 AS k UNION SELECT 1 UNION SELECT 2 UNION SELECT 3) k",
    "INSERT INTO case_page SELECT id, sha256, 200000 FROM p ORDER BY i, sha256",
    "INSERT INTO content SELECT sha256, '20200101/'||id, k*200000, 200000, '' FROM p"
    " ORDER BY sha256",
    "INSERT INTO pack SELECT '20200101/'||id, 800000, NULL FROM n",
)
_POSTGRES: Final = (
    """
    CREATE TEMP TABLE n AS SELECT i, format('01900000-%s-7000-8000-%s',
      lpad(to_hex(i/65536), 4, '0'), lpad(to_hex(i), 12, '0')) AS id
      FROM generate_series(1, {count}) AS i
    """,
    _SQLITE[1],
    "CREATE TEMP TABLE p AS SELECT n.id, encode(sha256((n.id||k)::bytea), 'hex') AS sha256, k, n.i"
    " FROM n, generate_series(0, 3) AS k",
    *_SQLITE[3:],
)


@dataclass(frozen=True, slots=True)
class _Engine:
    """`fill`: puts so many copies of that case into the database in that folder or address."""

    name: str
    address: Callable[[], str]
    fill: Callable[[Path, str, int, str], None]


def run(*options: str) -> dict[str, float]:
    """About ten minutes and 15 GB for a while; a smaller number of cases as option."""
    many = int(options[0]) if options else MANY
    figures: dict[str, float] = {}
    with PostgresServer(durable=True) as server:
        for engine in (
            _Engine("sqlite", lambda: "", _fill_sqlite),
            _Engine("postgres", server.new_database, _fill_postgres),
        ):
            figures |= _grown(engine, many)
    return {name: round(value, 3) for name, value in figures.items()}


def _grown(engine: _Engine, many: int) -> dict[str, float]:
    with folder() as place, ExitStack() as stack:
        program = load.program()
        catalog = place / "catalog.json"
        catalog.write_bytes(load.catalog_file())
        pair = []
        for count in (FEW, many):
            begun, home, address = monotonic(), place / str(count), engine.address()
            case_id = _one_real_case(program, home, address, catalog)
            engine.fill(home, address, count, case_id)
            print(f"{engine.name}: {count} cases stored in {monotonic() - begun:.0f} s")
            pair.append(stack.enter_context(gateway(engine.name, home, catalog, address)))
        forms = Forms(7)
        figures = {}
        for what, made in (
            ("pages", lambda one: load.with_pages(forms.take_with_pages(WITH_PAGES), _lanes(one))),
            (
                "forms",
                lambda one: load.forms_alone(forms.take(FORMS), _lanes(one), together=TOGETHER),
            ),
        ):
            word = RECEIPT if what == "pages" else ""
            ratio = _in_turns(program, (pair[0], pair[1]), made, word)
            verdict = "met" if ratio <= LARGEST_RATIO else "MISSED"
            print(f"{engine.name}: {what} cost {ratio:.3f} (goal {LARGEST_RATIO}, {verdict})")
            figures[f"{engine.name}_{what}_ratio"] = ratio
        return figures


def _in_turns(
    program: Path, pair: tuple[Contender, Contender], made: Callable[[Contender], Plan], word: str
) -> float:
    """Median of the seconds of the large one against those of the small one, round by round."""
    ratios = []
    for number in range(ROUNDS + 1):
        seconds = {}
        for one in pair if number % 2 else pair[::-1]:
            seconds[one.port] = load.send(program, one.port, made(one), word=word).seconds
        if number:  # the first one warms up
            ratios.append(seconds[pair[1].port] / seconds[pair[0].port])
    return median(ratios)


def _lanes(one: Contender) -> tuple[Terminal, ...]:
    return one.terminals[:CONNECTIONS]


def _one_real_case(program: Path, home: Path, address: str, catalog: Path) -> str:
    """Sent over the wire, so that every column is what a gateway writes; its id."""
    office = Office(home, elsewhere=Elsewhere(database=opener_of(address)))
    terminal = Terminal(PATTERN, office.door.add_terminal(PATTERN))
    office.close()
    [(case, contents)] = Forms(3).take_with_pages(1)
    process = GatewayProcess(home, database=address, options=("--catalog", str(catalog)))
    process.start()
    try:
        load.send(
            program, process.port, load.with_pages([(case, contents)], [terminal]), word=RECEIPT
        )
    finally:
        process.stop()
    return case.case_id


def _fill_sqlite(home: Path, _address: str, count: int, case_id: str) -> None:
    with sqlite3.connect(home / LEDGER, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        _run(connection.execute, _SQLITE, count, case_id)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _fill_postgres(_home: Path, address: str, count: int, case_id: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        _run(lambda words: connection.execute(words.encode()), _POSTGRES, count, case_id)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _run(
    execute: Callable[[str], Any], statements: tuple[str, ...], count: int, case_id: str
) -> None:
    execute("BEGIN")
    for words in statements:
        execute(words.replace("{count}", str(count)).replace("{case}", case_id))
    execute("COMMIT")
