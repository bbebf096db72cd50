"""How earlier cases stand, and who may print what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from devices.id_card.specimens import FAMILY
from kiosk.domain.case import Case, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.flow.progress_flow import ProgressFlow, ProgressStep, ProgressView
from kiosk.flow.receipts import query_code
from offline_store.api import StoreError
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import take_in
from tests.kiosk.flow.conftest import SITE, Clock, Visit, called

PDF = b"%PDF-1.7 issued"
NAME = sha256(PDF).hexdigest()


@pytest.fixture
def decided(
    new_visit: Callable[[], Visit], resident: IdentityCard, store: SqlCipherStore, clock: Clock
) -> Case:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    case = visit.flow.view.case
    assert case is not None
    store.acknowledged(
        case.case_id, acknowledgement=b"a", official_number="9" * 43, now=clock.now()
    )
    document = IssuedDocument(sha256=NAME, case_id=case.case_id, title="结果", size=len(PDF))
    decided = StateChange(
        case_id=case.case_id,
        state=CaseState.DECIDED,
        office_state="办结",
        at=datetime(2026, 11, 24, tzinfo=UTC),
        documents=(document,),
    )
    take_in(store, [decided], [(document, PDF)])
    return store.case(case.case_id)


@pytest.fixture
def flow(store: SqlCipherStore, clock: Clock) -> ProgressFlow:
    views: list[ProgressView] = []
    return ProgressFlow(store, site=SITE, now=clock.now, on_change=views.append)


def test_the_card_shows_the_persons_cases_and_the_result(
    decided: Case, flow: ProgressFlow, resident: IdentityCard
) -> None:
    flow.card_read(resident)
    assert flow.view.step is ProgressStep.CASES
    assert [c.case_id for c in flow.view.cases] == [decided.case_id]
    flow.choose(decided.case_id)
    assert flow.view.may_print
    assert [document.sha256 for document in flow.view.documents] == [NAME]
    flow.back()
    assert flow.view.changes == ()


def test_whoever_looked_at_a_document_comes_back_to_its_case(
    decided: Case, flow: ProgressFlow, resident: IdentityCard
) -> None:
    flow.come_back(resident, decided.case_id)
    assert flow.view.step is ProgressStep.CASE
    assert flow.view.chosen is not None
    assert flow.view.may_print
    flow.back()
    assert flow.view.step is ProgressStep.CASES


def test_a_slip_alone_shows_the_state_but_gives_no_document(
    decided: Case, flow: ProgressFlow
) -> None:
    flow.code_read(query_code(decided, SITE))
    assert flow.view.step is ProgressStep.CASE
    assert not flow.view.may_print


def test_the_card_laid_after_the_slip_allows_printing(
    decided: Case, flow: ProgressFlow, resident: IdentityCard
) -> None:
    flow.code_read(query_code(decided, SITE))
    flow.card_read(resident)
    assert flow.view.step is ProgressStep.CASE
    assert flow.view.may_print


def test_somebody_elses_card_shows_only_their_own(decided: Case, flow: ProgressFlow) -> None:
    flow.code_read(query_code(decided, SITE))
    flow.card_read(FAMILY[0])
    assert flow.view.step is ProgressStep.CASES
    assert flow.view.cases == ()
    assert flow.view.chosen is None


@pytest.mark.parametrize("code", ["https://example.org", "DS1/", "DS1/123", ""])
def test_a_foreign_code_is_told_as_unknown(flow: ProgressFlow, code: str) -> None:
    flow.code_read(code)
    assert flow.view.unknown_code
    assert flow.view.step is ProgressStep.IDENTIFY


def test_a_result_for_the_holder_alone_is_told_neither_an_agent_nor_staff(
    decided: Case, store: SqlCipherStore, clock: Clock, resident: IdentityCard
) -> None:
    item = replace(called("pension_enroll"), result_for_holder_only=True)
    flow = ProgressFlow(
        store, site=SITE, now=clock.now, on_change=lambda _: None, item=lambda _code: item
    )
    flow.code_read(query_code(decided, SITE))  # whoever holds the slip, as an agent does
    assert (flow.view.may_read, flow.view.says_result) == (False, False)
    flow.open_for_staff(decided.case_id)
    assert (flow.view.may_read, flow.view.says_result) == (False, False)
    assert not flow.view.may_print
    flow.card_read(resident)
    assert (flow.view.may_read, flow.view.says_result) == (True, True)
    assert flow.view.may_print


def test_staff_may_read_what_the_office_wrote_about_other_items(
    decided: Case, flow: ProgressFlow
) -> None:
    flow.open_for_staff(decided.case_id)
    assert (flow.view.may_read, flow.view.says_result) == (True, True)
    assert not flow.view.may_print  # papers are the person's whatever the item
    flow.leave()
    flow.code_read(query_code(decided, SITE))
    assert (flow.view.may_read, flow.view.says_result) == (False, True)


def test_leaving_forgets_the_person(
    decided: Case, flow: ProgressFlow, resident: IdentityCard
) -> None:
    flow.card_read(resident)
    flow.leave()
    assert flow.view == ProgressView()
    assert decided.applicant_name not in repr(flow.view)


def test_news_from_the_office_appears_on_the_open_page(
    decided: Case, flow: ProgressFlow, resident: IdentityCard, store: SqlCipherStore, clock: Clock
) -> None:
    flow.card_read(resident)
    flow.choose(decided.case_id)
    store.delivered(decided.case_id, now=clock.now())
    flow.cases_changed()
    assert flow.view.chosen is not None
    assert flow.view.chosen.state is CaseState.DELIVERED
    assert flow.view.changes[-1].state is CaseState.DELIVERED


@pytest.mark.parametrize(
    ("method", "act"),
    [
        ("cases_of", lambda flow, _, card: flow.card_read(card)),
        ("case_by_receipt", lambda flow, case, _: flow.code_read(query_code(case, SITE))),
        ("documents_of", lambda flow, case, _: flow.code_read(query_code(case, SITE))),
    ],
)
def test_trouble_of_the_store_is_told_on_the_page(
    decided: Case,
    flow: ProgressFlow,
    resident: IdentityCard,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    act: Callable[[ProgressFlow, Case, IdentityCard], None],
) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise StoreError(Fault.STORE_DAMAGED)

    monkeypatch.setattr(SqlCipherStore, method, damaged)
    act(flow, decided, resident)
    assert flow.view.fault is Fault.STORE_DAMAGED
    assert flow.view.step is ProgressStep.IDENTIFY


def test_a_case_that_was_set_aside_is_known_until_it_is_offered_again(
    new_visit: Callable[[], Visit],
    flow: ProgressFlow,
    resident: IdentityCard,
    store: SqlCipherStore,
    clock: Clock,
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    case = visit.flow.view.case
    assert case is not None
    store.set_aside(case.case_id, "case: no", now=clock.now())
    flow.card_read(resident)
    assert flow.view.aside == {case.case_id}
    flow.choose(case.case_id)
    assert flow.view.aside == {case.case_id}
    store.offer_again()
    flow.cases_changed()
    assert flow.view.aside == frozenset()
