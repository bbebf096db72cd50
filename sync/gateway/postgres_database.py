"""The gateway's database in PostgreSQL: for several processes and a whole province."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from typing import Final, TypeVar

import psycopg
import sqlalchemy
from psycopg_pool import ConnectionPool, PoolTimeout
from sqlalchemy.pool import NullPool

from sync.gateway.database import (
    DatabaseTrouble,
    Item,
    Kind,
    Result,
    Row,
    Value,
    Watcher,
    Writing,
)
from sync.gateway.group_commit import GroupCommit
from sync.gateway.schema import bring_up_to_date
from sync.gateway.sets import each_row

T = TypeVar("T")
READERS: Final = 8  # connections of one process besides the writing one
WAIT_SECONDS: Final = 10.0  # for a connection, and for a row that another process is writing
ATTEMPTS: Final = 5  # of a wish that the engine ended because two waited for each other


class PostgresDatabase:
    """See Database. synchronous_commit is on whatever the server's default says."""

    def __init__(self, address: str) -> None:
        """`address`: postgresql://user@host/database, as libpq reads it.

        Brings the tables up to date. Raises DatabaseTrouble; NotOurs for tables of a newer program.
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
            return reader.execute(_named(statement), values, prepare=True).fetchall()

    def write(self, work: Callable[[Writing], T]) -> T:
        """See Database."""
        return self._commits.write(work)

    def ask(self, kind: Kind[Item, Result], item: Item) -> Future[Result]:
        """See Database."""
        return self._commits.ask(kind, item)

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
    """A transaction is one pipeline: statements that give nothing back wait for the next that does,
    so a transaction costs a round trip for each question and one for its end (measured: a third
    less time than a round trip each, on the same machine)."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._db: psycopg.Connection[Row] | None = None
        self._under_way = ExitStack()  # leaves the pipeline
        self._pipeline: psycopg.Pipeline | None = None
        self._open()

    def run(self, statement: str, values: Sequence[Value]) -> list[Row]:
        with _trouble():
            cursor = self._open().execute(_named(statement), values, prepare=True)
            return cursor.fetchall() if _gives_rows(statement) else []

    def run_many(self, statement: str, rows: Sequence[Sequence[Value]]) -> None:
        each_row(lambda some, *values: self.run(some, values), statement, rows)

    def begin(self) -> None:
        with _trouble():
            opened = self._open()
            self._pipeline = self._under_way.enter_context(opened.pipeline())
            opened.execute("BEGIN")

    def commit(self) -> None:
        assert self._pipeline is not None
        with _trouble():
            ended = self._open().execute("COMMIT")
            self._pipeline.sync()
            # After a statement that failed the engine rolls back, and calls that a success.
            if ended.statusmessage != "COMMIT":
                raise DatabaseTrouble("rolled back")
            self._under_way.close()

    def roll_back(self) -> None:
        if self._db is None:
            return
        with suppress(psycopg.Error):  # what went wrong is undone here
            self._under_way.close()
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
            self._under_way = ExitStack()  # of a connection that is gone there is nothing to leave
            with _trouble():
                self._db = psycopg.connect(self._address, autocommit=True)
                self._db.execute("SET synchronous_commit = on")
                self._db.execute(f"SET lock_timeout = '{WAIT_SECONDS:.0f}s'")
        return self._db


@cache
def _named(statement: str) -> bytes:
    """With the driver's own sign for a value. No statement of ours has ? or % in another sense."""
    return statement.replace("?", "%s").encode()


@cache
def _gives_rows(statement: str) -> bool:
    return statement.startswith(("SELECT", "SHOW")) or " RETURNING " in statement


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, PoolTimeout) as error:
        # Only the kind: the text of such errors quotes values.
        raise DatabaseTrouble(type(error).__name__) from None
