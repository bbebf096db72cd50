"""Counts the days of an office: working days 工作日 with holidays and worked weekends 调休.

Which days they are is told each autumn for one year (全国年节及纪念日放假办法; the General Office
of the State Council). A year nobody has told about is not guessed: see `WorkCalendar.knows`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from typing import Final

from kiosk.domain.configuration import Configuration

# 北京时间, by which every office in China goes; it has no summer time.
OFFICE_TIME: Final = timezone(timedelta(hours=8))
ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5  # date.weekday()
# 国务院办公厅关于2026年部分节假日安排的通知; read in a reprint of March 2026, not at gov.cn.
_FREE_2026: Final = (
    ("2026-01-01", "2026-01-03"),  # 元旦
    ("2026-02-15", "2026-02-23"),  # 春节
    ("2026-04-04", "2026-04-06"),  # 清明节
    ("2026-05-01", "2026-05-05"),  # 劳动节
    ("2026-06-19", "2026-06-21"),  # 端午节
    ("2026-09-25", "2026-09-27"),  # 中秋节
    ("2026-10-01", "2026-10-07"),  # 国庆节
)
_WORKED_2026: Final = (
    "2026-01-04",
    "2026-02-14",
    "2026-02-28",
    "2026-05-09",
    "2026-09-20",
    "2026-10-10",
)
# What the catalogue makes of a limit of the guide: 15个工作日, 30个日, 30个自然日.
_LIMIT: Final = re.compile(r"(?P<count>\d+)个?(?P<unit>工作日|自然日|日|天)")


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """办结时限 of a guide, counted from 受理."""

    days: int
    working: bool  # False: plain days


def limit_in(words: str) -> TimeLimit | None:
    """The limit in the guide's words; None where it names no days (即时办结, nothing published)."""
    found = _LIMIT.fullmatch(words.strip())
    if found is None:
        return None
    return TimeLimit(int(found["count"]), working=found["unit"] == "工作日")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Holidays, worked weekend days, and the years that they were told for."""

    holidays: frozenset[date]
    worked: frozenset[date]
    years: frozenset[int]

    def knows(self, year: int) -> bool:
        """False: holidays of that year are not known here, weekends are all there is to go by."""
        return year in self.years

    def works(self, day: date) -> bool:
        """Whether offices work on that day."""
        if day in self.worked:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays


@dataclass(frozen=True, slots=True)
class Remaining:
    """Until when a case must be decided, and how much is left.

    `left`: days after today, the last one counted; negative when it is over. `untold`: the years
    that were counted by their weekends alone, because their holidays are not known here.
    """

    last_day: date
    left: int
    working: bool
    untold: tuple[int, ...] = ()

    @property
    def certain(self) -> bool:
        """False: the last day may change once somebody tells the holidays of `untold`."""
        return not self.untold


def calendar_of(configuration: Configuration) -> WorkCalendar:
    """The synced table; of a year that it does not have the packaged one."""
    synced = {day.year for day in configuration.holidays}
    packaged = PACKAGED if not PACKAGED.years <= synced else NOTHING
    return WorkCalendar(
        holidays=configuration.holidays | _without(packaged.holidays, synced),
        worked=configuration.working_days | _without(packaged.worked, synced),
        years=frozenset(synced) | packaged.years,
    )


def remaining(
    limit: TimeLimit, *, accepted: date, today: date, calendar: WorkCalendar
) -> Remaining:
    """What is left of the limit. The day of acceptance is not counted (民法典 article 201)."""
    last_day = _day_after(accepted, limit, calendar)
    begin, end = sorted((today, last_day))
    between = sum(1 for day in _days(begin, end) if not limit.working or calendar.works(day))
    years = range(min(accepted, today).year, max(last_day, today).year + 1)
    return Remaining(
        last_day=last_day,
        left=between if today <= last_day else -between,
        working=limit.working,
        untold=tuple(year for year in years if limit.working and not calendar.knows(year)),
    )


def _day_after(accepted: date, limit: TimeLimit, calendar: WorkCalendar) -> date:
    if not limit.working:
        return accepted + limit.days * ONE_DAY
    day, count = accepted, 0
    while count < limit.days:
        day += ONE_DAY
        count += calendar.works(day)
    return day


def _days(begin: date, end: date) -> Iterator[date]:
    """The days after `begin` up to `end`."""
    while begin < end:
        begin += ONE_DAY
        yield begin


def _without(days: frozenset[date], years: set[int]) -> frozenset[date]:
    return frozenset(day for day in days if day.year not in years)


def _from_to(first: str, last: str) -> Iterator[date]:
    return _days(date.fromisoformat(first) - ONE_DAY, date.fromisoformat(last))


PACKAGED: Final = WorkCalendar(
    holidays=frozenset(day for first, last in _FREE_2026 for day in _from_to(first, last)),
    worked=frozenset(map(date.fromisoformat, _WORKED_2026)),
    years=frozenset({2026}),
)
NOTHING: Final = WorkCalendar(frozenset(), frozenset(), frozenset())
