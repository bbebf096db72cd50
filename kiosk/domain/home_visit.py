"""A resident who asked to be served at home."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class HomeVisit:
    """A visit 上门服务 that field staff take along on the road. All of it is personal."""

    visit_id: str
    name: str = field(repr=False)
    number: str = field(repr=False)  # citizen number 公民身份号码, or ""
    phone: str = field(repr=False)
    address: str = field(repr=False)
    item_code: str = field(default="", repr=False)  # "": it is not known yet what is wanted
    wanted_on: date | None = field(default=None, repr=False)
    note: str = field(default="", repr=False)
