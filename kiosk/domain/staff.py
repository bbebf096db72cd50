"""Who works at a service point, and what each of them may do there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique


@unique
class Role(StrEnum):
    """What somebody is at a service point (requirement T-34); one person may be several."""

    ASSISTANT = "assistant"  # 帮办代办员, full-time or part-time, in a village
    CLERK = "clerk"  # 乡镇（街道）便民服务中心工作人员
    FIELD = "field"  # 上门服务人员, with the portable terminal
    MAINTAINER = "maintainer"  # 设备维护员: machines only, nobody's cases


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person of the staff 工作人员, as the province registered them.

    `site`: the 9 or 12 digits of the division 区划代码 they work for; a township's holds for its
    villages. The staff register is the province's: a terminal never adds anybody.
    """

    staff_id: str
    name: str = field(repr=False)
    roles: frozenset[Role]
    site: str
    valid_until: datetime | None = None  # aware; None: until revoked

    def is_one_of(self, *roles: Role) -> bool:
        """Whether one of these roles is theirs."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """One person in the province's register of staff, as the newest word has it.

    `key`: of their card, 65 bytes (devices/staff_card/api.py). A revoked entry stays, so that an
    older word about the same person cannot bring it back.
    """

    member: StaffMember
    key: bytes = field(repr=False)
    issued_at: datetime  # aware; the newest word holds
    is_revoked: bool = False


@unique
class StaffAct(StrEnum):
    """What the audit keeps of staff (requirement T-45), with the id and never a name."""

    SIGNED_IN = "staff signed in"
    SIGNED_OUT = "staff signed out"
    LOCKED = "staff screen locked"
    UNLOCKED = "staff screen unlocked"
    WRONG_PIN = "staff pin wrong"
    REFUSED = "staff refused"  # unknown, revoked, expired, of another site, or too long offline
