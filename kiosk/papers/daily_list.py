"""The cases of one day at one desk, for the assistant to check off; no more of a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kiosk.papers.compose import Paper, Template
from kiosk.papers.paper_words import PaperWords

HEAD: Final = ("序号", "回执编号", "事项", "申请人", "状态", "备注")


@dataclass(frozen=True, slots=True)
class DailyLine:
    """One case. `who` is family name and stars: nothing here opens anything by itself."""

    receipt_number: str
    item: str
    who: str = field(repr=False)
    state: str
    note: str = ""


def daily_list(lines: Sequence[DailyLine], *, site: str, printed_by: str, now: datetime) -> Paper:
    """`now`: aware, local; it is the day of the list. Only staff see it, so it is in Chinese."""
    say = PaperWords()
    title = f"{now.month}月{now.day}日办件清单"
    return Paper(
        Template.DAILY_LIST,
        title,
        {
            "title": say.given(title),
            "page_number": say.say("page_number"),
            "day": (now.year, now.month, now.day),
            "site": site,
            "printed": f"打印：{printed_by}　{now:%Y年%m月%d日 %H:%M}",
            "head": HEAD,
            "rows": [[_breakable(n.receipt_number), n.item, n.who, n.state, n.note] for n in lines],
            "none": "今天没有办件。",
            "total": f"共 {len(lines)} 件",
            "signs": ("经办人：", "核对人："),
            "footer": say.given("内部核对用，不得带出服务点；用完请销毁。"),
        },
    )


def _breakable(number: str) -> str:
    """A long number may go on in the next line between its groups."""
    return number.replace("-", "-\u200b")
