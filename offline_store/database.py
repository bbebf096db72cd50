"""Opens the one encrypted file in which everything personal lies."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlcipher3
import sqlite_utils

from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.ballast import Ballast
from offline_store.migrations import VERSIONS, Upgrade, is_newer, is_older, upgrade
from offline_store.sealed_pages import KEY_LENGTH, PAGE_SIZE, SALT_LENGTH, Seal
from offline_store.store_errors import FAMILIES, raise_ours, store_errors

Version = tuple[int, int]
Result = TypeVar("Result")
FILE_NAME: Final = "doorstep.db"
BUSY_SECONDS: Final = 5.0  # how long a writer waits for the other thread's transaction
INCREMENTAL: Final = 2  # what "PRAGMA auto_vacuum" calls a file that can shrink step by step


class EncryptedDatabase:
    """One open connection. Belongs to the thread that opened it.

    `tables` is sqlite-utils over the same connection. Inside `writing` its own transactions become
    savepoints of ours, so it cannot commit in the middle; never use `alter=True` (it waits for the
    standard library's errors, which never come) nor `upsert` (it makes a table to try things out).
    """

    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self.ballast = Ballast(folder)
        self.tables = sqlite_utils.Database(
            connection, recursive_triggers=False, execute_plugins=False
        )

    def execute(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Run one statement inside `writing` or `reading`; all its rows."""
        rows: list[tuple[Any, ...]] = self._connection.execute(sql, values).fetchall()
        return rows

    def insert(self, sql: str, values: tuple[object, ...]) -> int:
        """Run one INSERT inside `writing`; the number of the new row."""
        return int(self._connection.execute(sql, values).lastrowid)

    def version(self) -> Version:
        """Equal only while neither another connection nor this one has changed a row.

        The first number is sqlite.org's "PRAGMA data_version". Inside `writing`.
        """
        [(others,)] = self.execute("PRAGMA data_version")
        return int(others), int(self._connection.total_changes)

    def execute_many(self, sql: str, values: list[tuple[object, ...]]) -> None:
        """Run one statement for each row, inside `writing`."""
        self._connection.executemany(sql, values)

    def writing(self) -> AbstractContextManager[None]:
        """One transaction, all or nothing. On the disk when the block is left without an error.

        Raises StoreError; AssertionError for our own mistakes.
        """
        return _Transaction(self._connection, self._folder, "BEGIN IMMEDIATE")

    def reading(self) -> AbstractContextManager[None]:
        """Several reads of one and the same moment. Raises like `writing`."""
        return _Transaction(self._connection, self._folder, "BEGIN")

    def surely(self, work: Callable[[], Result]) -> Result:
        """Do it; on a full disk once more, with the room that was kept for that.

        For what must not fail: `work` is one `writing`, of which a full disk leaves nothing.
        """
        try:
            return work()
        except StoreError as error:
            full = error.fault is Fault.STORE_FULL and error.__cause__ is not None  # the disk says
            if not (full and self.ballast.throw_out()):
                raise
        return work()

    def integrity_problems(self) -> list[str]:
        """Complaints of the cipher's and the database's own checks. Seconds on a full store.

        Raises StoreError when it cannot look, as on a full disk.
        """
        try:
            with store_errors(self._folder):
                # The seals are read past the log: a page that a power cut tore while the log was
                # folded in would count as damaged, although the log still has it whole.
                self.execute("PRAGMA wal_checkpoint(PASSIVE)")
                seals = self.execute("PRAGMA cipher_integrity_check")
                rows = [row for row in self.execute("PRAGMA integrity_check") if row != ("ok",)]
                links = self.execute("PRAGMA foreign_key_check")
        except StoreError as error:
            if error.fault is not Fault.STORE_DAMAGED or error.of_the_disk:
                raise
            return [str(error)]
        lost = [f"row without its counterpart in {row[0]}" for row in links]
        return [str(row[0]) for row in (*seals, *rows)] + lost

    def shrink(self, most_pages: int) -> int:
        """Return up to so many freed pages to the file system; how many are left. Short.

        A commit of its own, so not inside `writing`. Raises StoreError.
        """
        with store_errors(self._folder):
            # Each row that is fetched is a page that moved: without fetching, one page only.
            self.execute(f"PRAGMA incremental_vacuum({most_pages})")
            [(mode,)] = self.execute("PRAGMA auto_vacuum")
            [(left,)] = self.execute("PRAGMA freelist_count")
        return int(left) if mode == INCREMENTAL else 0

    def free_bytes(self) -> int:
        """What the file system still takes, with the room that is kept. Raises StoreError."""
        with store_errors(self._folder):
            return shutil.disk_usage(self._folder).free + self.ballast.held

    def has_beside(self, name: str) -> bool:
        """True while a file of that name lies beside the database."""
        return (self._folder / name).exists()

    def close(self) -> None:
        """Fold the write-ahead log in and close. Never raises; may be repeated."""
        with suppress(*FAMILIES):  # what is committed lies in the log, found at the next start
            self._connection.close()


class _Transaction(AbstractContextManager[None]):
    """A class, since "confirm" waits for every call of Python between its begin and its commit."""

    def __init__(self, connection: Any, folder: Path, begin: str) -> None:
        self._connection, self._folder, self._begin = connection, folder, begin

    def __enter__(self) -> None:
        try:
            self._connection.execute(self._begin)
        except Exception as error:
            raise_ours(error, self._folder)
            raise

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            try:
                self._connection.execute("COMMIT")
            except BaseException as refused:
                self._roll_back()
                raise_ours(refused, self._folder)
                raise
        else:
            self._roll_back()
            raise_ours(error, self._folder)

    def _roll_back(self) -> None:
        if not self._connection.in_transaction:
            return  # a full disk makes SQLite roll back by itself
        with suppress(*FAMILIES):  # the first error tells more
            self._connection.execute("ROLLBACK")


def open_database(
    folder: Path,
    key: bytes,
    *,
    versions: Sequence[Upgrade] = VERSIONS,
    busy_seconds: float = BUSY_SECONDS,
) -> EncryptedDatabase:
    """Open or make the database in that folder (0700, file 0600) and bring it up to date.

    Raises StoreError: STORE_KEY_WRONG, STORE_DAMAGED, STORE_FULL, STORE_BUSY, STORE_TOO_NEW.
    About 3 ms for an existing file.
    """
    if len(key) != KEY_LENGTH:
        raise StoreError(Fault.STORE_KEY_WRONG, f"{len(key)} bytes instead of {KEY_LENGTH}")
    path = folder / FILE_NAME
    with store_errors(folder):
        prepare_folder(folder)
        with _alone_in(folder):
            _prepare_file(path)
            connection = sqlcipher3.connect(str(path), isolation_level=None, timeout=busy_seconds)
            try:
                _unlock(connection, path, key)
                _give_space_back(connection)
                _make_durable(connection)
                database = EncryptedDatabase(connection, folder)
                _bring_up_to_date(database, versions)
            except BaseException:
                connection.close()
                raise
        return database


def prepare_folder(folder: Path) -> None:
    """Make the folder where needed, for this account alone. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)
    folder.chmod(0o700)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One opens at a time: SQLite calls the change to WAL busy at once, without waiting."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _prepare_file(path: Path) -> None:
    try:
        # SQLite gives its side files the mode of the database.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        path.chmod(0o600)
    else:
        sync_folder(path.parent)
    _refuse_stumps(path)


def _refuse_stumps(path: Path) -> None:
    """SQLite takes what is left of a cut-off file for a new database, and would overwrite it."""
    names = (path.name, f"{path.name}-wal", f"{path.name}-journal")
    size, log, journal = (size_of(path.with_name(name)) for name in names)
    # With a journal beside it, it is a birth that was interrupted, and SQLite takes it back.
    if not journal and (0 < size < PAGE_SIZE or (size == 0 and log)):
        raise StoreError(Fault.STORE_DAMAGED, f"{size} bytes are left of the database")


def size_of(path: Path) -> int:
    """Bytes of the file, 0 when there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:  # another thread's close may remove the log between two looks
        return 0


def sync_folder(folder: Path) -> None:
    """Make a new or removed name in that folder survive a power cut. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlock(connection: Any, path: Path, key: bytes) -> None:
    # A wrong key would otherwise print on the error stream.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # A raw key; a passphrase would cost 280 ms for every connection.
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlcipher3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB or _is_damaged(path, key):
            raise
        raise StoreError(Fault.STORE_KEY_WRONG, "the key does not open this database") from error


def _is_damaged(path: Path, key: bytes) -> bool:
    """Tell a damaged first page from a wrong key: SQLite calls both "not a database".

    When any other page carries a seal made with this key, the key is right. A file of foreign
    random bytes cannot be told from one with another key, and counts as the latter.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        salt = file.read(SALT_LENGTH)
        if size % PAGE_SIZE or salt == bytes(SALT_LENGTH) or salt == b"SQLite format 3\0":
            return True
        seal = Seal.of(key, salt)
        file.seek(PAGE_SIZE)
        for number in range(2, size // PAGE_SIZE + 1):
            if seal.is_whole(file.read(PAGE_SIZE), number):
                return True
    return False


def _give_space_back(connection: Any) -> None:
    """Let a new file shrink again; must come before its first table.

    A file of before this was said never shrinks, but uses its freed pages again.
    """
    if connection.execute("PRAGMA page_count").fetchone() == (0,):
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")


def _make_durable(connection: Any) -> None:
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    # FULL: a commit that returned survives a power cut; NORMAL loses it (reference/sync.md 0.2).
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON").fetchone()
    connection.execute("PRAGMA temp_store = MEMORY")


def _bring_up_to_date(database: EncryptedDatabase, versions: Sequence[Upgrade]) -> None:
    if is_newer(database.tables, versions):
        raise StoreError(Fault.STORE_TOO_NEW)
    if is_older(database.tables, versions):
        with database.writing():
            upgrade(database.tables, versions)
