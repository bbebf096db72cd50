"""The store of the terminal: one encrypted file with everything personal in it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from offline_store.api import StoreKey
from offline_store.case_table import CaseTable
from offline_store.cases import StoredCases
from offline_store.database import BUSY_SECONDS, EncryptedDatabase, open_database
from offline_store.inbox import StoredInbox
from offline_store.outbox import StoredOutbox


class SqlCipherStore(StoredCases, StoredOutbox, StoredInbox):
    """Store of api.py over one connection. Belongs to the thread that opened it."""

    def __init__(self, *, database: EncryptedDatabase, clock: Callable[[], datetime]) -> None:
        table = CaseTable(database)
        StoredCases.__init__(self, database=database, table=table, clock=clock)
        StoredOutbox.__init__(self, database=database, table=table)
        StoredInbox.__init__(self, database=database, table=table)

    def integrity_problems(self) -> Sequence[str]:
        """What the database's own checks complain about; may take seconds. Never raises."""
        return self._database.integrity_problems()

    def close(self) -> None:
        """Never raises; may be repeated."""
        self._database.close()


def _now() -> datetime:
    return datetime.now(UTC)


def open_store(
    folder: Path,
    key: StoreKey,
    *,
    clock: Callable[[], datetime] = _now,
    busy_seconds: float = BUSY_SECONDS,
) -> SqlCipherStore:
    """Open or make the store in that folder; one for each thread. A few milliseconds.

    `busy_seconds`: how long a write waits for another thread's before STORE_BUSY. Raises
    StoreError: STORE_KEY_WRONG, STORE_DAMAGED, STORE_FULL, STORE_BUSY, STORE_TOO_NEW.
    """
    database = open_database(folder, key.key(), busy_seconds=busy_seconds)
    return SqlCipherStore(database=database, clock=clock)
