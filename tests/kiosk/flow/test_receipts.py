"""What stands on the slip."""

from collections.abc import Callable
from dataclasses import replace

from kiosk.domain.case import CaseKind
from kiosk.domain.handling import Agent, AgentKind, Handling
from kiosk.domain.identity import IdentityCard
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.receipts import NOTE_HOLDER_ONLY, query_code, receipt_for, receipt_number_in
from tests.kiosk.flow.conftest import SITE, Clock, Visit


def test_the_slip_says_that_the_official_number_follows(
    new_visit: Callable[[], Visit], resident: IdentityCard, item: ServiceItem, clock: Clock
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    case = visit.flow.view.case
    assert case is not None
    slip = receipt_for(case, item, SITE, now=clock.now())
    lines = dict(slip.lines)
    assert slip.title == "采集回执"
    assert lines["办件编号"] == "联网后由省平台生成"
    assert lines["证件号码"].count("*") == 8
    assert "居民户口簿(首页和本人页)" in slip.materials
    assert receipt_number_in(slip.qr, SITE) == case.receipt_number
    online = receipt_for(replace(case, official_number="1" * 43), item, SITE, now=clock.now())
    assert online.title == "办件回执"
    assert dict(online.lines)["办件编号"] == "1" * 43
    assert query_code(case, SITE) == online.qr


def test_the_slip_names_nobody_in_its_repr(
    new_visit: Callable[[], Visit], resident: IdentityCard, item: ServiceItem, clock: Clock
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    assert visit.flow.view.case is not None
    assert resident.name not in repr(receipt_for(visit.flow.view.case, item, SITE, now=clock.now()))


def test_a_corrections_slip_says_so_and_a_letters_may_name_nobody(
    new_visit: Callable[[], Visit], resident: IdentityCard, item: ServiceItem, clock: Clock
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    case = visit.flow.view.case
    assert case is not None
    again = replace(case, kind=CaseKind.CORRECTION, about=case.case_id, round=1)
    assert receipt_for(again, item, SITE, now=clock.now()).title == "补正回执"
    letter = replace(case, kind=CaseKind.LETTER, applicant_name="", applicant_number="", pages=())
    slip = receipt_for(letter, item, SITE, now=clock.now())
    assert slip.title == "来信回执"
    assert not {"申请人", "证件号码"} & set(dict(slip.lines))
    assert "身份信息（读卡核验）" not in slip.materials


def test_the_slip_says_what_the_office_fetches_itself(
    new_visit: Callable[[], Visit], resident: IdentityCard, item: ServiceItem, clock: Clock
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    assert visit.flow.view.case is not None
    case = replace(visit.flow.view.case, pages=())
    slip = receipt_for(case, item, SITE, now=clock.now())
    assert "居民户口簿(首页和本人页)（部门联网查，查不到再补）" in slip.materials


def test_the_slip_that_an_agent_takes_along_says_whose_the_result_is(
    new_visit: Callable[[], Visit], resident: IdentityCard, item: ServiceItem, clock: Clock
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    case = visit.flow.view.case
    assert case is not None
    sealed = replace(item, result_for_holder_only=True)
    agent = Agent(AgentKind.RELATIVE, "样本代办", "x")
    by_agent = replace(case, handling=Handling(agent=agent))
    assert NOTE_HOLDER_ONLY in receipt_for(by_agent, sealed, SITE, now=clock.now()).notes
    assert NOTE_HOLDER_ONLY not in receipt_for(case, sealed, SITE, now=clock.now()).notes
    assert NOTE_HOLDER_ONLY not in receipt_for(by_agent, item, SITE, now=clock.now()).notes
