"""Fills a store with very many cases: the rows that the API writes, put in below it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from kiosk.domain.case import Case, CaseState
from kiosk.domain.page import ScannedPage
from kiosk.domain.receipt_number import receipt_number
from offline_store.api import Limits
from offline_store.case_table import COLUMNS
from offline_store.database import EncryptedDatabase, open_database
from offline_store.lifetime import uptime
from offline_store.rows import BEIJING_TIME, row_of, text_of
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.machine import Machine
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft, page

KEY: Final = bytes(range(32))
PEOPLE: Final = 5  # cases of each person, far from one another
WAITING: Final = 50  # the last ones are not sent yet
SERIALS_OF_A_DAY: Final = 9000
PAGE_SIZE: Final = 500
ACKNOWLEDGEMENT: Final = bytes(200)
CLEARED: Final = NOON + timedelta(days=60)
AT_ONCE: Final = 2000
TABLES: Final = ("cases", "contents", "pieces", "case_pages", "outbox", "changes", "audit")


def person(serial: int, count: int) -> str:
    """The number of the person who has that one of so many cases."""
    return f"{serial % (count // PEOPLE):018d}"


def receipt(serial: int) -> str:
    """The receipt number of that one."""
    return receipt_number(
        site=SITE,
        terminal=TERMINAL,
        day=_day(serial).astimezone(BEIJING_TIME).date(),
        serial=serial % SERIALS_OF_A_DAY + 1,
    )


def by_the_api(database: EncryptedDatabase, count: int) -> None:
    """So many cases, all but the last ones acknowledged, and cleared a day later."""
    machine = Machine()
    store = SqlCipherStore(database=database, clock=lambda: NOON, look=machine.look)
    for serial in range(count):
        case, one = _begun(serial, count)
        store.save_draft(replace(case, pages=()))
        store.add_page(case.case_id, one)
        day = _day(serial)
        store.confirm(case, site=SITE, terminal=TERMINAL, now=day)
        if serial < count - WAITING:
            store.acknowledged(
                case.case_id, acknowledgement=ACKNOWLEDGEMENT, official_number=f"{serial}", now=day
            )
    store.tidy(CLEARED, Limits())
    machine.run(timedelta(hours=25))
    store.tidy(CLEARED, Limits())


def below_the_api(database: EncryptedDatabase, count: int) -> None:
    """The same rows, some thousand in a transaction."""
    for start in range(0, count, AT_ONCE):
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        for serial in range(start, min(count, start + AT_ONCE)):
            _write(rows, serial, count)
        with database.writing():
            for table, some in rows.items():
                if some:
                    _insert(database, table, some)


def _insert(database: EncryptedDatabase, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Columns that came later have their defaults."""
    known = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    names = ", ".join(known[: len(rows[0])])
    places = ", ".join("?" * len(rows[0]))
    database.execute_many(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608


def filled(folder: Path, count: int) -> SqlCipherStore:
    """An open store with so many cases."""
    database = open_database(folder, KEY)
    database.execute("PRAGMA synchronous = OFF")  # a fill that is lost is made again
    below_the_api(database, count)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return opened(folder)


def opened(folder: Path, machine: Machine | None = None) -> SqlCipherStore:
    """The store of that folder, on that machine."""
    look = machine.look if machine else uptime
    return SqlCipherStore(database=open_database(folder, KEY), clock=lambda: NOON, look=look)


def rows_in(database: EncryptedDatabase) -> dict[str, Sequence[tuple[Any, ...]]]:
    """Everything that filling writes, to compare the two ways."""
    return {table: sorted(database.execute(f"SELECT * FROM {table}")) for table in TABLES}  # noqa: S608


def _begun(serial: int, count: int) -> tuple[Case, ScannedPage]:
    one = page(serial, size=PAGE_SIZE)
    case = replace(draft(serial), applicant_number=person(serial, count))
    return replace(case, pages=(one.reference(),)), one


def _day(serial: int) -> datetime:
    return NOON + timedelta(days=serial // SERIALS_OF_A_DAY)


def _write(rows: dict[str, list[tuple[Any, ...]]], serial: int, count: int) -> None:
    case, one = _begun(serial, count)
    day = _day(serial)
    id_, content_id = case.case_id, serial + 1
    is_sent = serial < count - WAITING
    # Three notes for each case that is sent, two for the others, which come last.
    note = 3 * min(serial, count - WAITING) + 2 * max(0, serial - (count - WAITING)) + 1
    stored = case.moved_to(CaseState.QUEUED, receipt_number=receipt(serial), confirmed_at=day)
    if is_sent:
        stored = stored.moved_to(CaseState.RECEIVED, official_number=f"{serial}")
        stored = replace(stored, answers={})
    columns = dict(zip(COLUMNS, row_of(stored), strict=True))
    rows["cases"].append(
        (
            *(columns[name] for name in _ORDER),
            *(text_of(day), note + 1, "", "[]"),
            *((ACKNOWLEDGEMENT, text_of(day), text_of(CLEARED)) if is_sent else (None,) * 3),
            *(None, None),
        )
    )
    rows["audit"] += [
        (note, text_of(NOON), "begun", id_),
        (note + 1, text_of(day), "confirmed", id_),
    ]
    if is_sent:
        last = 3 * (count - WAITING) + 2 * WAITING
        rows["audit"] += [
            (note + 2, text_of(day), "received", id_),
            (last + serial + 1, text_of(CLEARED), "cleared", id_),
        ]
        rows["changes"].append((id_, note + 2, "received", "", text_of(day), f"{serial}", "[]"))
    else:
        name = hashlib.sha256(one.jpeg).hexdigest()
        rows["contents"].append((content_id, name, PAGE_SIZE))
        rows["pieces"].append((content_id, 0, one.jpeg))
        rows["case_pages"].append((id_, 0, "page", content_id, one.material))
        rows["outbox"].append((id_, note + 1, 0, None, None, None))


# The columns of `cases` in the order of the table, up to confirmed_at.
_ORDER: Final = (
    *("case_id", "state", "item_code", "item_title", "catalog_version", "started_at"),
    *("receipt_number", "official_number", "applicant_name", "applicant_number", "answers"),
)
