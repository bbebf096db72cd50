"""Few different statements for any number of values, so that each of them stays prepared."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Final

from sync.gateway.database import Row, Value

SHAPES: Final = (1, 4, 16, 64, 256)  # values of one statement
MOST_ROWS: Final = 64  # of one statement; times 9 columns, both engines take 32,766 values
ROW: Final = re.compile(r"VALUES (\([?, ]+\))")
Run = Callable[..., list[Row]]


def rows_among(run: Run, statement: str, values: Sequence[Value], *more: Value) -> list[Row]:
    """The rows of `statement` for these values, which stand where it has {}.

    `more`: values of marks behind them. Asked in parts, so a condition on single rows is meant.
    """
    found: list[Row] = []
    for some in _padded(values):
        found += run(_among(statement, len(some)), *some, *more)
    return found


def put_rows(run: Run, statement: str, rows: Sequence[Sequence[Value]]) -> list[Row]:
    """Run `statement` with these rows where it has {}; what it gives back for all of them."""
    told: list[Row] = []
    for some in parts_of(rows):
        marked = _valued(statement, len(some), len(some[0]))
        told += run(marked, *(value for row in some for value in row))
    return told


def each_row(run: Run, statement: str, rows: Sequence[Sequence[Value]]) -> None:
    """Run `statement`, in which VALUES stands with the marks of one row, for all of these rows.

    Many rows in one statement: of PostgreSQL one round trip, of SQLite one time without Python's
    lock, which the thread then has to wait for (twice as much for each row by itself).
    """
    for some in parts_of(rows):
        run(_of_many(statement, len(some)), *(value for row in some for value in row))


def parts_of(rows: Sequence[Sequence[Value]]) -> Iterator[Sequence[Sequence[Value]]]:
    """In parts, each with as many as one of the shapes."""
    start = 0
    while start < len(rows):
        left = min(len(rows) - start, MOST_ROWS)
        shape = next(shape for shape in reversed(SHAPES) if shape <= left)
        yield rows[start : start + shape]
        start += shape


def _padded(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """In parts of one of the shapes; the last value fills up, which a set does not notice."""
    largest = SHAPES[-1]
    for start in range(0, len(values), largest):
        some = list(values[start : start + largest])
        shape = next(shape for shape in SHAPES if shape >= len(some))
        yield some + some[-1:] * (shape - len(some))


@cache
def _among(statement: str, count: int) -> str:
    return statement.format(", ".join("?" * count))


@cache
def _valued(statement: str, count: int, width: int) -> str:
    row = f"({', '.join('?' * width)})"
    return statement.format(", ".join([row] * count))


@cache
def _of_many(statement: str, count: int) -> str:
    return ROW.sub(lambda row: "VALUES " + ", ".join([row[1]] * count), statement)
