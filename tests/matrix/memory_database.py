"""Databases in memory, of either side, that may end before, in or just after any transaction."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from offline_store.database import EncryptedDatabase
from offline_store.migrations import VERSIONS, upgrade
from sync.gateway.database import DatabaseTrouble, Row, Value, Writing
from sync.gateway.schema import bring_up_to_date, sqlite_engine
from sync.gateway.signing import sync_folder
from tests.matrix.danger import Danger

T = TypeVar("T")
SOMEWHERE = Path("/")  # whose free space is looked at
# In a story: which version the tables have, and who was enrolled.
NEVER_WRITTEN = {"_sqlite_migrations", "alembic_version", "terminal"}
FULL = "database or disk is full"  # as SQLite says it


class Memory:
    """One SQLite database in memory. Its commits are what a disk would keep.

    It stays open from story to story: only its rows are put back, so that no statement has to be
    prepared anew.
    """

    def __init__(self) -> None:
        self.connection = sqlite3.connect(
            ":memory:", isolation_level=None, cached_statements=1000, factory=_Kept
        )
        self.is_full = False
        self._back: list[str] = []

    def image(self) -> bytes:
        """All of it, for `prepared`."""
        return self.connection.serialize()

    def prepared(self, image: bytes) -> None:
        """Every story begins with what is in this image."""
        run = self.connection.execute
        self.connection.deserialize(image)
        run("PRAGMA foreign_keys = ON")
        run("ATTACH ':memory:' AS prepared")
        self.connection.deserialize(image, name="prepared")
        rows = run("SELECT name FROM prepared.sqlite_master WHERE type = 'table'").fetchall()
        tables = [table for (table,) in rows if table not in NEVER_WRITTEN]
        self._back = [f"DELETE FROM main.{name}" for name in reversed(tables)]  # noqa: S608
        self._back += [
            f"INSERT INTO main.{name} SELECT * FROM prepared.{name}"  # noqa: S608 - names are ours
            for name in tables
        ]

    def begin(self) -> None:
        """A new story."""
        self.die()
        self.is_full = False
        run = self.connection.execute
        run("BEGIN")  # foreign keys stay on: to switch them would expire every statement
        for statement in self._back:
            run(statement)
        run("COMMIT")

    def die(self) -> None:
        """Whoever had it open is gone: what was not committed is too."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")


class _Kept(sqlite3.Connection):
    """Not closed by who was only lent it."""

    def close(self) -> None:
        return


class TerminalDatabase(EncryptedDatabase):
    """The terminal's own database class without a cipher."""

    def __init__(self, memory: Memory, danger: Danger) -> None:
        super().__init__(memory.connection, SOMEWHERE)
        self._memory = memory
        self._danger = danger

    @contextmanager
    def writing(self) -> Iterator[None]:
        self._danger.pass_by()
        with super().writing():
            yield
            self._danger.pass_by()
            if self._memory.is_full:
                error = sqlite3.OperationalError(FULL)
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
        self._danger.pass_by()

    @classmethod
    def made(cls, memory: Memory) -> None:
        """Its tables, in an empty one."""
        database = EncryptedDatabase(memory.connection, SOMEWHERE)
        with database.writing():
            upgrade(database.tables, VERSIONS)


class OfficeDatabase:
    """The gateway's Database on one thread.

    Now and then a wish is done twice, as the contract allows. `answers_early`: returns before the
    commit, which comes with the next wish; for the proof that this is found out.
    """

    def __init__(self, memory: Memory, danger: Danger, *, answers_early: bool = False) -> None:
        self._memory = memory
        self._danger = danger
        self._answers_early = answers_early

    @classmethod
    def made(cls, memory: Memory) -> None:
        """Its tables, in an empty one."""
        bring_up_to_date(sqlite_engine(memory.connection))

    def read(self, statement: str, *values: Value) -> list[Row]:
        """See Database."""
        is_open = self._memory.connection.in_transaction
        assert self._answers_early or not is_open, "a wish may only ask its own Writing"
        return self._run(statement, values)

    def write(self, work: Callable[[Writing], T]) -> T:
        """See Database."""
        self._commit()
        self._danger.pass_by()
        if self._danger.likely and self._danger.chance.random() < self._danger.likely:
            self._attempt(work)
            self._memory.die()  # somebody else's wish spoiled the commit
        result = self._attempt(work)
        self._danger.pass_by()
        if not self._answers_early:
            self._commit()
        self._danger.pass_by()
        return result

    def problems(self) -> list[str]:
        """See Database."""
        return [str(row[0]) for row in self.read("PRAGMA integrity_check") if row[0] != "ok"]

    def close(self) -> None:
        """See Database."""

    def _attempt(self, work: Callable[[Writing], T]) -> T:
        writing = _Writing(self._run, self._memory)
        try:
            self._run("BEGIN IMMEDIATE", ())
            result = work(writing)
            for folder in writing.folders:
                sync_folder(folder)
        except BaseException:
            self._memory.die()
            raise
        return result

    def _commit(self) -> None:
        if not self._memory.connection.in_transaction:
            return
        if self._memory.is_full:
            self._memory.die()
            raise DatabaseTrouble(FULL)
        self._run("COMMIT", ())

    def _run(self, statement: str, values: Sequence[Value]) -> list[Row]:
        try:
            rows: list[Row] = self._memory.connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self._memory.die()
            raise DatabaseTrouble(getattr(error, "sqlite_errorname", "")) from error
        return rows


class _Writing:
    """See Writing."""

    def __init__(self, run: Callable[[str, Sequence[Value]], list[Row]], memory: Memory) -> None:
        self._run = run
        self._memory = memory
        self.folders: dict[Path, None] = {}

    def run(self, statement: str, *values: Value) -> list[Row]:
        return self._run(statement, values)

    def run_many(self, statement: str, rows: Sequence[Sequence[Value]]) -> None:
        for row in rows:
            self._run(statement, row)

    def sync_first(self, folder: Path) -> None:
        self.folders[folder] = None
