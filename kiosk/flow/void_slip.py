"""The slip that says of papers printed earlier that they no longer count 作废."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from kiosk.domain.case import Case
from kiosk.domain.printed import COUNTS, VOID_MARK, PaperKind, PrintEntry, PrintOrder
from kiosk.domain.receipt import Receipt
from kiosk.domain.receipt_number import grouped
from kiosk.flow.receipts import FOOTER, query_code
from kiosk.flow.site import Site

TITLE: Final = f"{VOID_MARK}通知"
# What can be void: a guide or a blank form says nothing of a case.
NAMES: Final = {
    PaperKind.RECEIPT: "回执",
    PaperKind.FORM: "表格",
    PaperKind.ENTRUSTMENT: "授权委托书",
    PaperKind.CERTIFICATE: "证明",
}


def voided(entries: Sequence[PrintEntry]) -> tuple[PrintEntry, ...]:
    """Those of a case's papers that are out or may be out."""
    return tuple(e for e in entries if e.order.kind in NAMES and e.outcome in COUNTS)


def void_slip(
    case: Case, papers: Sequence[PrintEntry], site: Site, *, now: datetime, title_ko: str = ""
) -> Receipt:
    """`papers`: those that no longer count. `now` is aware, in the time zone to print.

    `title_ko`: the item's name in Korean, where the catalogue has one.
    """
    zone = now.tzinfo
    lines = [
        ("回执编号", grouped(case.receipt_number)),
        ("办件编号", case.official_number or "没有"),
        ("办理事项", case.item_title),
        ("打印时间", f"{now:%Y年%m月%d日 %H:%M}"),
    ]
    names = tuple(
        f"{NAMES[paper.order.kind]}（{paper.at.astimezone(zone):%m月%d日 %H:%M}）"
        for paper in papers
    )
    return Receipt(
        title=TITLE,
        site=site.name,
        lines=tuple(lines),
        materials=names,
        notes=("以上纸张已作废，请不要再使用。", *case.remarks),
        qr=query_code(case, site),
        footer=FOOTER,
        materials_title=f"已{VOID_MARK}的纸张和打印时间",
        marks=(VOID_MARK,),
        korean=((case.item_title, title_ko),) if title_ko else (),
    )


def void_order(case: Case) -> PrintOrder:
    """As the ledger enters that slip."""
    return PrintOrder(PaperKind.VOID, case.case_id, case.receipt_number)
