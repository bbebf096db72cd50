"""Says SAFE too early, for the proof that the power cut finds it: not a part of any terminal."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

ROUNDS = 5
WAL = "PRAGMA journal_mode = WAL"


def database(folder: Path, synchronous: str) -> None:
    """Commits numbers to a database that begins empty and says each one."""
    connection = sqlite3.connect(folder / "numbers.db", isolation_level=None)
    connection.execute(WAL)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    for number in range(ROUNDS):
        connection.execute("CREATE TABLE IF NOT EXISTS number (n INTEGER)")
        connection.execute("INSERT INTO number VALUES (?)", (number,))
        _say(number)
    os._exit(0)  # a tidy close would bring everything to the disk


def files(folder: Path, sync_file: bool, sync_folder: bool) -> None:
    """Writes a file for each number, under another name first, and says it."""
    for number in range(ROUNDS):
        half = folder / "half"
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(descriptor, b"whole")
        if sync_file:
            os.fsync(descriptor)
        os.close(descriptor)
        half.rename(folder / str(number))
        if sync_folder:
            opened = os.open(folder, os.O_RDONLY)
            os.fsync(opened)
            os.close(opened)
        _say(number)


def _say(number: int) -> None:
    os.write(1, f"{number}\n".encode())


KINDS: dict[str, Callable[[Path], None]] = {
    "database-normal": lambda folder: database(folder, "NORMAL"),
    "database-full": lambda folder: database(folder, "FULL"),
    "file-unsynced": lambda folder: files(folder, sync_file=False, sync_folder=True),
    "name-unsynced": lambda folder: files(folder, sync_file=True, sync_folder=False),
    "file-synced": lambda folder: files(folder, sync_file=True, sync_folder=True),
}


def survivors(folder: Path, kind: str) -> set[int]:
    """The numbers that are whole in that folder."""
    if kind.startswith("database"):
        connection = sqlite3.connect(folder / "numbers.db")
        try:
            return {row[0] for row in connection.execute("SELECT n FROM number")}
        except sqlite3.Error:
            return set()
        finally:
            connection.close()
    names = range(ROUNDS)
    return {n for n in names if (folder / str(n)).exists() and (folder / str(n)).read_bytes()}


def main(folder: str, kind: str) -> int:
    """One of KINDS in that folder."""
    KINDS[kind](Path(folder))
    return 0
