"""One handles a case for another at a desk; five cards of a family; a second person approves."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.case import Case
from kiosk.domain.handling import AGENT_SIGNATURE, AgentKind
from kiosk.domain.page import ScanLevel
from kiosk.flow.equipment import PageCaptured
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.steps import Step
from kiosk.flow.visit_plan import VisitPlan
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
from ui.pages.handled_page import handled
from ui.specimens import specimen_page
from ui.visit_walk import VisitWalk

AGENT, RESIDENT = villager(30), villager(31)


def go_on(desk: VillageDesk, flow: HandledIntake, until: Step) -> None:
    while flow.view.step is not until:
        before = flow.view.step
        match before:
            case Step.AGENT:
                desk.shot("agent-card")
                desk.lay(AGENT)
                desk.until(lambda: flow.view.handling.agent, "the agent's card")
                continue
            case Step.READ_CARD:
                desk.lay(RESIDENT)
                desk.until(lambda: flow.view.holder, "the applicant's card")
                continue
            case Step.ENTRUST:
                material = flow.view.item.entrustment
                assert material is not None
                desk.until(lambda m=material: flow.view.pages_of(m.key), "the entrustment")
                desk.shot("entrustment")
                desk.press("entrust_print")
                desk.until(lambda: desk.sheets.printed, "the printed entrustment")
            case Step.MATERIALS:
                check_pages(desk, flow)
            case _:
                do_step(flow)
        desk.window._next()
        assert flow.view.step is not before, flow.view.complaints


def check_pages(desk: VillageDesk, flow: HandledIntake) -> None:
    """Each page is compared with the original by whoever is signed in."""
    for n, material in enumerate(flow.view.item.pages_to_photograph()):
        if n:
            desk.page()._go(+1)  # type: ignore[attr-defined]
        desk.terminal.bridge.announce(PageCaptured(specimen_page(material.key, material.name)))
        desk.until(lambda: getattr(desk.page(), "held", None), "the page that was taken")
        if not n:
            desk.shot("page-to-check")
        desk.press("page_checked")
        desk.until(lambda key=material.key: flow.view.pages_of(key), "the checked page")


@pytest.mark.timeout(300)
def test_agency_for_two_people(qtbot: QtBot, tmp_path: Path) -> None:
    item = replace(item_called("pension_enroll"), second_person=True)
    with village_desk(tmp_path, "agency") as desk:
        walk = desk.open(
            lambda around: VisitWalk(around, item, plan=VisitPlan(agency=True)), ASSISTANT
        )
        flow = handled(walk.flow)
        go_on(desk, flow, Step.REVIEW)
        desk.shot("review")
        desk.window._next()
        case = flow.view.case
        assert case is not None
        desk.shot("held")
        desk.terminal.sync.send_soon()
        desk.open(ApprovalWalk, ASSISTANT)
        desk.shot("own")
        assert desk.terminal.store.held()
        assert desk.gateway.review.every() == []
        desk.open(ApprovalWalk, COLLEAGUE)
        desk.shot("to-approve")
        desk.press(f"approve_{case.case_id}")

        def arrived() -> Case | None:
            return next(iter(desk.gateway.review.every()), None)

        there = desk.until(arrived, "the case at the gateway")
        desk.until(
            lambda: desk.terminal.store.case(case.case_id).official_number, "its official number"
        )
        desk.shot("approved")
    handling = there.handling
    assert handling.agent is not None
    assert (handling.agent.kind, handling.agent.number) == (AgentKind.STAFF, AGENT.number)
    assert (handling.taken_by, handling.approved_by) == ("S1", "S2")
    assert there.applicant_number == RESIDENT.number
    assert there.answers["agent_relation"] == "村(社区)帮办代办员"
    levels = {page.material: page.level for page in there.pages}
    entrustment = item.entrustment
    assert entrustment is not None
    assert levels[entrustment.key] is ScanLevel.OWN_MADE
    assert levels["m2"] is ScanLevel.CHECKED
    assert levels[AGENT_SIGNATURE] is ScanLevel.OWN_SCAN
    assert there.signature is not None
    [sheet] = desk.sheets.printed
    assert sheet.startswith(b"%PDF")


@pytest.mark.timeout(300)
def test_a_family_of_five_cards(qtbot: QtBot, tmp_path: Path) -> None:
    item = item_called("dibao_apply")
    with village_desk(tmp_path, "family") as desk:
        walk = desk.open(lambda around: VisitWalk(around, item), ASSISTANT)
        flow = handled(walk.flow)
        go_on(desk, flow, Step.FAMILY)
        people = [RESIDENT, *(villager(n) for n in range(32, 36))]
        for count, card in enumerate(people[1:], start=2):
            desk.lay(card)
            desk.until(
                lambda count=count: len(flow.view.handling.members) == count, f"card {count}"
            )
        desk.shot("five-cards")
        desk.lay(people[2])
        desk.until(lambda: flow.view.fault, "that this card was read")
        desk.shot("card-again")
        assert len(flow.view.handling.members) == 5
        desk.window._next()
        desk.shot("form")
        go_on(desk, flow, Step.DONE)
        case = flow.view.case
        assert case is not None
        desk.shot("done")
        there = desk.until(
            lambda: next(iter(desk.gateway.review.every()), None), "the case at the gateway"
        )
    assert [m.number for m in there.handling.members] == [card.number for card in people]
    assert all(member.by_card for member in there.handling.members)
    assert there.answers["family_members"].count("\n") == 4
