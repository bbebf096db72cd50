"""One application 办件 of one resident, from the first touch to the office's answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Any, Final, NewType

from kiosk.domain.handling import ALONE, Handling
from kiosk.domain.page import PageRef

CaseId = NewType("CaseId", str)  # UUIDv7 in its 36-character form; also the idempotency key


@unique
class CaseState(StrEnum):
    """Where a case stands, in the terminal's own words; the province's word is kept beside it."""

    DRAFT = "draft"  # 草稿: the resident is still here
    QUEUED = "queued"  # 已采集待上传: safe on this disk, not all of it at the gateway
    RECEIVED = "received"  # 已上传: the gateway has all of it
    ACCEPTED = "accepted"  # 受理
    CORRECTION = "correction"  # 补正: the office asked once for everything that is missing
    DECIDED = "decided"  # 办结
    DELIVERED = "delivered"  # 送达
    REFUSED = "refused"  # 不予受理
    WITHDRAWN = "withdrawn"  # 已撤回
    ABANDONED = "abandoned"  # the resident left before confirming


@unique
class CaseKind(StrEnum):
    """What is handed in. All kinds go the same way: one store, one outbox, one receipt."""

    APPLICATION = "application"  # 申请
    CORRECTION = "correction"  # 补正材料: the parts of an earlier case that were asked for
    LETTER = "letter"  # 咨询, 预约, 投诉, 建议: to the office, without a decision on a right
    EVALUATION = "evaluation"  # 好差评: of the office and its staff, so staff never see it


# These belong to an earlier case and are never listed beside it.
FOLLOWING: Final = frozenset({CaseKind.CORRECTION, CaseKind.EVALUATION})
_S = CaseState
# There is no "sending": a crash while sending leaves QUEUED, and the key makes resending harmless.
# States that the office sets may be skipped on the way down, since a terminal may have slept
# through them; they never lead back to the terminal's own states.
MOVES: Final[Mapping[CaseState, frozenset[CaseState]]] = MappingProxyType(
    {
        _S.DRAFT: frozenset({_S.QUEUED, _S.ABANDONED}),
        _S.QUEUED: frozenset({_S.RECEIVED, _S.WITHDRAWN}),
        _S.RECEIVED: frozenset({_S.ACCEPTED, _S.CORRECTION, _S.DECIDED, _S.REFUSED, _S.WITHDRAWN}),
        _S.ACCEPTED: frozenset({_S.CORRECTION, _S.DECIDED, _S.WITHDRAWN}),
        _S.CORRECTION: frozenset({_S.ACCEPTED, _S.DECIDED, _S.REFUSED, _S.WITHDRAWN}),
        _S.DECIDED: frozenset({_S.DELIVERED}),
        _S.DELIVERED: frozenset(),
        _S.REFUSED: frozenset(),
        _S.WITHDRAWN: frozenset(),
        _S.ABANDONED: frozenset(),
    }
)


class IllegalMove(Exception):
    """Our own mistake: a case was sent to a state that it cannot reach."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as the terminal knows it. Changes by `replace` or `moved_to` only."""

    case_id: CaseId
    item_code: str
    item_title: str
    catalog_version: str
    started_at: datetime  # aware, UTC
    state: CaseState = CaseState.DRAFT
    receipt_number: str = ""  # ours, printed at once
    official_number: str = ""  # 办件编号, only ever from the province
    applicant_name: str = field(default="", repr=False)
    applicant_number: str = field(default="", repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    pages: tuple[PageRef, ...] = ()
    signature: PageRef | None = None
    confirmed_at: datetime | None = None
    office_state: str = ""  # the province's own word for the state
    remarks: tuple[str, ...] = field(default=(), repr=False)  # reasons the office gave
    kind: CaseKind = CaseKind.APPLICATION
    about: CaseId | None = None  # the earlier case that a kind of FOLLOWING belongs to
    round: int = 0  # of a correction: which list of the office it answers, from 1
    handling: Handling = ALONE

    def moved_to(self, state: CaseState, **changes: Any) -> "Case":
        """The same case in another state, with what else changes with that step.

        Raises IllegalMove when the table has no such move.
        """
        if state not in MOVES[self.state]:
            raise IllegalMove(f"{self.case_id}: {self.state} -> {state}")
        return replace(self, state=state, **changes)
