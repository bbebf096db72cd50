"""Reads a stranger's JSON more strictly than our own: no field may be named twice. No I/O."""

import json
from typing import TypeVar

import msgspec

from sync import wire

_Message = TypeVar("_Message", bound=msgspec.Struct)


def read_strictly(content: bytes, kind: type[_Message]) -> _Message:
    """What wire.decoded reads; an object that names a field twice is wire.Unreadable too.

    Which of the two was meant nobody can tell (RFC 7493 section 2.3, recalled). What is in
    canonical form costs one comparison.
    """
    message = wire.decoded(content, kind)
    if wire.canonical(message) != content and names_twice(content):
        raise wire.Unreadable("a field is named twice")
    return message


def names_twice(content: bytes) -> bool:
    """True when some object in this JSON has two fields of the same name."""
    try:
        json.loads(content, object_pairs_hook=_once, parse_int=str)
    except _Twice:
        return True
    except (ValueError, RecursionError):
        return False
    return False


class _Twice(Exception):
    pass


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found
