"""What the tests of the gateway share: each engine, with the same tests for both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.gateway.database import Database
from sync.gateway.postgres_database import PostgresDatabase
from sync.gateway.sqlite_database import SqliteDatabase
from tests.counterparts.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for all tests; each gets a database of its own."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def open_database(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], Database]]:
    """Opens the same database again and again; all of them are closed in the end."""
    opened: list[Database] = []
    address = (
        request.getfixturevalue("postgres").new_database() if request.param == "postgres" else ""
    )

    def open_one() -> Database:
        opened.append(
            PostgresDatabase(address) if address else SqliteDatabase(tmp_path / "ledger.db")
        )
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    """An empty one."""
    return open_database()
