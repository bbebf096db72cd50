"""What the tests of sync share: one village with a gateway behind a bad line, on each engine.

A module that says BOTH_ENGINES runs with the gateway's database in SQLite and in PostgreSQL.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.postgres_server import PostgresServer
from tests.counterparts.scripted_gateway import ScriptedGateway
from tests.counterparts.village import Village

SQLITE, POSTGRES = "sqlite", "postgres"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of a module that wants both, once for each."""
    if "engine" in metafunc.fixturenames and getattr(metafunc.module, "BOTH_ENGINES", False):
        metafunc.parametrize("engine", [SQLITE, POSTGRES], indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Which database the gateway has."""
    return str(getattr(request, "param", SQLITE))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for all tests; each gets a database of its own."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def database_address(engine: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Of an empty database; "" means SQLite in the gateway's folder."""
    if engine == SQLITE:
        yield ""
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    address = server.new_database()
    yield address
    server.drop(address)


@pytest.fixture
def village(tmp_path: Path, database_address: str) -> Iterator[Village]:
    """A terminal, a gateway, and the line between them."""
    made = Village(tmp_path, database=database_address)
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlCipherStore]:
    """A real store without cases."""
    opened = open_store(tmp_path, FileKey(tmp_path / "store.key"))
    yield opened
    opened.close()


@pytest.fixture
def gateway() -> ScriptedGateway:
    """A gateway that answers as the test says."""
    return ScriptedGateway()
