"""The store of the terminal: one encrypted file with everything personal in it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from offline_store.api import StoreKey
from offline_store.case_table import CaseTable
from offline_store.cases import StoredCases
from offline_store.database import BUSY_SECONDS, EncryptedDatabase, open_database
from offline_store.desk_cases import StoredDeskCases
from offline_store.inbox import StoredInbox
from offline_store.lifetime import Uptime, uptime
from offline_store.outbox import StoredOutbox
from offline_store.print_ledger import StoredPrintLedger
from offline_store.staff_book import StoredStaffBook
from offline_store.tidying import StoredTidying


class SqlCipherStore(
    StoredCases,
    StoredOutbox,
    StoredInbox,
    StoredTidying,
    StoredStaffBook,
    StoredDeskCases,
    StoredPrintLedger,
):
    """Store of api.py over one connection. Belongs to the thread that opened it."""

    def __init__(
        self,
        *,
        database: EncryptedDatabase,
        clock: Callable[[], datetime],
        look: Callable[[], Uptime] = uptime,
    ) -> None:
        table = CaseTable(database)
        StoredCases.__init__(self, database=database, table=table, clock=clock)
        StoredOutbox.__init__(self, database=database, table=table)
        StoredInbox.__init__(self, database=database, table=table)
        StoredTidying.__init__(self, database=database, table=table, look=look)
        StoredStaffBook.__init__(self, database=database, table=table)
        StoredDeskCases.__init__(self, database=database, table=table)
        StoredPrintLedger.__init__(self, database=database, table=table)

    def free_bytes(self) -> int:
        """What the disk of the store still takes. Raises StoreError."""
        return self._database.free_bytes()

    def problems(self) -> Sequence[str]:
        """What was set aside as damaged and still lies there. Raises StoreError."""
        with self._database.reading():
            rows = self._database.execute("SELECT words, file FROM damages ORDER BY found")
        return [f"{words} ({file})" for words, file in rows if self._database.has_beside(file)]

    def integrity_problems(self) -> Sequence[str]:
        """What the database's own checks complain about; may take seconds. Raises StoreError."""
        return self._database.integrity_problems()

    def close(self) -> None:
        """Never raises; may be repeated."""
        self._database.close()


def utc_now() -> datetime:
    """The machine's clock, aware."""
    return datetime.now(UTC)


def open_store(
    folder: Path,
    key: StoreKey,
    *,
    clock: Callable[[], datetime] = utc_now,
    busy_seconds: float = BUSY_SECONDS,
    look: Callable[[], Uptime] = uptime,
) -> SqlCipherStore:
    """Open or make the store in that folder; one for each thread. A few milliseconds.

    `busy_seconds`: how long a write waits for another thread's before STORE_BUSY. `look`: how long
    the machine runs, by which the store's age is told. Raises
    StoreError: STORE_KEY_WRONG, STORE_DAMAGED, STORE_FULL, STORE_BUSY, STORE_TOO_NEW.
    """
    database = open_database(folder, key.key(), busy_seconds=busy_seconds)
    return SqlCipherStore(database=database, clock=clock, look=look)
