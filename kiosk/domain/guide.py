"""办事指南: what an office publishes about an item, in its own words."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Depth(StrEnum):
    """网上办理深度: how far an item goes on the province's own site 吉事办."""

    FULL = "full"  # finished there, nobody has to come
    PART = "part"  # begun there
    INFO = "info"  # only read about


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Guide:
    """办事指南: what the office publishes about an item. Shown and printed, never changed."""

    department: str
    conditions: tuple[str, ...]
    legal_basis: tuple[str, ...]
    flow: tuple[tuple[str, str], ...]  # (step, what happens)
    fee: str
    statutory_limit: str  # 法定办结时限, "" where the office publishes none
    promised_limit: str  # 承诺办结时限
    result: str
    notes: tuple[str, ...] = ()
    place: str = ""  # 办理地点
    hours: str = ""  # 办理时间
    fee_basis: str = ""  # 收费依据
    fee_reduction: str = ""  # 减免
    consult: tuple[Contact, ...] = ()  # 咨询方式
    complain: tuple[Contact, ...] = ()  # 监督投诉方式
    visits: int | None = None  # 到现场次数; None where the office publishes none
    depth: Depth | None = None  # 网上办理深度
    online_url: str = ""  # where it is done online
