"""Sorts rows found on single pages by the table they belong to, which their form gives away."""

from collections.abc import Callable
from typing import Any, Final

from kiosk.domain.receipt_number import is_valid
from offline_store.loose_rows import LooseRow

Row = tuple[Any, ...]

ID_LENGTH: Final = 36  # characters of a case id
SHA256_LENGTH: Final = 64  # hex digits
CASE_COLUMNS: Final = 24
FIRST_CASE_COLUMNS: Final = 16  # those of version 1; a row that was never written again is shorter
PAGE_COLUMNS: Final = 6
OUTBOX_COLUMNS: Final = 7
DOCUMENT_COLUMNS: Final = 5
PRINT_COLUMNS: Final = 15  # fewer than the cases of version 1

INSERTS: Final = {
    name: f"INSERT OR IGNORE INTO {name} VALUES ({', '.join('?' * columns)})"  # noqa: S608 - ours
    for name, columns in {
        "cases": CASE_COLUMNS,
        "contents": 3,
        "pieces": 3,
        "case_pages": PAGE_COLUMNS,
        "documents": DOCUMENT_COLUMNS,
        "audit": 4,
        "catalog": 3,
        "pull": 2,
        "damages": 4,
        "outbox": OUTBOX_COLUMNS,
        "changes": 7,
        "corrections": 4,
        "day_serials": 4,
        "notices": 6,
        "home_visits": 9,
        "configuration": 3,
        "switches": 2,
        "heard": 5,
        "lifetime": 5,
        "marks": 2,
        "prints": PRINT_COLUMNS,
    }.items()
}


def _text(value: object, length: int | None = None) -> bool:
    return isinstance(value, str) and (length is None or len(value) == length)


def _numbers(*values: object) -> bool:
    return all(isinstance(value, int) for value in values)


def _is_case(v: Row) -> bool:
    return FIRST_CASE_COLUMNS <= len(v) <= CASE_COLUMNS and _text(v[0], ID_LENGTH) and _text(v[1])


# (table, how many columns, what tells it). The first column of a numbered table is not stored.
_IN_TABLES: Final[tuple[tuple[str, int, Callable[[Row], bool]], ...]] = (
    ("contents", 3, lambda v: v[0] is None and _text(v[1], SHA256_LENGTH) and _numbers(v[2])),
    ("catalog", 3, lambda v: v[0] is None and _text(v[1]) and isinstance(v[2], bytes)),
    ("pieces", 3, lambda v: _numbers(v[0], v[1]) and isinstance(v[2], bytes)),
    ("case_pages", PAGE_COLUMNS, lambda v: _text(v[0], ID_LENGTH) and _numbers(v[1], v[3])),
    (
        "documents",
        DOCUMENT_COLUMNS,
        lambda v: v[0] is None and _text(v[1], ID_LENGTH) and _numbers(v[2], v[4]),
    ),
    (
        "prints",
        PRINT_COLUMNS,
        lambda v: v[0] is None and all(map(_text, v[1:5])) and _numbers(v[5], v[6], v[9]),
    ),
    ("damages", 4, lambda v: v[0] is None and _text(v[2]) and ".damaged-" in v[2]),
    ("versions", 4, lambda v: v[0] is None and v[1] == "doorstep"),
    ("audit", 4, lambda v: v[0] is None and _text(v[1]) and _text(v[2]) and _text(v[3])),
    ("pull", 2, lambda v: v[0] is None and _text(v[1])),
    ("marks", 2, lambda v: v[0] is None and _numbers(v[1])),
    ("configuration", 3, lambda v: v[0] is None and isinstance(v[1], bytes) and _text(v[2])),
    ("heard", 5, lambda v: v[0] is None and _text(v[1]) and _text(v[2])),
    (
        "lifetime",
        5,
        lambda v: v[0] is None and _numbers(v[1], v[3]) and _text(v[2]) and _text(v[4]),
    ),
)
_IN_INDEXES: Final[tuple[tuple[str, int, Callable[[Row], bool]], ...]] = (
    ("outbox", OUTBOX_COLUMNS, lambda v: _text(v[0], ID_LENGTH) and _numbers(v[1], v[2], v[6])),
    ("changes", 7, lambda v: _text(v[0], ID_LENGTH) and _numbers(v[1])),
    ("corrections", 4, lambda v: _text(v[0], ID_LENGTH) and _numbers(v[1], v[2]) and _text(v[3])),
    ("day_serials", 4, lambda v: _text(v[0]) and _text(v[1]) and _text(v[2]) and _numbers(v[3])),
    ("notices", 6, lambda v: all(map(_text, (*v[:4], v[5])))),
    ("home_visits", 9, lambda v: all(map(_text, (*v[:6], v[7]))) and _numbers(v[8])),
    ("switches", 2, lambda v: _text(v[0]) and _text(v[1])),
    # A counted paper whose line is lost: it may be out (mending.py).
    (
        "claims",
        4,
        lambda v: _text(v[0], ID_LENGTH) and _text(v[1], SHA256_LENGTH) and _numbers(v[2], v[3]),
    ),
    # What only the indexes still tell: that there was a row, or what a content was called.
    ("case ids", 2, lambda v: _text(v[0], ID_LENGTH)),
    ("names", 2, lambda v: _text(v[0], SHA256_LENGTH) and _numbers(v[1])),
    ("receipts", 2, lambda v: _text(v[0]) and is_valid(v[0])),
    ("page contents", 2, lambda v: _numbers(v[0], v[1])),
    ("page places", 3, lambda v: _text(v[0], ID_LENGTH) and _numbers(v[1], v[2])),
)


def _full(row: LooseRow) -> Row:
    """With the values that later versions added to older tables, where it was not written since."""
    values = row.values
    if row.rowid is not None and len(values) == PAGE_COLUMNS - 1 and _text(values[0], ID_LENGTH):
        return (*values, "C")
    if row.rowid is None and len(values) == OUTBOX_COLUMNS - 1 and _text(values[0], ID_LENGTH):
        return (*values, 0)
    if row.rowid is not None and len(values) == DOCUMENT_COLUMNS - 1 and _is_old_document(values):
        return (*values, 0)
    return values


def _is_old_document(v: Row) -> bool:
    return v[0] is None and _text(v[1], ID_LENGTH) and _numbers(v[2]) and _text(v[3])


def table_of(row: LooseRow) -> tuple[str, Row] | None:
    """The table and the row as it must be written there, or None for what we need not keep."""
    values = _full(row)
    if row.rowid is not None and _is_case(values):
        return "cases", (*values, *[None] * (CASE_COLUMNS - len(values)))
    for name, columns, fits in _IN_INDEXES if row.rowid is None else _IN_TABLES:
        if len(values) == columns and fits(values):
            numbered = row.rowid is not None and values[0] is None
            return name, ((row.rowid, *values[1:]) if numbered else values)
    return None
