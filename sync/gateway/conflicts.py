"""Cases under whose id another text came too: who sent which, and in what the two differ.

Both texts are kept (reference/sync.md section 6, same id and other bytes); a person has to look.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from kiosk.domain.case import CaseState
from sync import wire
from sync.gateway.database import Database

# Keys of a form are names of fields; whatever else a stranger sends as one may be personal.
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Text:
    """One of the texts: from whom, when, and the first digits of its hash."""

    terminal_id: str
    arrived_at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class TwoTexts:
    """The text that was kept first, one that came later, and the names of fields that differ."""

    case_id: str
    state: CaseState
    official_number: str
    first: Text
    later: Text
    fields: tuple[str, ...]


def conflicts(database: Database) -> list[TwoTexts]:
    """Every one, oldest first; no value of any field is in it. Raises DatabaseTrouble."""
    rows = database.read(
        "SELECT o.case_id, o.state, o.official_number, o.terminal_id, o.arrived_at, o.fingerprint,"
        " o.text, c.terminal_id, c.arrived_at, c.fingerprint, c.text FROM conflict c"
        " JOIN office_case o ON o.case_id=c.case_id ORDER BY c.arrived_at, c.case_id"
    )
    return [
        TwoTexts(
            case_id=case_id,
            state=CaseState(state),
            official_number=number or "",
            first=Text(first[0], datetime.fromisoformat(first[1]), first[2]),
            later=Text(later[0], datetime.fromisoformat(later[1]), later[2]),
            fields=tuple(differing(_fields(first[3]), _fields(later[3]))),
        )
        for case_id, state, number, first, later in (
            (row[0], row[1], row[2], row[3:7], row[7:11]) for row in rows
        )
    ]


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Names of the fields in which two texts differ; answers each by its own."""
    for name in sorted({*one, *other}):
        mine, theirs = one.get(name), other.get(name)
        if name == "answers" and isinstance(mine, dict) and isinstance(theirs, dict):
            keys = {key for key in {*mine, *theirs} if mine.get(key) != theirs.get(key)}
            yield from sorted({f"answers.{key if _KEY.fullmatch(key) else '…'}" for key in keys})
        elif mine != theirs:
            yield name


def _fields(text: bytes) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = msgspec.to_builtins(wire.decoded(text, wire.CaseText))
    return fields
