"""What the gateway asks of a database."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

Row = tuple[Any, ...]
Value = str | int | bytes | None
T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")
Watcher = Callable[[int, float], None]  # hears of a commit: wishes, seconds


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


@dataclass(frozen=True, slots=True)
class Kind(Generic[Item, Result]):
    """Wishes that are fulfilled together, however many there are.

    `work`: as in Database.write, for all items at once; results in their order. `first`: done once
    before the transaction, for what has to be on the disk by then; gives the items for `work`.
    """

    work: Callable[[Writing, Sequence[Item]], Sequence[Result]]
    first: Callable[[Sequence[Item]], Sequence[Item]] = lambda items: items


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

    def ask(self, kind: Kind[Item, Result], item: Item) -> Future[Result]:
        """The same without waiting: what many want at one moment costs a few statements.

        Kinds are told apart by what they are made of. After `close` it fails with DatabaseTrouble.
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
