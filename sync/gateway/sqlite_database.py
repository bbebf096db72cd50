"""The gateway's database as one SQLite file: the default, for one process."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

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
from sync.gateway.schema import bring_up_to_date, sqlite_engine
from sync.gateway.sets import each_row

T = TypeVar("T")
BUSY_SECONDS: Final = 10.0  # commands beside the serving process write too
# A million cases have an index of hashes of 400 MB; what is touched often should stay in memory.
CACHE_KIB: Final = 64 * 1024


class SqliteDatabase:
    """See Database. WAL with synchronous=FULL.

    With NORMAL every acknowledged case of the last seconds is gone after a power cut
    (reference/sync.md section 0.2).
    """

    def __init__(self, path: Path) -> None:
        """Opens or makes the file and brings it up to date.

        Raises OSError, DatabaseTrouble; NotOurs for a file of a newer program.
        """
        # Whole cases in plain text: for this account alone, whatever the folder allows. SQLite
        # gives its side files the mode of the database.
        path.touch(mode=0o600)
        path.chmod(0o600)
        self._path = path
        with _trouble():
            connection = _connected(path)
            try:
                bring_up_to_date(sqlite_engine(connection))
            finally:
                connection.close()
        self._readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._commits = GroupCommit(lambda: _Connection(path))
        self._is_closed = False

    def read(self, statement: str, *values: Value) -> list[Row]:
        """See Database."""
        with _trouble():
            reader = self._reader()
            try:
                rows: list[Row] = reader.execute(statement, values).fetchall()
            finally:
                self._readers.put(reader)
        return rows

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
        """See Database. Seconds on a full one."""
        rows = self.read("PRAGMA integrity_check")
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def close(self) -> None:
        """See Database."""
        if self._is_closed:
            return
        self._is_closed = True
        self._commits.close()
        with suppress(Empty):
            while True:
                self._readers.get_nowait().close()

    def _reader(self) -> sqlite3.Connection:
        with suppress(Empty):
            return self._readers.get_nowait()
        return _connected(self._path)


class _Connection:
    def __init__(self, path: Path) -> None:
        with _trouble():
            self._db = _connected(path)

    def run(self, statement: str, values: Sequence[Value]) -> list[Row]:
        with _trouble():
            rows: list[Row] = self._db.execute(statement, values).fetchall()
        return rows

    def run_many(self, statement: str, rows: Sequence[Sequence[Value]]) -> None:
        each_row(lambda some, *values: self.run(some, values), statement, rows)

    def begin(self) -> None:
        self.run("BEGIN IMMEDIATE", ())

    def commit(self) -> None:
        self.run("COMMIT", ())

    def roll_back(self) -> None:
        with suppress(sqlite3.Error):
            if self._db.in_transaction:  # a full disk may have ended it already
                self._db.execute("ROLLBACK")

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._db.close()


def _connected(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(
        path,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_SECONDS,
        cached_statements=512,
    )
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA foreign_keys=ON")
    db.execute(f"PRAGMA cache_size={-CACHE_KIB}")
    return db


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseTrouble(getattr(error, "sqlite_errorname", type(error).__name__)) from error
