"""What the tests of the gateway share: each engine, with the same tests for both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.gateway.database import Database
from sync.gateway.postgres_database import PostgresDatabase
from sync.gateway.sqlite_database import SqliteDatabase


@pytest.fixture(params=["sqlite", "postgres"])
def open_database(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], Database]]:
    """Opens the same database again and again; all of them are closed in the end."""
    opened: list[Database] = []
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    address = server.new_database() if server else ""

    def open_one() -> Database:
        opened.append(
            PostgresDatabase(address) if address else SqliteDatabase(tmp_path / "ledger.db")
        )
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
    if server:
        server.drop(address)


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    """An empty one."""
    return open_database()
