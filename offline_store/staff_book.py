"""The register of staff as it came down, wrong PINs, and what the audit keeps of sign-ins.

All of it lies in the table of switches, which survives mending row by row (found_rows.py): a
register has some dozen people, and a table of its own would be one more form to tell apart.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from kiosk.domain.case import CaseId
from kiosk.domain.staff import StaffAct, StaffEntry
from offline_store.case_table import CaseTable
from offline_store.database import EncryptedDatabase

PERSON: Final = "staff/"  # before the id: an entry of the register
WRONG: Final = "staff-wrong/"  # before the id: how many wrong PINs since the last right one
_ALL: Final = "SELECT value FROM switches WHERE name >= ? AND name < ?"


class StoredStaffBook:
    """The part StaffBook of api_staff.py. One instance belongs to one thread."""

    def __init__(self, *, database: EncryptedDatabase, table: CaseTable) -> None:
        self._database = database
        self._table = table

    def staff(self) -> Sequence[StaffEntry]:
        """Everybody of whom a word came down, those revoked too."""
        with self._database.reading():
            # "0" is the character after "/".
            rows = self._database.execute(_ALL, (PERSON, PERSON[:-1] + "0"))
        return [msgspec.json.decode(value, type=StaffEntry) for (value,) in rows]

    def wrong_pins(self, staff_id: str) -> int:
        """Since that person last signed in."""
        with self._database.reading():
            return _number(self._database, WRONG + staff_id)

    def note_staff(self, act: StaffAct, staff_id: str, now: datetime) -> None:
        """One row in the audit; a wrong PIN is counted and a sign-in ends the count, together.

        `staff_id`: "" where nobody is known.
        """
        with self._database.writing():
            name = WRONG + staff_id
            if act is StaffAct.WRONG_PIN:
                count = _number(self._database, name) + 1
                _set(self._database, name, str(count))
            elif act in (StaffAct.SIGNED_IN, StaffAct.UNLOCKED):
                self._database.execute("DELETE FROM switches WHERE name = ?", (name,))
            what = f"{act.value} {staff_id}".rstrip()
            self._table.audit(what, CaseId(""), now)


def put_staff(database: EncryptedDatabase, entry: StaffEntry) -> None:
    """Keep the newest word about that person; inside a transaction of the caller."""
    name = PERSON + entry.member.staff_id
    rows = database.execute("SELECT value FROM switches WHERE name = ?", (name,))
    if rows:
        known = msgspec.json.decode(rows[0][0], type=StaffEntry)
        if known.issued_at > entry.issued_at:
            return
    _set(database, name, msgspec.json.encode(entry).decode())


def _number(database: EncryptedDatabase, name: str) -> int:
    rows = database.execute("SELECT value FROM switches WHERE name = ?", (name,))
    return int(rows[0][0]) if rows else 0


def _set(database: EncryptedDatabase, name: str, value: str) -> None:
    database.execute("INSERT OR REPLACE INTO switches VALUES (?, ?)", (name, value))
