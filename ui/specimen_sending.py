"""Invented cases that wait or were set aside, notices and home visits: for pictures and tests."""

from dataclasses import replace
from datetime import UTC, date, timedelta

from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.standing import Heard
from ui.specimen_store import MemoryStore
from ui.specimens import MOMENT, longest_item, specimen_cases

DAY = timedelta(days=1)


def heard_today(store: MemoryStore) -> None:
    """The province was heard a moment ago, its catalogue yesterday."""
    now = MOMENT.astimezone(UTC)
    store.heard_at = Heard(now - 90 * DAY, now - DAY / 700, now - DAY, now)


def put_waiting(store: MemoryStore, count: int, *, days: int = 0) -> list[Case]:
    """So many cases wait, the oldest for so many days."""
    pattern = specimen_cases()[2][0]
    cases = []
    for n in range(count):
        moment = MOMENT.astimezone(UTC) - timedelta(days=days, minutes=20 - n)
        case_id = CaseId(f"01970000-0000-7000-9000-{n:012d}")
        case = replace(pattern, case_id=case_id, confirmed_at=moment, started_at=moment)
        store.put(case)
        cases.append(case)
    return cases


def put_aside(store: MemoryStore) -> list[Case]:
    """Three cases are set aside: a wrong answer and a page, this disk, the gateway's words."""
    item = longest_item()
    key = item.questions()[0].key
    reasons = (
        f"answers.{key}: 与公安部门登记的不一致; pages[1]: 图片打不开",
        "case: damaged on this disk",
        "case: another case has this id",
    )
    cases = put_waiting(store, len(reasons), days=2)
    for case, reason in zip(cases, reasons, strict=True):
        titled = replace(case, item_code=item.code, item_title=item.title)
        store.put(titled)
        store.reasons[case.case_id] = reason
    return cases


def put_notices(store: MemoryStore) -> None:
    """One for residents with a long title, one for staff."""
    now = MOMENT.astimezone(UTC)
    store.board = [
        Notice(
            "n1",
            "城乡居民养老保险集中缴费延长到六月底，请还没有交的乡亲抓紧办理",
            "可以在本机办理，也可以请村里的代办员帮忙。不收任何费用。\n咨询电话：0433-0000000。",
            now - DAY,
            None,
            Audience.EVERYBODY,
        ),
        Notice(
            "n2",
            "五月十五日晚上省平台维护",
            "晚上八点到十二点可能传不上去，办件会留在本机，第二天自动上传。",
            now - 2 * DAY,
            None,
            Audience.STAFF,
        ),
    ]


def put_visits(store: MemoryStore) -> None:
    """Two visits; of one it is not known what is wanted."""
    item = longest_item()
    store.planned = [
        HomeVisit("v1", "测试甲", "", "", "示范村3组17号", item.code, date(2026, 5, 14)),
        HomeVisit("v2", "样本丙", "", "", "示范村5组2号"),
    ]


def queued_of(resident_case: int = 2) -> CaseId:
    """The case of specimen_cases that waits."""
    case = specimen_cases()[resident_case][0]
    assert case.state is CaseState.QUEUED
    return case.case_id
