"""An agent, a family and a second person take part; nothing of it is asked of a resident alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from devices.id_card.specimens import FAMILY, RESIDENT
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.handling import AGENT_SIGNATURE, Agent, AgentKind
from kiosk.domain.page import ScanLevel
from kiosk.flow.family import rows_of, with_card, without
from kiosk.flow.steps import Step
from kiosk.flow.visit_plan import VisitPlan
from offline_store.sqlcipher_store import SqlCipherStore
from tests.kiosk.flow.conftest import page
from tests.kiosk.flow.people import AGENT, HOUSEHOLD, Begin, walk_on


def test_a_resident_alone_is_asked_nothing_of_an_agent(begin: Begin) -> None:
    flow = begin("elder_card")
    assert not {Step.AGENT, Step.SIGN_AGENT, Step.ENTRUST} & set(flow.view.steps)
    assert not [q for q in flow.view.item.questions() if q.key.startswith("agent_")]
    assert not [m for m in flow.view.item.own_materials() if "代办" in m.name]


def test_both_cards_both_signatures_and_the_paper_go_with_the_case(
    begin: Begin, store: SqlCipherStore
) -> None:
    flow = begin("elder_card", VisitPlan(agency=True))
    walk_on(flow, Step.DONE)
    case = flow.view.case
    assert case is not None
    assert store.case(case.case_id) == case
    assert (case.applicant_name, case.handling.agent) == (
        RESIDENT.name,
        Agent(AgentKind.RELATIVE, AGENT.name, AGENT.number),
    )
    assert case.answers["agent_name"] == AGENT.name
    assert case.answers["agent_id_no"] == AGENT.number
    entrustment = flow.view.item.entrustment
    assert entrustment is not None
    levels = {one.material: one.level for one in case.pages}
    assert levels[entrustment.key] is ScanLevel.OWN_MADE
    assert AGENT_SIGNATURE in levels
    assert case.signature is not None


def test_who_is_signed_in_is_the_agent_by_office(begin: Begin) -> None:
    flow = begin("elder_card", VisitPlan(staff_id="S1", agency=True))
    walk_on(flow, Step.DONE)
    case = flow.view.case
    assert case is not None
    assert case.handling.taken_by == "S1"
    assert case.answers["agent_relation"] == "村(社区)帮办代办员"
    assert case.handling.agent is not None
    assert case.handling.agent.kind is AgentKind.STAFF


def test_nobody_is_their_own_agent(begin: Begin) -> None:
    flow = begin("elder_card", VisitPlan(agency=True))
    flow.next()
    flow.card_read(AGENT)
    flow.card_read(AGENT)
    assert (flow.view.step, flow.view.fault) == (Step.READ_CARD, Fault.CARD_ALREADY_READ)
    flow.card_read(RESIDENT)
    assert flow.view.holder == RESIDENT


def test_a_resident_may_say_at_the_card_that_they_act_for_another(begin: Begin) -> None:
    flow = begin("elder_card")
    flow.next()
    flow.act_for_another()
    assert flow.view.step is Step.AGENT
    walk_on(flow, Step.DONE)
    assert flow.view.case is not None
    assert flow.view.case.handling.agent is not None


def test_another_signature_makes_another_paper(begin: Begin) -> None:
    flow = begin("elder_card", VisitPlan(agency=True))
    walk_on(flow, Step.REVIEW)
    entrustment = flow.view.item.entrustment
    assert entrustment is not None
    flow.go_to(Step.SIGN)
    flow.signed(page("signature", b"\xff\xd8 another"))
    assert flow.view.pages_of(entrustment.key) == ()
    flow.view = replace(flow.view, step=Step.REVIEW)
    flow.confirm()
    assert flow.view.step is Step.ENTRUST
    assert flow.view.case is None


def test_five_cards_fill_five_rows(begin: Begin) -> None:
    flow = begin("dibao_apply")
    flow.next()
    flow.card_read(RESIDENT)
    assert flow.view.step is Step.FAMILY
    for card in HOUSEHOLD:
        flow.card_read(card)
    flow.card_read(HOUSEHOLD[1])
    assert flow.view.fault is Fault.CARD_ALREADY_READ
    flow.card_read(RESIDENT)
    assert flow.view.fault is Fault.CARD_ALREADY_READ
    table = flow.view.item.family_table
    assert table is not None
    rows = rows_of(table, flow.view.answers[table.key])
    everybody = (RESIDENT, *HOUSEHOLD)
    assert [row[:2] for row in rows] == [[card.name, card.number] for card in everybody]
    assert rows[0][2] == "本人"
    walk_on(flow, Step.DONE)
    case = flow.view.case
    assert case is not None
    assert [m.number for m in case.handling.members] == [card.number for card in everybody]
    assert all(m.by_card for m in case.handling.members)


def test_a_row_that_was_typed_is_not_called_read(begin: Begin) -> None:
    flow = begin("anti_poverty_report")
    flow.next()
    flow.card_read(RESIDENT)
    flow.card_read(FAMILY[1])
    flow.member_dropped(FAMILY[1].number)
    table = flow.view.item.family_table
    assert table is not None
    typed = with_card(table, flow.view.answers[table.key], FAMILY[2])
    flow.answer(table.key, typed)
    walk_on(flow, Step.DONE)
    case = flow.view.case
    assert case is not None
    assert [(m.number, m.by_card) for m in case.handling.members] == [
        (RESIDENT.number, True),
        (FAMILY[2].number, False),
    ]
    assert without(table, typed, FAMILY[2].number).count(RESIDENT.number) == 1


def test_a_broken_off_agency_goes_on_at_the_same_question(
    begin: Begin, store: SqlCipherStore
) -> None:
    flow = begin("elder_card", VisitPlan(staff_id="S1", agency=True))
    walk_on(flow, Step.FORM)
    flow.answer("contact_mobile", "13800138000")
    flow.looking_at("contact_mobile")
    flow.tick()
    draft = store.open_draft()
    assert draft is not None
    again = begin("elder_card", draft=draft)
    again.card_read(RESIDENT)
    assert (again.view.step, again.view.at_field) == (Step.FORM, "contact_mobile")
    assert again.view.answers["contact_mobile"] == "13800138000"
    assert again.view.handling == flow.view.handling
    walk_on(again, Step.DONE)
    assert again.view.case is not None
    assert again.view.case.handling.taken_by == "S1"


def test_a_case_that_a_second_person_approves_is_held(begin: Begin, store: SqlCipherStore) -> None:
    flow = begin("elder_card", VisitPlan(staff_id="S1", needs_approval=True))
    walk_on(flow, Step.DONE)
    case = flow.view.case
    assert case is not None
    assert case.state is CaseState.QUEUED
    later = datetime.now(UTC) + timedelta(days=400)
    assert store.due(later, 5) == []
    store.release(case.case_id, by="S2", now=later)
    assert [entry.case_id for entry in store.due(later, 5)] == [case.case_id]


def test_what_is_known_before_is_not_typed_again(begin: Begin) -> None:
    flow = begin("elder_card", VisitPlan(given={"contact_mobile": "13800138001", "no_such": "x"}))
    walk_on(flow, Step.FORM)
    assert flow.view.answers["contact_mobile"] == "13800138001"
    assert "no_such" not in flow.view.answers


def test_nobody_is_remembered_after_the_visit(begin: Begin) -> None:
    flow = begin("elder_card", VisitPlan(staff_id="S1", agency=True))
    walk_on(flow, Step.FORM)
    flow.leave()
    assert AGENT.number not in repr(flow.view.handling.agent)
    assert flow.view.handling.agent is None
    assert flow.plan == VisitPlan()


def test_what_one_person_answered_is_never_filled_in_for_another(begin: Begin) -> None:
    known = {"contact_mobile": "13800138001"}
    flow = begin("elder_card", VisitPlan(given=known, given_to=AGENT.number))
    walk_on(flow, Step.FORM)
    assert "contact_mobile" not in flow.view.answers
    own = begin("elder_card", VisitPlan(given=known, given_to=RESIDENT.number))
    walk_on(own, Step.FORM)
    assert own.view.answers["contact_mobile"] == "13800138001"


def test_without_power_no_new_case_is_begun_but_a_draft_goes_on(
    begin: Begin, store: SqlCipherStore
) -> None:
    flow = begin("elder_card", VisitPlan(no_power=True))
    flow.next()
    assert (flow.view.step, flow.view.fault) == (Step.GUIDE, Fault.BATTERY_EMPTY)
    walk_on(begin("elder_card"), Step.FORM)
    again = begin("elder_card", VisitPlan(no_power=True), store.open_draft())
    again.card_read(RESIDENT)
    assert again.view.step is Step.FORM


def test_another_agent_answers_and_signs_anew_and_is_not_the_applicant(begin: Begin) -> None:
    flow = begin("elder_card", VisitPlan(agency=True))
    walk_on(flow, Step.REVIEW)
    assert flow.view.pages_of(AGENT_SIGNATURE)
    flow.go_to(Step.AGENT)
    flow.card_read(RESIDENT)
    assert flow.view.fault is Fault.CARD_ALREADY_READ
    flow.card_read(FAMILY[1])
    assert flow.view.handling.agent is not None
    assert flow.view.handling.agent.number == FAMILY[1].number
    assert flow.view.answers["agent_name"] == FAMILY[1].name
    assert flow.view.answers["agent_id_no"] == FAMILY[1].number
    assert not flow.view.pages_of(AGENT_SIGNATURE)


def test_an_agent_is_not_remembered_as_the_applicant(begin: Begin) -> None:
    flow = begin("elder_card", VisitPlan(agency=True))
    walk_on(flow, Step.REVIEW)
    assert flow.view.holder is not None
    assert flow.remembered is None
