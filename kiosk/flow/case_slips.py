"""Slips about a case as the office sees it: how far it is, what is missing, that it was accepted.

They repeat what the office told, with when it did; none is an office's own paper (domain.md
section 6, trap 2): the last note says so.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from kiosk.domain.case import Case, CaseKind, CaseState
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.domain.id_number import masked
from kiosk.domain.printed import PaperKind, PrintOrder
from kiosk.domain.progress import StateChange
from kiosk.domain.receipt import Receipt
from kiosk.domain.receipt_number import grouped
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.progress_flow import ProgressView
from kiosk.flow.receipts import FOOTER, query_code
from kiosk.flow.site import Site


@unique
class CaseSlip(StrEnum):
    """Which slip; the value is the key of its words."""

    PROGRESS = "progress"  # 办件进度
    CORRECTION = "correction"  # 补正通知: everything that is missing, told once 一次性告知
    ACCEPTANCE = "acceptance"  # 受理通知书


TITLES: Final = {
    CaseSlip.PROGRESS: "办件进度",
    CaseSlip.CORRECTION: "补正通知",
    CaseSlip.ACCEPTANCE: "受理通知书",
}
STATES: Final = {
    CaseState.QUEUED: "已采集，等着上传",
    CaseState.RECEIVED: "已上传，等部门受理",
    CaseState.ACCEPTED: "已受理，正在办",
    CaseState.CORRECTION: "要补材料",
    CaseState.DECIDED: "已办结",
    CaseState.DELIVERED: "已送达",
    CaseState.REFUSED: "不予受理",
    CaseState.WITHDRAWN: "已撤回",
}
FLAWS: Final = {
    Flaw.MISSING: "缺少",
    Flaw.UNCLEAR: "看不清，要重拍",
    Flaw.WRONG: "不对，要改",
    Flaw.EXPIRED: "过期了",
    Flaw.INCOMPLETE: "不完整",
}
MARK_OFFLINE: Final = "离线打印，可能有变化"
NOTE_SOURCE: Final = "本条由终端按部门的答复打印，以部门存档为准。"
NOTE_ONCE: Final = "以上是部门一次告知的全部内容。"
NOTE_WHERE: Final = "请到任一便民服务点补交，带身份证和本通知。"
NOTE_ACCEPTED: Final = "部门已经受理您的申请。"


def slips_of(view: ProgressView) -> tuple[CaseSlip, ...]:
    """Which slips the chosen case has. None for whoever may not read what the office wrote."""
    case = view.chosen
    if case is None or not view.may_read or case.kind is CaseKind.EVALUATION:
        return ()
    found = [CaseSlip.PROGRESS]
    if case.state is CaseState.CORRECTION and (view.asked or case.remarks):
        found.insert(0, CaseSlip.CORRECTION)
    if _accepted(view) is not None and case.official_number:
        found.insert(0, CaseSlip.ACCEPTANCE)
    return tuple(found)


def case_slip(
    kind: CaseSlip, view: ProgressView, site: Site, *, now: datetime, offline: bool
) -> Receipt:
    """That slip of the chosen case. `now` is aware, in the time zone to print.

    `offline`: the office cannot be asked now, so that the slip bears a mark.
    """
    case = view.chosen
    assert case is not None
    make = {
        CaseSlip.PROGRESS: _progress,
        CaseSlip.CORRECTION: _correction,
        CaseSlip.ACCEPTANCE: _acceptance,
    }[kind]
    lines, materials_title, materials, notes = make(case, view, now)
    item = view.item
    if site.phone:
        lines = (*lines, ("咨询电话", site.phone))
    return Receipt(
        title=TITLES[kind],
        site=site.name,
        lines=(*lines, ("打印时间", _moment(now, now))),
        materials=materials,
        notes=(*notes, NOTE_SOURCE),
        qr=query_code(case, site),
        footer=FOOTER,
        materials_title=materials_title,
        marks=(MARK_OFFLINE,) if offline else (),
        korean=((item.title, item.title_ko),) if item is not None and item.title_ko else (),
    )


def slip_order(view: ProgressView) -> PrintOrder:
    """As the ledger enters such a slip."""
    case = view.chosen
    assert case is not None
    return PrintOrder(PaperKind.RECEIPT, case.case_id, case.receipt_number)


_Lines = tuple[tuple[str, str], ...]
_Made = tuple[_Lines, str, tuple[str, ...], tuple[str, ...]]


def _progress(case: Case, view: ProgressView, now: datetime) -> _Made:
    lines = [*_numbers(case), *_person(case), ("现在进度", STATES.get(case.state, ""))]
    if view.says_result and case.office_state:
        lines.append(("部门的说法", case.office_state))
    if view.limit is not None:
        lines.append(("最晚办结", f"{view.limit.last_day:%Y年%m月%d日}"))
    steps = [f"{_day(case.confirmed_at, now)} 已提交"] if case.confirmed_at else []
    steps += [
        f"{_day(one.at, now)} {STATES[one.state]}" for one in view.changes if one.state in STATES
    ]
    return tuple(lines), "经过", tuple(steps), ()


def _correction(case: Case, view: ProgressView, now: datetime) -> _Made:
    asked = view.asked
    lines = [*_numbers(case), *_person(case), *_office(view.item)]
    if asked is not None:
        lines.append(("通知时间", _moment(asked.at, now)))
    rows = asked.asked if asked is not None else ()
    names = _names(view.item)
    said = tuple(_row(row, names) for row in rows) or case.remarks
    return tuple(lines), "要补什么", said, (NOTE_ONCE, NOTE_WHERE)


def _acceptance(case: Case, view: ProgressView, now: datetime) -> _Made:
    accepted = _accepted(view)
    assert accepted is not None
    lines = [
        ("受理编号", case.official_number),
        ("回执编号", grouped(case.receipt_number)),
        ("办理事项", case.item_title),
        *_person(case),
        ("受理时间", _moment(accepted.at, now)),
        *_office(view.item),
    ]
    if view.item is not None and view.item.guide.promised_limit:
        lines.append(("承诺时限", view.item.guide.promised_limit))
    if view.limit is not None:
        lines.append(("最晚办结", f"{view.limit.last_day:%Y年%m月%d日}"))
    names = {} if view.item is None else {m.key: m.name for m in view.item.materials}
    taken = dict.fromkeys(page.material for page in case.pages if page.material in names)
    return tuple(lines), "已收材料", tuple(names[key] for key in taken), (NOTE_ACCEPTED,)


def _accepted(view: ProgressView) -> StateChange | None:
    return next((one for one in view.changes if one.state is CaseState.ACCEPTED), None)


def _numbers(case: Case) -> _Lines:
    return (
        ("回执编号", grouped(case.receipt_number)),
        ("办件编号", case.official_number or "联网后由省平台生成"),
        ("办理事项", case.item_title),
    )


def _person(case: Case) -> _Lines:
    if not case.applicant_number:
        return ()
    return (("申请人", case.applicant_name), ("证件号码", masked(case.applicant_number)))


def _office(item: ServiceItem | None) -> _Lines:
    return () if item is None else (("受理部门", item.guide.department),)


def _names(item: ServiceItem | None) -> Mapping[str, str]:
    if item is None:
        return {}
    return {f.key: f.label for f in item.fields} | {m.key: m.name for m in item.materials}


def _row(row: CorrectionRow, names: Mapping[str, str]) -> str:
    name = "本人签名" if row.part is Part.SIGNATURE else names.get(row.key, row.key)
    said = f"{name}：{FLAWS[row.flaw]}"
    return f"{said}（{row.note}）" if row.note else said


def _day(at: datetime, now: datetime) -> str:
    return f"{at.astimezone(now.tzinfo):%m月%d日 %H:%M}"


def _moment(at: datetime, now: datetime) -> str:
    return f"{at.astimezone(now.tzinfo):%Y年%m月%d日 %H:%M}"
