"""What the program may ask of the store for staff: who they are, and the cases on their desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Protocol

from kiosk.domain.case import Case, CaseId
from kiosk.domain.staff import StaffAct, StaffEntry


@unique
class DeskList(StrEnum):
    """The lists of a desk; the value is the key of their words."""

    TODAY = "today"  # confirmed at this terminal since that morning
    DRAFTS = "drafts"  # begun and not confirmed
    WAITING = "waiting"  # confirmed, not all of it at the gateway; those set aside too
    CORRECTION = "correction"  # 补正: the office sent it back
    HAND_OUT = "hand_out"  # 办结: decided, and not handed over


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One case in a list, as far as a list shows it."""

    case: Case
    saved_at: datetime | None = None  # of a draft
    step: str = ""  # of a draft
    is_aside: bool = False  # the gateway refuses it: a person must look
    since: datetime | None = field(default=None)  # when it came into the state it is in


class StaffBook(Protocol):
    """The register of staff that came down, and what the audit keeps of them."""

    def staff(self) -> Sequence[StaffEntry]:
        """Everybody of whom a word came down, those revoked too. Raises StoreError."""
        ...

    def wrong_pins(self, staff_id: str) -> int:
        """How many since that person last signed in here. Raises StoreError."""
        ...

    def note_staff(self, act: StaffAct, staff_id: str, now: datetime) -> None:
        """One row in the audit; a wrong PIN counts, a sign-in ends the count. Raises StoreError.

        `staff_id`: "" where nobody is known.
        """
        ...


class DeskCases(Protocol):
    """The cases of a desk. Looks through all cases: some 20 ms with 10,000 of them."""

    def desk_counts(self, *, today: str) -> Mapping[DeskList, int]:
        """How many stand in each list. `today`: see `desk_list`. Raises StoreError."""
        ...

    def desk_list(self, which: DeskList, *, today: str, limit: int = 200) -> Sequence[DeskRow]:
        """The newest of them first; of what waits the oldest first.

        `today`: what today's receipt numbers at this terminal begin with (day_prefix).
        """
        ...

    def desk_find(self, words: str, *, limit: int = 50) -> Sequence[Case]:
        """Confirmed cases whose item, name, receipt or official number holds these words."""
        ...

    def draft_row(self, case_id: CaseId) -> DeskRow:
        """That draft with its step. Raises KeyError, StoreError."""
        ...
