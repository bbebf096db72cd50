"""Finds rows on single database pages, without the tree that led to them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from offline_store.sealed_pages import USABLE

# Kinds of pages and the form of a cell: sqlite.org/fileformat2.html sections 1.6 and 2.1.
INDEX_INTERIOR: Final = 0x02
INDEX_LEAF: Final = 0x0A
TABLE_LEAF: Final = 0x0D
_HEADER: Final = {INDEX_INTERIOR: 12, INDEX_LEAF: 8, TABLE_LEAF: 8}
_FILE_HEADER: Final = 100  # bytes of the first page before its tree
_LEAST: Final = (USABLE - 12) * 32 // 255 - 23
_MOST: Final = {
    INDEX_INTERIOR: (USABLE - 12) * 64 // 255 - 23,
    INDEX_LEAF: (USABLE - 12) * 64 // 255 - 23,
    TABLE_LEAF: USABLE - 35,
}
_INTEGER_LENGTHS: Final = (0, 1, 2, 3, 4, 6, 8)
_BYTES: Final = 12  # from here on even kinds are bytes, odd ones text (section 2.1)
_LAST: Final = 0x7F  # the highest byte that ends a varint
_MOST_PAYLOAD: Final = 100_000_000  # bytes; more is nonsense on a page that only looks like one
_MOST_HEADER: Final = 512  # bytes; our widest table has 24 columns, each at most 9 bytes


@dataclass(frozen=True, slots=True)
class LooseRow:
    """`rowid` is None in an index; what has its key for a table is an index too."""

    rowid: int | None
    values: tuple[Any, ...]


def rows_on(number: int, page: bytes, read: Callable[[int], bytes | None]) -> Iterator[LooseRow]:
    """Every row that begins on that page and can be read to its end; never raises.

    `read` gives the pages on which long rows go on.
    """
    start = _FILE_HEADER if number == 1 else 0
    kind = page[start]
    if kind not in _HEADER:
        return
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    pointers = start + _HEADER[kind]
    for n in range(min(count, USABLE // 2)):
        at = pointers + 2 * n
        try:
            yield _row(page, int.from_bytes(page[at : at + 2], "big"), kind, read)
        except (ValueError, IndexError):  # only looks like a row, or its rest is damaged
            continue


def _row(page: bytes, at: int, kind: int, read: Callable[[int], bytes | None]) -> LooseRow:
    if kind == INDEX_INTERIOR:
        at += 4  # the page to the left
    length, at = _number(page, at)
    rowid = None
    if kind == TABLE_LEAF:
        rowid, at = _number(page, at)
        rowid -= (rowid >> 63) << 64
    return LooseRow(rowid, _values(_payload(page, at, length, _MOST[kind], read)))


def _payload(
    page: bytes, at: int, length: int, most: int, read: Callable[[int], bytes | None]
) -> bytes:
    if length > _MOST_PAYLOAD:
        raise ValueError("too long")
    if length <= most:
        here = length
    else:
        here = _LEAST + (length - _LEAST) % (USABLE - 4)
        here = here if here <= most else _LEAST
    parts = [page[at : at + here]]
    missing = length - len(parts[0])
    following = int.from_bytes(page[at + here : at + here + 4], "big") if missing else 0
    seen: set[int] = set()
    while missing > 0:
        further = None if following in seen else read(following)  # a ring would never end
        if further is None:
            raise ValueError("the rest of the row is damaged")
        seen.add(following)
        parts.append(further[4 : 4 + missing])
        missing -= len(parts[-1])
        following = int.from_bytes(further[:4], "big")
    return b"".join(parts)


def _values(payload: bytes) -> tuple[Any, ...]:
    end, at = _number(payload, 0)
    if end > _MOST_HEADER:
        raise ValueError("no table of ours has so many columns")
    body, values = end, []
    while at < end:
        kind, at = _number(payload, at)
        value, body = _value(payload, body, kind)
        values.append(value)
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind < len(_INTEGER_LENGTHS):
        length = _INTEGER_LENGTHS[kind]
    elif kind >= _BYTES:
        length = (kind - _BYTES) // 2
    else:
        raise ValueError("no table of ours has such a value")
    part = payload[at : at + length]
    if len(part) != length:
        raise ValueError("cut off")
    if kind < _BYTES:
        return int.from_bytes(part, "big", signed=True), at + length
    return (part.decode("utf-8") if kind % 2 else part), at + length


def _number(content: bytes, at: int) -> tuple[int, int]:
    """A varint and where it ends (section 1.6)."""
    value = 0
    for n in range(8):
        byte = content[at + n]
        value = value << 7 | byte & _LAST
        if byte <= _LAST:
            return value, at + n + 1
    return value << 8 | content[at + 8], at + 9
