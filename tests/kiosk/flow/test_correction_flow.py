"""A correction that asks for what only the agent answers, and one that a second person approves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from uuid6 import uuid7

from devices.id_card.specimens import FAMILY, RARE_NAME, RESIDENT
from kiosk.domain.case import Case, CaseId, CaseKind, CaseState, IllegalMove
from kiosk.domain.correction import CorrectionRow, Flaw, Part, can_be_redone
from kiosk.domain.fault import Fault
from kiosk.domain.handling import AGENT_SIGNATURE, Agent, AgentKind, Handling
from kiosk.domain.page import ScanLevel
from kiosk.domain.progress import StateChange
from kiosk.domain.staff import Role, StaffMember
from kiosk.flow.approval_flow import ApprovalFlow
from kiosk.flow.correction_flow import CorrectionFlow
from kiosk.flow.family import rows_of, with_card
from kiosk.flow.steps import Step
from kiosk.flow.visit_plan import VisitPlan
from offline_store.sqlcipher_store import SqlCipherStore
from tests.kiosk.flow.conftest import SITE, Clock, called, page

AGENT, OTHER = FAMILY[0], RARE_NAME
ITEM = called("pension_enroll")
ENTRUSTMENT = ITEM.entrustment
NAME = CorrectionRow(Part.FIELD, "agent_name", Flaw.WRONG)
MOBILE = CorrectionRow(Part.FIELD, "contact_mobile", Flaw.WRONG)
CARD = CorrectionRow(Part.MATERIAL, "m5", Flaw.EXPIRED)  # 居民身份证(代办人)
AGENCY = Handling(agent=Agent(AgentKind.STAFF, AGENT.shown_name, AGENT.number), taken_by="S1")
Redo = Callable[..., CorrectionFlow]


def paper_row() -> CorrectionRow:
    assert ENTRUSTMENT is not None
    return CorrectionRow(Part.MATERIAL, ENTRUSTMENT.key, Flaw.UNCLEAR)


@pytest.fixture
def redo(store: SqlCipherStore, clock: Clock) -> Redo:
    def begun(
        *rows: CorrectionRow,
        handling: Handling = AGENCY,
        plan: VisitPlan | None = None,
        following: Sequence[Case] = (),
    ) -> CorrectionFlow:
        first = Case(
            CaseId(str(uuid7())),
            ITEM.code,
            ITEM.title,
            "1",
            datetime(2026, 5, 1, tzinfo=UTC),
            state=CaseState.CORRECTION,
            applicant_name=RESIDENT.shown_name,
            applicant_number=RESIDENT.number,
            handling=handling,
        )
        asked = StateChange(
            first.case_id, CaseState.CORRECTION, "补正", clock.now(), asked=rows, round=1
        )
        flow = CorrectionFlow(
            ITEM,
            first,
            asked,
            RESIDENT,
            store,
            site=SITE,
            catalog_version="1",
            new_case_id=lambda: CaseId(str(uuid7())),
            now=clock.now,
            on_change=lambda _view: None,
            plan=plan,
            following=following,
        )
        flow.begin()
        return flow

    return begun


def confirmed(flow: CorrectionFlow) -> Case:
    while flow.view.step is not Step.DONE:
        before = flow.view.step
        match before:
            case Step.AGENT:
                flow.card_read(AGENT)
                continue
            case Step.FORM:
                if "contact_mobile" in {q.key for q in flow.view.asked}:
                    flow.answer("contact_mobile", "13900139000")
                if "agent_relation" in {q.key for q in flow.view.asked}:
                    flow.answer("agent_relation", "亲属")
            case Step.SIGN:
                flow.signed(page("signature", b"\xff\xd8 applicant"))
            case Step.SIGN_AGENT:
                flow.signed_by_agent(page("", b"\xff\xd8 agent"))
            case Step.ENTRUST:
                flow.entrusted(replace(page("", b"\xff\xd8 paper"), level=ScanLevel.OWN_MADE))
            case _:
                pass
        flow.next()
        assert flow.view.step is not before, flow.view.complaints
    assert flow.view.case is not None
    return flow.view.case


def test_what_is_the_agents_is_asked_after_the_agents_card(redo: Redo) -> None:
    flow = redo(NAME)
    assert flow.view.steps == (Step.AGENT, Step.FORM, Step.REVIEW, Step.DONE)
    assert flow.agent_awaited == AGENT.shown_name
    flow.next()
    assert flow.view.step is Step.AGENT  # nobody answers for an agent who is not here
    flow.card_read(RESIDENT)
    assert flow.view.fault is not None
    case = confirmed(flow)
    assert (case.kind, case.round) == (CaseKind.CORRECTION, 1)
    assert case.answers == {"agent_name": AGENT.shown_name}
    assert case.handling.agent == AGENCY.agent
    assert case.pages == ()


def test_only_the_agent_of_the_case_answers_for_its_agent(redo: Redo) -> None:
    flow = redo(CARD)
    assert flow.view.steps == (Step.AGENT, Step.REVIEW, Step.DONE)
    flow.card_read(OTHER)
    assert (flow.view.step, flow.view.fault) == (Step.AGENT, Fault.CARD_OF_ANOTHER)
    assert confirmed(flow).handling.agent == AGENCY.agent


def test_agent_and_answers_are_as_the_corrections_before_left_them(redo: Redo) -> None:
    new = Agent(AgentKind.RELATIVE, OTHER.shown_name, OTHER.number)

    def handed_in(number: int, *, agent: Agent | None = None, **answers: str) -> Case:
        return Case(
            CaseId(str(uuid7())),
            ITEM.code,
            ITEM.title,
            "1",
            datetime(2026, 5, number, tzinfo=UTC),
            state=CaseState.RECEIVED,
            kind=CaseKind.CORRECTION,
            round=number,
            answers=answers,
            handling=Handling(agent=agent),
        )

    one = handed_in(1, agent=new, contact_mobile="13900139001", not_asked_now="1")
    two = handed_in(2, contact_mobile="13900139002")
    rating = replace(
        handed_in(3, contact_mobile="13900139003"), kind=CaseKind.EVALUATION, handling=AGENCY
    )
    aside = replace(
        handed_in(2, agent=AGENCY.agent, contact_mobile="13900139004"), state=CaseState.QUEUED
    )  # the gateway did not take it
    flow = redo(CARD, MOBILE, following=(rating, aside, two, one))  # newest first
    assert flow.agent_awaited == OTHER.shown_name
    assert dict(flow.view.answers) == {"contact_mobile": "13900139002"}
    flow.card_read(AGENT)
    assert (flow.view.step, flow.view.fault) == (Step.AGENT, Fault.CARD_OF_ANOTHER)
    flow.card_read(OTHER)
    assert flow.view.handling.agent == new


def test_after_the_case_was_cleared_nobody_knows_the_agent_and_any_card_counts(redo: Redo) -> None:
    flow = redo(CARD, handling=Handling())
    assert flow.agent_awaited == ""
    flow.card_read(OTHER)
    assert flow.view.handling.agent == Agent(AgentKind.RELATIVE, OTHER.shown_name, OTHER.number)


def test_an_entrustment_is_made_anew_by_both_and_may_name_another_agent(redo: Redo) -> None:
    flow = redo(paper_row())
    assert ENTRUSTMENT is not None
    assert flow.view.steps == (
        *(Step.AGENT, Step.FORM, Step.SIGN, Step.SIGN_AGENT, Step.ENTRUST),
        *(Step.REVIEW, Step.DONE),
    )
    flow.card_read(OTHER)
    assert flow.view.handling.agent is not None
    flow.back()
    case = confirmed(flow)
    assert case.handling.agent is not None
    assert case.handling.agent.number == AGENT.number
    assert set(case.answers) == {"agent_name", "agent_id_no", "agent_relation"}
    assert [one.material for one in case.pages] == [AGENT_SIGNATURE, ENTRUSTMENT.key]
    assert case.signature is not None


def test_what_is_the_applicants_needs_no_agent(redo: Redo) -> None:
    case = confirmed(redo(MOBILE))
    assert case.answers == {"contact_mobile": "13900139000"}
    assert case.handling.agent is None


def test_a_correction_waits_for_a_second_person_who_did_not_make_it(
    redo: Redo, store: SqlCipherStore, clock: Clock
) -> None:
    case = confirmed(redo(MOBILE, plan=VisitPlan(staff_id="S1", needs_approval=True)))
    assert case.handling.held
    assert list(store.due(clock.now(), 9)) == []
    assert list(store.held()) == [case]

    def approving(staff_id: str) -> ApprovalFlow:
        flow = ApprovalFlow(
            store,
            StaffMember(staff_id, "样本", frozenset({Role.CLERK}), SITE.code),
            now=clock.now,
            send_soon=lambda: None,
            on_change=lambda _view: None,
        )
        flow.begin()
        return flow

    own = approving("S1")
    assert own.view.own == {case.case_id}
    own.approve(case.case_id)
    with pytest.raises(IllegalMove):
        store.release(case.case_id, by="S1", now=clock.now())
    assert list(store.held()) == [case]
    approving("S2").approve(case.case_id)
    assert [entry.case_id for entry in store.due(clock.now(), 9)] == [case.case_id]
    assert store.case(case.case_id).handling.approved_by == "S2"


def test_without_staff_and_without_the_items_wish_it_is_sent_at_once(
    redo: Redo, store: SqlCipherStore, clock: Clock
) -> None:
    case = confirmed(redo(MOBILE))
    assert [entry.case_id for entry in store.due(clock.now(), 9)] == [case.case_id]


def test_leaving_forgets_the_agent(redo: Redo) -> None:
    flow = redo(NAME)
    flow.card_read(AGENT)
    flow.leave()
    assert flow.agent_awaited == ""
    assert flow.view.handling == Handling()
    assert flow.view.answers == {}


def test_the_familys_authorisation_is_signed_anew_by_every_adult(
    store: SqlCipherStore, clock: Clock
) -> None:
    item = called("dibao_apply")
    material = item.family_authorisation
    assert material is not None
    row = CorrectionRow(Part.MATERIAL, material.key, Flaw.INCOMPLETE)
    assert can_be_redone(item, [row])
    first = Case(
        CaseId(str(uuid7())),
        item.code,
        item.title,
        "1",
        datetime(2026, 5, 1, tzinfo=UTC),
        state=CaseState.CORRECTION,
        applicant_name=RESIDENT.shown_name,
        applicant_number=RESIDENT.number,
    )
    asked = StateChange(
        first.case_id, CaseState.CORRECTION, "补正", clock.now(), asked=(row,), round=1
    )
    flow = CorrectionFlow(
        item,
        first,
        asked,
        RESIDENT,
        store,
        site=SITE,
        catalog_version="1",
        new_case_id=lambda: CaseId(str(uuid7())),
        now=clock.now,
        on_change=lambda _view: None,
    )
    flow.begin()
    assert flow.view.steps == (*(Step.FORM, Step.SIGN, Step.SIGN_FAMILY, Step.REVIEW, Step.DONE),)
    table = item.family_table
    assert table is not None
    grown = with_card(table, flow.view.answers[table.key], FAMILY[0], relation="配偶")
    rows = [[cell or "0" for cell in cells] for cells in rows_of(table, grown)]
    flow.answer(table.key, "\n".join("\t".join(cells) for cells in rows))
    flow.next()
    flow.signed(page("signature", b"\xff\xd8 applicant"))
    flow.next()
    [other] = flow.who_sign
    assert other.number == FAMILY[0].number
    flow.member_signed(other.number, page("", b"\xff\xd8 other"))
    flow.next()
    flow.next()
    case = flow.view.case
    assert case is not None
    assert [member.number for member in case.handling.members] == [
        RESIDENT.number,
        FAMILY[0].number,
    ]
    assert case.handling.members[1].signature == case.pages[0].sha256
