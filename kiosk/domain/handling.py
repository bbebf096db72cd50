"""How a case is handled: who acts for whom, for which family, where, and who has to approve it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

# The materials under which signatures lie that are not the applicant's own.
AGENT_SIGNATURE: Final = "signature_agent"
MEMBER_SIGNATURE: Final = "signature_member"


@unique
class AgentKind(StrEnum):
    """Why somebody may act for the applicant."""

    RELATIVE = "relative"  # 亲属
    STAFF = "staff"  # 村(社区)帮办代办员
    OTHER = "other"  # 其他受托人


# The answers of the catalogue's question 与申请人关系.
RELATIONS: Final[Mapping[AgentKind, str]] = MappingProxyType(
    {
        AgentKind.RELATIVE: "亲属",
        AgentKind.STAFF: "村(社区)帮办代办员",
        AgentKind.OTHER: "其他受托人",
    }
)


@dataclass(frozen=True, slots=True)
class Agent:
    """代办人: who handles the case for the applicant. Their own identity card was read."""

    kind: AgentKind
    name: str = field(repr=False)
    number: str = field(repr=False)


@unique
class Absence(StrEnum):
    """Why an adult of the family did not sign the authorisation 授权核查 here."""

    AWAY = "away"  # 在外地
    UNWELL = "unwell"  # 生病、行动不便
    UNABLE = "unable"  # 自己签不了
    OTHER = "other_reason"  # 其他原因


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """共同生活的家庭成员, a row of the family table. `by_card`: their own card was read here.

    Where the guide has the adults sign: `signature` is the SHA-256 of the picture among the case's
    pages (material MEMBER_SIGNATURE), or `absent` says why there is none.
    """

    name: str = field(repr=False)
    number: str = field(repr=False)
    by_card: bool = False
    signature: str = ""
    absent: Absence | None = None

    @property
    def has_answered(self) -> bool:
        """Signed, or said to be unable to come."""
        return bool(self.signature) or self.absent is not None


@unique
class PlaceSource(StrEnum):
    """How a place is known."""

    SATELLITES = "satellites"  # a receiver said so
    TYPED = "typed"  # a person said so


@dataclass(frozen=True, slots=True)
class Place:
    """Where a home visit was, and how sure that is. `latitude`, `longitude`: degrees, WGS 84."""

    source: PlaceSource
    words: str = field(default="", repr=False)
    latitude: float | None = field(default=None, repr=False)
    longitude: float | None = field(default=None, repr=False)
    metres: float | None = None  # the receiver's own estimate of its error; None: it gave none


@dataclass(frozen=True, slots=True)
class FieldVisit:
    """上门办理: the case was taken in at the applicant's home."""

    begun_at: datetime  # aware
    clock_sure: bool  # False: the terminal did not believe its own clock
    visit_id: str = ""  # of the list that was downloaded, "" when nobody had asked for it
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """What distinguishes a case from one that its applicant handed in alone.

    There is no fee in it, and there must not be: agency is free (T-38 of reference/domain.md).
    """

    agent: Agent | None = None
    members: tuple[FamilyMember, ...] = ()
    taken_by: str = ""  # number of the staff member at the terminal, "" for a resident alone
    held: bool = False  # confirmed, but not sent before a second person approves; never on the wire
    approved_by: str = ""  # number of that second person
    visit: FieldVisit | None = None
    earlier_hands: tuple[str, ...] = ()  # staff who had it as a draft before; never on the wire

    def taken_over_by(self, staff_id: str) -> "Handling":
        """A draft that this staff member goes on with; "": nobody is signed in, nothing changes."""
        if not staff_id or staff_id == self.taken_by:
            return self
        before = (*self.earlier_hands, self.taken_by) if self.taken_by else self.earlier_hands
        return replace(self, taken_by=staff_id, earlier_hands=before)

    def may_be_approved_by(self, staff_id: str) -> bool:
        """A second person: signed in, and never had this case in hand."""
        return bool(staff_id) and staff_id not in (self.taken_by, *self.earlier_hands)


ALONE: Final = Handling()  # by the applicant, at the terminal
