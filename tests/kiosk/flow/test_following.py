"""What comes after a case: doing again just what was asked for, letters, and one evaluation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from uuid6 import uuid7

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.case import Case, CaseId, CaseKind, CaseState
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.domain.identity import IdentityCard
from kiosk.domain.letters import SEALED
from kiosk.domain.progress import StateChange
from kiosk.domain.service_item import Letter, ServiceItem
from kiosk.flow.correction_flow import CorrectionFlow
from kiosk.flow.evaluation_flow import (
    EvaluationFlow,
    EvaluationStep,
    EvaluationView,
    may_be_evaluated,
)
from kiosk.flow.letter_flow import LetterFlow
from kiosk.flow.progress_flow import ProgressFlow
from kiosk.flow.steps import Step
from offline_store.api import Limits
from offline_store.sqlcipher_store import SqlCipherStore
from sync.evaluation_seal import EvaluationOpener, EvaluationSeal
from tests.counterparts.sample_cases import take_in
from tests.kiosk.flow.conftest import ANSWERS, SITE, Clock, Visit, page

ROWS = (
    CorrectionRow(Part.FIELD, "contact_mobile", Flaw.WRONG),
    CorrectionRow(Part.MATERIAL, "m2", Flaw.UNCLEAR),
    CorrectionRow(Part.SIGNATURE, "", Flaw.MISSING),
)
SECRET = bytes(range(32))
OPENER = EvaluationOpener(SECRET)
SEAL = EvaluationSeal(X25519PrivateKey.from_private_bytes(SECRET).public_key().public_bytes_raw())
ITEMS = {item.code: item for item in packaged_catalog().every()}


def letter(kind: Letter) -> ServiceItem:
    found = packaged_catalog().letter(kind)
    assert found is not None
    return found


def new_id() -> CaseId:
    return CaseId(str(uuid7()))


@pytest.fixture
def first(
    new_visit: Callable[[], Visit], resident: IdentityCard, store: SqlCipherStore, clock: Clock
) -> Case:
    """A case that the office has."""
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    case = visit.flow.view.case
    assert case is not None
    return store.acknowledged(
        case.case_id, acknowledgement=b"a", official_number="9" * 43, now=clock.now()
    )


@pytest.fixture
def query(first: Case, store: SqlCipherStore, clock: Clock, resident: IdentityCard) -> ProgressFlow:
    """The case was sent back; its page is open with the card."""
    told = StateChange(
        first.case_id, CaseState.CORRECTION, "补正", clock.now(), asked=ROWS, round=1
    )
    take_in(store, [told])
    flow = ProgressFlow(store, site=SITE, now=clock.now, on_change=lambda _: None, item=ITEMS.get)
    flow.card_read(resident)
    flow.choose(first.case_id)
    return flow


def redo(query: ProgressFlow, store: SqlCipherStore, clock: Clock) -> CorrectionFlow:
    view = query.view
    assert view.item is not None
    assert view.chosen is not None
    assert view.asked is not None
    assert view.holder is not None
    flow = CorrectionFlow(
        view.item,
        view.chosen,
        view.asked,
        view.holder,
        store,
        site=SITE,
        catalog_version="1",
        new_case_id=new_id,
        now=clock.now,
        on_change=lambda _: None,
    )
    flow.begin()
    return flow


def test_only_what_was_listed_is_asked_for_and_confirmed_about_the_same_case(
    first: Case, query: ProgressFlow, store: SqlCipherStore, clock: Clock
) -> None:
    assert query.view.may_correct
    flow = redo(query, store, clock)
    assert flow.view.steps == (Step.FORM, Step.MATERIALS, Step.SIGN, Step.REVIEW, Step.DONE)
    assert [one.key for one in flow.view.item.questions()] == ["contact_mobile"]
    assert dict(flow.view.answers) == {"contact_mobile": ANSWERS["contact_mobile"]}
    flow.answer("contact_mobile", "13900139000")
    flow.next()
    flow.next()
    assert flow.view.step is Step.MATERIALS  # the page is still lacking
    flow.page_taken(page("m2", b"\xff\xd8 better"))
    flow.next()
    flow.signed(page("signature", b"\xff\xd8 signed again"))
    flow.next()
    flow.next()
    case = flow.view.case
    assert case is not None
    assert (case.kind, case.about, case.round) == (CaseKind.CORRECTION, first.case_id, 1)
    assert case.answers == {"contact_mobile": "13900139000"}
    assert [one.material for one in case.pages] == ["m2"]
    assert case.signature is not None
    assert [entry.case_id for entry in store.due(clock.now(), 9)] == [case.case_id]
    query.cases_changed()
    assert not query.view.may_correct  # once for a list
    assert query.view.corrected == case


def test_after_the_answers_were_cleared_the_listed_parts_are_simply_empty(
    query: ProgressFlow, store: SqlCipherStore, clock: Clock
) -> None:
    store.tidy(clock.now(), Limits())
    store.tidy(clock.now(), replace(Limits(), sent_cases=timedelta()))
    query.cases_changed()
    assert query.view.chosen is not None
    assert query.view.chosen.answers == {}
    assert redo(query, store, clock).view.answers == {}


def test_leaving_in_the_middle_leaves_nothing_and_it_may_be_begun_again(
    first: Case, query: ProgressFlow, store: SqlCipherStore, clock: Clock
) -> None:
    flow = redo(query, store, clock)
    flow.answer("contact_mobile", "13900139000")
    flow.next()
    flow.leave()
    assert store.open_draft() is None
    assert store.following(first.case_id) == []
    query.cases_changed()
    assert query.view.may_correct


def test_a_list_with_a_row_that_nobody_can_take_in_here_is_not_offered(
    query: ProgressFlow, first: Case, store: SqlCipherStore, clock: Clock
) -> None:
    told = StateChange(
        first.case_id,
        CaseState.CORRECTION,
        "补正",
        clock.now(),
        asked=(CorrectionRow(Part.MATERIAL, "m77", Flaw.MISSING),),
        round=2,
    )
    take_in(store, [told], cursor="2")
    query.cases_changed()
    assert query.view.asked is not None
    assert query.view.asked.round == 2
    assert not query.view.may_correct


def test_a_complaint_without_a_name_has_a_number_and_nothing_of_a_person(
    store: SqlCipherStore, clock: Clock
) -> None:
    flow = LetterFlow(
        letter(Letter.COMPLAINT),
        store,
        nameless=True,
        site=SITE,
        catalog_version="1",
        new_case_id=new_id,
        now=clock.now,
        on_change=lambda _: None,
    )
    flow.begin()
    assert flow.view.steps == (Step.FORM, Step.REVIEW, Step.DONE)
    flow.answer("target", "这台机器")
    flow.answer("text", "打印机总是没有纸")
    flow.next()
    flow.next()
    case = flow.view.case
    assert case is not None
    assert (case.kind, case.applicant_name, case.applicant_number) == (CaseKind.LETTER, "", "")
    by_slip = store.case_by_receipt(case.receipt_number)
    assert by_slip == case


def test_a_letter_with_a_name_asks_for_the_card_first(
    store: SqlCipherStore, clock: Clock, resident: IdentityCard
) -> None:
    flow = LetterFlow(
        letter(Letter.CONSULTATION),
        store,
        nameless=False,
        site=SITE,
        catalog_version="1",
        new_case_id=new_id,
        now=clock.now,
        on_change=lambda _: None,
    )
    flow.begin()
    flow.card_read(resident)
    flow.answer("question", "低保年审要带什么")
    flow.next()
    flow.next()
    [case] = store.cases_of(resident.number)
    assert (case.kind, case.answers["question"]) == (CaseKind.LETTER, "低保年审要带什么")


@pytest.fixture
def rating(first: Case, store: SqlCipherStore, clock: Clock) -> EvaluationFlow:
    return EvaluationFlow(
        letter(Letter.EVALUATION),
        first,
        store,
        site=SITE,
        seal=SEAL,
        new_case_id=new_id,
        catalog_version="1",
        now=clock.now,
        on_change=lambda _: None,
    )


def test_an_evaluation_is_kept_once_without_a_name(
    first: Case, rating: EvaluationFlow, store: SqlCipherStore, clock: Clock
) -> None:
    assert may_be_evaluated(store, first)
    rating.hand_in()
    assert rating.view.step is EvaluationStep.RATE  # voluntary, but not empty
    rating.rate("基本满意")
    rating.point("服务态度")
    rating.point("办事效率")
    rating.point("服务态度")
    rating.hand_in("  快 ")
    assert rating.view.step is EvaluationStep.THANKS
    [kept] = store.following(first.case_id)
    assert (kept.kind, kept.state) == (CaseKind.EVALUATION, CaseState.QUEUED)
    assert set(kept.answers) == {SEALED}
    assert OPENER(kept.case_id, kept.answers) == {
        "level": "基本满意",
        "points": "办事效率",
        "words": "快",
    }
    assert rating.view == EvaluationView(step=EvaluationStep.THANKS)
    assert (kept.applicant_name, kept.applicant_number) == ("", "")
    assert not may_be_evaluated(store, first)
    again = EvaluationFlow(
        letter(Letter.EVALUATION),
        first,
        store,
        site=SITE,
        seal=SEAL,
        new_case_id=new_id,
        catalog_version="1",
        now=clock.now,
        on_change=lambda _: None,
    )
    again.rate("非常不满意")
    again.hand_in()
    assert store.following(first.case_id) == [kept]


def test_an_evaluation_is_in_no_list_of_the_persons_cases(
    first: Case, rating: EvaluationFlow, store: SqlCipherStore
) -> None:
    rating.rate("不满意")
    rating.hand_in()
    assert [case.case_id for case in store.cases_of(first.applicant_number)] == [first.case_id]
    assert list(store.cases_of("")) == []


def test_the_promised_limit_counts_from_the_acceptance(
    first: Case, store: SqlCipherStore, clock: Clock, resident: IdentityCard
) -> None:
    accepted = datetime(2026, 9, 28, 1, tzinfo=UTC)  # a Monday; the holiday is 1 to 7 October
    take_in(store, [StateChange(first.case_id, CaseState.ACCEPTED, "受理", accepted)])
    clock.moment = datetime(2026, 10, 8, 2, tzinfo=UTC)
    flow = ProgressFlow(store, site=SITE, now=clock.now, on_change=lambda _: None, item=ITEMS.get)
    flow.card_read(resident)
    flow.choose(first.case_id)
    limit, item = flow.view.limit, flow.view.item
    assert limit is not None
    assert item is not None
    promised = int(item.guide.promised_limit.partition("个")[0])
    assert limit.left == promised - 3  # 29 and 30 September and 8 October were worked
