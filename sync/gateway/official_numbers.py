"""Makes the official number 办件编号 of a case that has arrived whole.

43 characters: task code 实施编码 (31), day yyyymmdd, serial (4). Form seen in two public samples
(reference/domain.md, codes); the standard itself was not read. The serial is counted by the ledger.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Final

TASK_CODE_LENGTH: Final = 31
LENGTH: Final = 43
HIGHEST_SERIAL: Final = 9999
CHINA: Final = timezone(timedelta(hours=8))  # one zone, no summer time since 1991


class NumbersExhausted(Exception):
    """All serials of that day and item are used; tomorrow there are new ones."""


def task_code(item_code: str) -> str:
    """The task code within the 33 characters of a 业务办理项编码. Raises ValueError."""
    code = item_code[:TASK_CODE_LENGTH]
    if len(code) != TASK_CODE_LENGTH or not (code.isascii() and code.isalnum()):
        raise ValueError("item code is shorter than a task code")
    return code


def day_of(moment: datetime) -> date:
    """The office's day at that moment."""
    return moment.astimezone(CHINA).date()


def official_number(code: str, day: date, serial: int) -> str:
    """The number. Raises NumbersExhausted, ValueError for a task code of another length."""
    if serial > HIGHEST_SERIAL:
        raise NumbersExhausted(f"{code} {day}")
    if len(code) != TASK_CODE_LENGTH or serial < 1:
        raise ValueError("not a task code or not a serial")
    return f"{code}{day:%Y%m%d}{serial:04d}"
