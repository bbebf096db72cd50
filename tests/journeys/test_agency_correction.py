"""What only the agent answers is sent back, done again by both, and approved by a second person."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.case import Case, CaseState
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.correction_flow import CorrectionFlow
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.steps import Step
from kiosk.flow.visit_plan import VisitPlan
from sync.wire_handling import HandlingEntry
from tests.journeys.village_desk import (
    ASSISTANT,
    COLLEAGUE,
    VillageDesk,
    do_step,
    item_called,
    village_desk,
    villager,
)
from ui.approval_walk import ApprovalWalk
from ui.correction_walk import CorrectionWalk
from ui.pages.handled_page import handled
from ui.progress_walk import ProgressWalk
from ui.visit_walk import VisitWalk

AGENT, RESIDENT, STRANGER = villager(40), villager(41), villager(42)


def go_on(desk: VillageDesk, flow: HandledIntake) -> None:
    """To the end, with both cards."""
    while flow.view.step is not Step.DONE:
        before = flow.view.step
        match before:
            case Step.AGENT:
                desk.lay(AGENT)
                desk.until(lambda: flow.view.step is not Step.AGENT, "the agent's card")
                continue
            case Step.READ_CARD:
                desk.lay(RESIDENT)
                desk.until(lambda: flow.view.holder, "the applicant's card")
                continue
            case Step.ENTRUST:
                material = flow.view.item.entrustment
                assert material is not None
                desk.until(lambda m=material: flow.view.pages_of(m.key), "the entrustment")
            case _:
                do_step(flow)
        desk.window._next()
        assert flow.view.step is not before, flow.view.complaints


def sent_back(desk: VillageDesk, item: ServiceItem, rows: tuple[CorrectionRow, ...]) -> Case:
    """An agency case that the office wants corrected, as the terminal has heard."""
    store, review = desk.terminal.store, desk.gateway.review
    begun = desk.open(
        lambda around: VisitWalk(around, item, plan=VisitPlan(agency=True)), ASSISTANT
    )
    go_on(desk, handled(begun.flow))
    case = begun.flow.view.case
    assert case is not None
    desk.until(lambda: store.case(case.case_id).state is CaseState.RECEIVED, "its receipt")
    review.ask_corrections(case.case_id, [], rows)
    desk.terminal.sync.send_soon()  # a round pulls, too
    desk.until(lambda: store.case(case.case_id).state is CaseState.CORRECTION, "the list")
    return case


@pytest.mark.timeout(300)
def test_a_correction_of_an_agency_case(qtbot: QtBot, tmp_path: Path) -> None:
    item = item_called("pension_enroll")
    assert item.entrustment is not None
    rows = (
        CorrectionRow(Part.FIELD, "agent_relation", Flaw.WRONG),
        CorrectionRow(Part.MATERIAL, "m5", Flaw.EXPIRED),  # 居民身份证(代办人)
    )
    with village_desk(tmp_path, "agency-correction") as desk:
        store, review = desk.terminal.store, desk.gateway.review
        case = sent_back(desk, item, rows)
        before = review.case(case.case_id)
        query = desk.open(ProgressWalk, ASSISTANT)
        second = replace(item, second_person=True)  # as its configuration may ask
        query.flow._item = lambda _code: second
        desk.lay(RESIDENT)
        desk.until(lambda: query.flow.view.holder, "the applicant's card")
        query.flow.choose(case.case_id)
        desk.shot("who-is-needed")
        assert query.flow.view.needs_agent
        view = query.flow.view
        flow = desk.open(lambda around: CorrectionWalk(around, view), ASSISTANT).flow
        assert isinstance(flow, CorrectionFlow)
        desk.lay(STRANGER)
        desk.until(lambda: flow.view.fault, "that it is another one's card")
        desk.shot("another-card")
        go_on(desk, flow)
        desk.shot("held")
        redone = flow.view.case
        assert redone is not None
        assert redone.handling.held

        desk.open(ApprovalWalk, ASSISTANT)
        assert store.held()
        desk.shot("own")
        desk.open(ApprovalWalk, COLLEAGUE)
        desk.shot("to-approve")
        desk.press(f"approve_{redone.case_id}")
        desk.until(lambda: store.case(redone.case_id).state is not CaseState.QUEUED, "its receipt")
        after = review.case(case.case_id)
        [asked] = review.rounds(case.case_id)
    assert after.handling.agent is not None
    assert before.handling.agent is not None
    assert after.handling.agent.number == before.handling.agent.number == AGENT.number
    assert {page.sha256 for page in after.pages} == {page.sha256 for page in before.pages}
    answered = asked.answer
    assert answered is not None
    assert set(answered.answers) == {"agent_relation"}
    assert isinstance(answered.handling, HandlingEntry)
    assert (answered.handling.taken_by, answered.handling.approved_by) == ("S1", "S2")
