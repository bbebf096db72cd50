"""What the gateway asks of a database, and how the wishes of many become one commit.

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
from typing import Any, Final, Protocol, TypeVar

from sync.gateway.signing import sync_folder

Row = tuple[Any, ...]
Value = str | int | bytes | None
T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[["Writing", Sequence[Item]], Sequence[Result]]
Watcher = Callable[[int, float], None]  # hears of a commit: wishes, seconds
MOST_TOGETHER: Final = 64  # wishes of one commit (section 5)
# Seconds from one commit's begin to the next one's, once more than one came together: a transaction
# costs 0.5 ms (SQLite) to 2 ms (PostgreSQL) however little is in it, and each case 0.2 to 0.5 ms.
# Who is alone never waits for it.
BREATH: Final = 0.01


class DatabaseTrouble(Exception):
    """The database would not; nothing of the wish was kept. The text quotes no values."""


class Writing(Protocol):
    """An open transaction. Statements use ? for values and mean the same in every database."""

    def run(self, statement: str, *values: Value) -> list[Row]:
        """One statement; the rows it gives. Raises DatabaseTrouble."""
        ...

    def run_many(self, statement: str, rows: Sequence[Sequence[Value]]) -> None:
        """The same statement for each row; it gives nothing back.

        What is wrong with it may come out later, at the latest with the commit.
        """
        ...

    def sync_first(self, folder: Path) -> None:
        """Before the commit bring the names in that folder to the disk, once for all wishes."""
        ...


class Database(Protocol):
    """One database, from any thread and, where the engine allows, from several processes."""

    def read(self, statement: str, *values: Value) -> list[Row]:
        """The rows of one statement, as of the last commit. Raises DatabaseTrouble."""
        ...

    def write(self, work: Callable[[Writing], T]) -> T:
        """What `work` returns, once all it wrote is on the disk.

        `work` runs in a transaction that it shares with others, on another thread, and again when
        one of the others failed: it may do nothing but ask and change the database. What it raises
        comes out here, and nothing of it is kept. Raises DatabaseTrouble, and OSError of the
        folders to sync.
        """
        ...

    def ask(self, work: Work[Item, Result], item: Item) -> Future[Result]:
        """The same without waiting, for wishes of one kind.

        All items that wait for the same `work` at one moment are given to it in one call, and its
        results belong to them in their order: what many want costs a few statements, not many.
        """
        ...

    def watch(self, told: "Watcher") -> None:
        """Tell of every commit from now on, on the thread that commits. Before others write."""
        ...

    def problems(self) -> list[str]:
        """What the engine's own check complains about; empty when all is well."""
        ...

    def close(self) -> None:
        """End. May be repeated."""
        ...


class Connection(Protocol):
    """One connection of an engine; belongs to the thread of GroupCommit."""

    def run(self, statement: str, values: Sequence[Value]) -> list[Row]:
        """One statement; its rows. Raises DatabaseTrouble."""
        ...

    def run_many(self, statement: str, rows: Sequence[Sequence[Value]]) -> None:
        """See Writing.run_many. Raises DatabaseTrouble."""
        ...

    def begin(self) -> None:
        """Begin a transaction that nobody else's writing can spoil. Raises DatabaseTrouble."""
        ...

    def commit(self) -> None:
        """On the disk when this returns. Raises DatabaseTrouble."""
        ...

    def roll_back(self) -> None:
        """Undo; never raises. A connection that is gone is opened anew by the next `begin`."""
        ...

    def close(self) -> None:
        """Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class _Wish:
    work: Work[Any, Any]
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
        self.told: Watcher = lambda _wishes, _seconds: None
        opened: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(connect, opened), name="ledger", daemon=True
        )
        self._thread.start()
        opened.result()

    def write(self, work: Callable[[Writing], T]) -> T:
        """See Database.write."""
        outcome: Future[T] = self.ask(_each, work)
        return outcome.result()

    def ask(self, work: Work[Item, Result], item: Item) -> Future[Result]:
        """See Database.ask."""
        outcome: Future[Result] = Future()
        self._wishes.put(_Wish(work, item, outcome))
        return outcome

    def close(self) -> None:
        """Fulfil what was wished for before, then end."""
        self._wishes.put(None)
        self._thread.join()

    def _run(self, connect: Callable[[], Connection], opened: Future[None]) -> None:
        try:
            connection = connect()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever opens
            opened.set_exception(error)
            return
        opened.set_result(None)
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
            self._fulfil(connection, batch)
            if over:
                break
        connection.close()

    def _fulfil(self, connection: Connection, batch: Sequence[_Wish]) -> None:
        if len(batch) > 1:
            try:
                self._settle(batch, self._committed(connection, batch))
            except Exception:  # noqa: BLE001 - one of them spoiled it; each alone tells which
                for wish in batch:
                    self._alone(connection, wish)
        else:
            self._alone(connection, batch[0])

    def _alone(self, connection: Connection, wish: _Wish) -> None:
        for attempt in range(1, self._attempts + 1):
            try:
                self._settle([wish], self._committed(connection, [wish]))
            except DatabaseTrouble as trouble:
                if attempt == self._attempts:
                    wish.outcome.set_exception(trouble)
            except Exception as error:  # noqa: BLE001 - of the wish; its owner hears it
                wish.outcome.set_exception(error)
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
    kinds: dict[Work[Any, Any], list[int]] = {}
    for place, wish in enumerate(batch):
        kinds.setdefault(wish.work, []).append(place)
    results: list[Any] = [None] * len(batch)
    try:
        connection.begin()
        transaction = _Transaction(connection)
        for work, places in kinds.items():
            told = work(transaction, [batch[place].item for place in places])
            for place, result in zip(places, told, strict=True):
                results[place] = result
        for folder in transaction.folders:
            sync_folder(folder)
        connection.commit()
    except BaseException:
        connection.roll_back()
        raise
    return results


def _each(w: Writing, works: Sequence[Callable[[Writing], Any]]) -> list[Any]:
    return [work(w) for work in works]
