"""Makes one commit of the wishes of many.

A commit waits for the disk; 64 of them together wait no longer than one (reference/sync.md
section 5: group commit, 2.4 times the forms a second).
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import monotonic, sleep
from typing import Any, Final

from sync.gateway.database import (
    Connection,
    DatabaseTrouble,
    Item,
    Kind,
    Result,
    Row,
    T,
    Value,
    Watcher,
    Writing,
)
from sync.gateway.settled import Outcome, wake
from sync.gateway.signing import sync_folder

MOST_TOGETHER: Final = 64  # wishes of one commit (section 5)
# Seconds from one commit's begin to the next one's, once more than one came together: a transaction
# costs 0.5 ms (SQLite) to 2 ms (PostgreSQL) however little is in it, and each case 0.2 to 0.5 ms.
# Who is alone never waits for it.
BREATH: Final = 0.01


@dataclass(frozen=True, slots=True)
class _Wish:
    kind: Kind[Any, Any]
    item: Any
    outcome: Future[Any]


class GroupCommit:
    """A thread with one connection that fulfils the wishes of all others, many in one commit."""

    def __init__(self, connect: Callable[[], Connection], *, attempts: int = 1) -> None:
        """`connect` is called on the thread. `attempts`: tries for a wish that is alone.

        More than one only where other processes write too: two of them may wait for each other,
        and the engine then ends one. Raises what `connect` raises.
        """
        self._wishes: SimpleQueue[_Wish | None] = SimpleQueue()
        self._attempts = attempts
        self._asking = threading.Lock()  # nobody's wish may come behind the end of the queue
        self._is_over = False
        self.told: Watcher = lambda _wishes, _seconds: None
        opened: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(connect, opened), name="ledger", daemon=True
        )
        self._thread.start()
        opened.result()

    def write(self, work: Callable[[Writing], T]) -> T:
        """See Database.write."""
        outcome: Future[T] = self.ask(_EACH, work)
        return outcome.result()

    def ask(self, kind: Kind[Item, Result], item: Item) -> Future[Result]:
        """See Database.ask."""
        outcome: Outcome[Result] = Outcome()
        with self._asking:
            if self._is_over:
                outcome.set_exception(DatabaseTrouble("closed"))
            else:
                self._wishes.put(_Wish(kind, item, outcome))
        return outcome

    def close(self) -> None:
        """Fulfil what was wished for before, then end; later wishes fail with DatabaseTrouble."""
        with self._asking:
            self._is_over = True
            self._wishes.put(None)
        self._thread.join()

    def _run(self, connect: Callable[[], Connection], opened: Future[None]) -> None:
        try:
            connection = connect()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever opens
            opened.set_exception(error)
            return
        opened.set_result(None)
        try:
            self._fulfil_all(connection)
        finally:
            connection.close()
            self._fail_the_rest()

    def _fulfil_all(self, connection: Connection) -> None:
        begun, together = 0.0, 1
        while (first := self._wishes.get()) is not None:
            rest = begun + BREATH - monotonic()
            if together > 1 and rest > 0 and self._wishes.qsize() < MOST_TOGETHER:
                sleep(rest)
            begun = monotonic()
            batch, over = [first], False
            while len(batch) < MOST_TOGETHER and not self._wishes.empty() and not over:
                wish = self._wishes.get()
                over = wish is None
                batch += [wish] if wish else []
            together = len(batch)
            self._fulfil(connection, self._prepared(batch))
            if over:
                break

    def _fail_the_rest(self) -> None:
        """Nobody is left to fulfil what was wished for, should the thread have broken off."""
        with self._asking:
            self._is_over = True
        while not self._wishes.empty():
            if (wish := self._wishes.get()) is not None:
                self._fail(wish, DatabaseTrouble("closed"))

    def _prepared(self, batch: Sequence[_Wish]) -> list[_Wish]:
        """The same wishes once what comes first is done for each kind, less those that failed."""
        ready: list[_Wish] = []
        for kind, wishes in _by_kind(batch).items():
            try:
                items = kind.first([wish.item for wish in wishes])
            except Exception as error:  # noqa: BLE001 - of these wishes; their owners hear it
                for wish in wishes:
                    self._fail(wish, error)
            else:
                ready += [
                    _Wish(kind, item, wish.outcome)
                    for wish, item in zip(wishes, items, strict=True)
                ]
        return ready

    def _fulfil(self, connection: Connection, batch: Sequence[_Wish]) -> None:
        if len(batch) > 1:
            try:
                self._settle(batch, self._committed(connection, batch))
            except Exception:  # noqa: BLE001 - one of them spoiled it; each alone tells which
                for wish in batch:
                    self._alone(connection, wish)
        elif batch:
            self._alone(connection, batch[0])

    def _alone(self, connection: Connection, wish: _Wish) -> None:
        for attempt in range(1, self._attempts + 1):
            try:
                self._settle([wish], self._committed(connection, [wish]))
            except DatabaseTrouble as trouble:
                if attempt == self._attempts:
                    self._fail(wish, trouble)
            except Exception as error:  # noqa: BLE001 - of the wish; its owner hears it
                self._fail(wish, error)
                return
            else:
                return

    def _committed(self, connection: Connection, batch: Sequence[_Wish]) -> list[Any]:
        begun = monotonic()
        results = _together(connection, batch)
        self.told(len(batch), monotonic() - begun)
        return results

    @staticmethod
    def _settle(batch: Sequence[_Wish], results: Sequence[Any]) -> None:
        for wish, result in zip(batch, results, strict=True):
            wish.outcome.set_result(result)
        wake(wish.outcome for wish in batch)

    @staticmethod
    def _fail(wish: _Wish, error: Exception) -> None:
        wish.outcome.set_exception(error)
        wake([wish.outcome])


class _Transaction:
    """Writing over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.folders: set[Path] = set()

    def run(self, statement: str, *values: Value) -> list[Row]:
        return self._connection.run(statement, values)

    def run_many(self, statement: str, rows: Sequence[Sequence[Value]]) -> None:
        if rows:
            self._connection.run_many(statement, rows)

    def sync_first(self, folder: Path) -> None:
        self.folders.add(folder)


def _together(connection: Connection, batch: Sequence[_Wish]) -> list[Any]:
    """Results of all, after one commit. Raises what any of them raises, all undone."""
    results: dict[int, Any] = {}
    try:
        connection.begin()
        transaction = _Transaction(connection)
        for kind, wishes in _by_kind(batch).items():
            told = kind.work(transaction, [wish.item for wish in wishes])
            results |= {id(wish): one for wish, one in zip(wishes, told, strict=True)}
        for folder in transaction.folders:
            sync_folder(folder)
        connection.commit()
    except BaseException:
        connection.roll_back()
        raise
    return [results[id(wish)] for wish in batch]


def _by_kind(batch: Sequence[_Wish]) -> dict[Kind[Any, Any], list[_Wish]]:
    kinds: dict[Kind[Any, Any], list[_Wish]] = {}
    for wish in batch:
        kinds.setdefault(wish.kind, []).append(wish)
    return kinds


def _each(w: Writing, works: Sequence[Callable[[Writing], Any]]) -> list[Any]:
    return [work(w) for work in works]


_EACH: Final[Kind[Any, Any]] = Kind(_each)
