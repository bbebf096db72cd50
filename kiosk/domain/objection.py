"""Why a case was set aside, field by field: "field: reason; field: reason" in the store."""

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

WHOLE_CASE: Final = "case"
SEPARATOR: Final = "; "  # between two of them
# A path such as that of an answer, a material, a place in a list, or a single word.
FIELD: Final = re.compile(r"[A-Za-z_]+(?:\[\d+\]|\.\w+)*")


@unique
class OwnTrouble(StrEnum):
    """The words of a terminal that cannot even send the case; the gateway has other words."""

    UNWRITABLE = "cannot be written"
    MISSING = "not in the store"
    DAMAGED = "damaged on this disk"


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that is wrong. Names a field, never what is in it."""

    field: str  # a path, "case" for all of it
    words: str

    @property
    def own(self) -> OwnTrouble | None:
        """What ails this terminal's own copy; None when it is the gateway that objects."""
        return next((trouble for trouble in OwnTrouble if trouble in self.words), None)


def objections_in(reason: str) -> tuple[Objection, ...]:
    """All of a stored reason, in order. Never raises: the words come from a gateway."""
    found: list[Objection] = []
    for part in reason.split(SEPARATOR):
        path, colon, words = part.partition(":")
        if colon and FIELD.fullmatch(path.strip()):
            found.append(Objection(path.strip(), words.strip()))
        elif found:  # the reason itself had a semicolon
            found[-1] = Objection(found[-1].field, f"{found[-1].words}{SEPARATOR}{part}")
        else:
            found.append(Objection(WHOLE_CASE, part.strip()))
    return tuple(found)
