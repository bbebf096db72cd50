"""The gateway's database in PostgreSQL: for several processes and a whole province."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Final, TypeVar

import psycopg
import sqlalchemy
from psycopg_pool import ConnectionPool, PoolTimeout
from sqlalchemy.pool import NullPool

from sync.gateway.database import DatabaseTrouble, GroupCommit, Row, Value, Watcher, Writing
from sync.gateway.schema import bring_up_to_date

T = TypeVar("T")
READERS: Final = 8  # connections of one process besides the writing one
WAIT_SECONDS: Final = 10.0  # for a connection, and for a row that another process is writing
ATTEMPTS: Final = 5  # of a wish that the engine ended because two waited for each other


class PostgresDatabase:
    """See Database. synchronous_commit is on whatever the server's default says."""

    def __init__(self, address: str) -> None:
        """`address`: postgresql://user@host/database, as libpq reads it.

        Brings the tables up to date. Raises DatabaseTrouble; ValueError for tables of a newer
        program.
        """
        self._address = address
        with _trouble():
            bring_up_to_date(
                sqlalchemy.create_engine(
                    "postgresql+psycopg://",
                    creator=lambda: psycopg.connect(address),
                    poolclass=NullPool,
                )
            )
            self._readers = ConnectionPool(
                address,
                min_size=1,
                max_size=READERS,
                timeout=WAIT_SECONDS,
                kwargs={"autocommit": True},
                check=ConnectionPool.check_connection,
                open=True,
            )
        self._commits = GroupCommit(lambda: _Connection(address), attempts=ATTEMPTS)
        self._is_closed = False

    def read(self, statement: str, *values: Value) -> list[Row]:
        """See Database."""
        with _trouble(), self._readers.connection() as reader:
            return _rows(reader, statement, values)

    def write(self, work: Callable[[Writing], T]) -> T:
        """See Database."""
        return self._commits.write(work)

    def watch(self, told: Watcher) -> None:
        """See Database."""
        self._commits.told = told

    def problems(self) -> list[str]:
        """See Database. The engine checks itself; here only whether it answers."""
        try:
            self.read("SELECT 1")
        except DatabaseTrouble as trouble:
            return [str(trouble)]
        return []

    def close(self) -> None:
        """See Database."""
        if not self._is_closed:
            self._is_closed = True
            self._commits.close()
            self._readers.close()


class _Connection:
    def __init__(self, address: str) -> None:
        self._address = address
        self._db: psycopg.Connection[Row] | None = None
        self._open()

    def run(self, statement: str, values: Sequence[Value]) -> list[Row]:
        with _trouble():
            return _rows(self._open(), statement, values)

    def run_many(self, statement: str, rows: Sequence[Sequence[Value]]) -> None:
        with _trouble(), self._open().cursor() as cursor:
            cursor.executemany(_named(statement), rows)

    def begin(self) -> None:
        with _trouble():
            self._open().execute("BEGIN")

    def commit(self) -> None:
        with _trouble():
            # After a statement that failed the engine rolls back, and calls that a success.
            if self._open().execute("COMMIT").statusmessage != "COMMIT":
                raise DatabaseTrouble("rolled back")

    def roll_back(self) -> None:
        if self._db is None:
            return
        try:
            self._db.execute("ROLLBACK")
        except psycopg.Error:
            self.close()

    def close(self) -> None:
        if self._db is not None:
            with suppress(psycopg.Error):
                self._db.close()
            self._db = None

    def _open(self) -> psycopg.Connection[Row]:
        if self._db is None or self._db.closed:
            with _trouble():
                self._db = psycopg.connect(self._address, autocommit=True)
                self._db.execute("SET synchronous_commit = on")
                self._db.execute(f"SET lock_timeout = '{WAIT_SECONDS:.0f}s'")
        return self._db


def _rows(
    connection: psycopg.Connection[Row], statement: str, values: Sequence[Value]
) -> list[Row]:
    cursor = connection.execute(_named(statement), values, prepare=True)
    return cursor.fetchall() if cursor.description else []


@cache
def _named(statement: str) -> bytes:
    """With the driver's own sign for a value. No statement of ours has ? or % in another sense."""
    return statement.replace("?", "%s").encode()


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, PoolTimeout, sqlalchemy.exc.DBAPIError) as error:
        # Only the kind: the text of such errors quotes values.
        raise DatabaseTrouble(type(error).__name__) from None
