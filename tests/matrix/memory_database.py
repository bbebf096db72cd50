"""Databases in memory, of either side, that may end before, in or just after any transaction."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from offline_store.database import EncryptedDatabase
from offline_store.migrations import VERSIONS, upgrade
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

    What is asked waits until somebody wants a result; then all of it shares a commit, as in
    GroupCommit. Now and then it is done twice, as the contract allows. `answers_early`: results
    come before the commit, which follows with the next; for the proof that this is found out.
    """

    def __init__(self, memory: Memory, danger: Danger, *, answers_early: bool = False) -> None:
        self._memory = memory
        self._danger = danger
        self._answers_early = answers_early
        self._asked: list[_Asked[Any]] = []

    @classmethod
    def made(cls, memory: Memory) -> None:
        """Its tables, in an empty one."""
        bring_up_to_date(sqlite_engine(memory.connection))

    def die(self) -> None:
        """Whoever had it open is gone."""
        self._asked.clear()
        self._memory.die()

    def read(self, statement: str, *values: Value) -> list[Row]:
        """See Database."""
        is_open = self._memory.connection.in_transaction
        assert self._answers_early or not is_open, "a wish may only ask its own Writing"
        return self._run(statement, values)

    def write(self, work: Callable[[Writing], T]) -> T:
        """See Database."""
        return self.ask(_EACH, work).result()

    def ask(self, kind: Kind[Item, Result], item: Item) -> "Future[Result]":
        """See Database."""
        asked: _Asked[Result] = _Asked(self.fulfil, kind, item)
        self._asked.append(asked)
        return asked

    def watch(self, told: Watcher) -> None:
        """See Database; nobody is told."""

    def fulfil(self) -> None:
        """Do all that is asked, in one commit, or each alone when one of them spoils it."""
        batch, self._asked = self._asked, []
        ready = [one for one in batch if self._is_ready(one)]
        try:
            self._settle(ready)
        except Exception as error:  # noqa: BLE001 - of the wish; its owner hears it
            if len(ready) == 1:
                ready[0].set_exception(error)
            else:
                for one in ready:
                    self._alone(one)

    def problems(self) -> list[str]:
        """See Database."""
        return [str(row[0]) for row in self.read("PRAGMA integrity_check") if row[0] != "ok"]

    def close(self) -> None:
        """See Database."""

    @staticmethod
    def _is_ready(one: "_Asked[Any]") -> bool:
        try:
            [one.item] = one.kind.first([one.item])
        except Exception as error:  # noqa: BLE001 - of the wish; its owner hears it
            one.set_exception(error)
            return False
        return True

    def _alone(self, one: "_Asked[Any]") -> None:
        try:
            self._settle([one])
        except Exception as error:  # noqa: BLE001 - of the wish; its owner hears it
            one.set_exception(error)

    def _settle(self, batch: "Sequence[_Asked[Any]]") -> None:
        if not batch:
            return
        self._commit()
        self._danger.pass_by()
        if self._danger.likely and self._danger.chance.random() < self._danger.likely:
            self._attempt(batch)
            self._memory.die()  # somebody else's wish spoiled the commit
        results = self._attempt(batch)
        self._danger.pass_by()
        if not self._answers_early:
            self._commit()
        self._danger.pass_by()
        for one, result in zip(batch, results, strict=True):
            one.set_result(result)

    def _attempt(self, batch: "Sequence[_Asked[Any]]") -> list[Any]:
        writing = _Writing(self._run, self._memory)
        results: dict[_Asked[Any], Any] = {}
        try:
            self._run("BEGIN IMMEDIATE", ())
            for kind in {one.kind: None for one in batch}:
                some = [one for one in batch if one.kind == kind]
                told = kind.work(writing, [one.item for one in some])
                results |= zip(some, told, strict=True)
            for folder in writing.folders:
                sync_folder(folder)
        except BaseException:
            self._memory.die()
            raise
        return [results[one] for one in batch]

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


class _Asked(Future[T]):
    """A wish that is fulfilled, with all others, when somebody wants its result."""

    def __init__(self, fulfil: Callable[[], None], kind: Kind[Any, T], item: Any) -> None:
        super().__init__()
        self._fulfil = fulfil
        self.kind, self.item = kind, item

    def result(self, timeout: float | None = None) -> T:
        if not self.done():
            self._fulfil()
        return super().result(timeout)


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


_EACH: Final[Kind[Any, Any]] = Kind(lambda w, works: [work(w) for work in works])
