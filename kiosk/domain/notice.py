"""What the office tells everybody at a service point."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique


@unique
class Audience(StrEnum):
    """Whom a notice is for."""

    RESIDENTS = "residents"
    STAFF = "staff"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice 通知公告, as the province published it. Times are aware."""

    notice_id: str
    title: str
    body: str
    published_at: datetime
    until: datetime | None  # not shown afterwards; None: until it is withdrawn
    audience: Audience
