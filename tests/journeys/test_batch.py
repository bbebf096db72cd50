"""Twenty people with the same item, a pause, a power cut, and a list at the end."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.case import CaseState
from kiosk.flow.batch_flow import BatchStep
from kiosk.flow.steps import Step
from tests.journeys.village_desk import (
    ASSISTANT,
    VillageDesk,
    do_step,
    item_called,
    village_desk,
    villager,
)
from ui.batch_walk import BatchWalk
from ui.pages.handled_page import handled

PEOPLE = 20
ITEM = item_called("disabled_two_subsidy")
COMMON = {"subsidy_type": "1"}


def one_person(desk: VillageDesk, walk: BatchWalk, n: int, *, until: Step = Step.DONE) -> None:
    desk.lay(villager(n))
    desk.until(lambda: walk.person, f"person {n}")
    person = walk.person
    assert person is not None
    flow = handled(person.flow)
    while flow.view.step is not until:
        do_step(flow)
        before = flow.view.step
        desk.window._next()
        assert flow.view.step is not before, flow.view.complaints
    if until is Step.DONE:
        if n == 0:
            desk.shot("one-done")
        desk.window._next()
        assert walk.person is None


@pytest.mark.timeout(400)
def test_twenty_people_each_with_a_case_of_their_own(qtbot: QtBot, tmp_path: Path) -> None:
    with village_desk(tmp_path, "batch") as desk:
        desk.gateway.cut()
        walk = desk.open(lambda around: BatchWalk(around, ITEM), ASSISTANT)
        if walk.flow.view.step is BatchStep.COMMON:
            desk.shot("common")
            desk.window._next()
        desk.shot("first-card")
        for n in range(7):
            one_person(desk, walk, n)
        desk.lay(villager(3))  # has been
        desk.until(lambda: walk.flow.view.fault, "that the card was read before")
        assert walk.person is None
        desk.shot("card-again")
        desk.window._back()  # a pause
        walk = desk.open(lambda around: BatchWalk(around, ITEM), ASSISTANT)
        assert walk.flow.view.resumed
        assert len(walk.flow.view.people) == 7
        for n in range(7, 12):
            one_person(desk, walk, n)
        one_person(desk, walk, 12, until=Step.REVIEW)
        assert walk.person is not None
        walk.person.flow.confirm()  # the disk has it; the power goes before anything else
        desk.restart()
        walk = desk.open(lambda around: BatchWalk(around, ITEM), ASSISTANT)
        assert len(walk.flow.view.people) == 13
        desk.shot("after-power-cut")
        for n in range(13, PEOPLE):
            one_person(desk, walk, n)
        people = walk.flow.view.people
        assert [case.applicant_number for case in people] == [
            villager(n).number for n in range(PEOPLE)
        ]
        assert len({case.receipt_number for case in people}) == PEOPLE
        assert {case.handling.taken_by for case in people} == {"S1"}
        desk.gateway.mend()
        desk.terminal.sync.send_soon()
        desk.until(lambda: walk.flow.view.at_province == PEOPLE, "everything at the province")
        desk.shot("all-at-province")
        printed = len(desk.slips.tear_off())
        assert printed >= PEOPLE - 1  # the power went before the slip of one
        desk.press("batch_slips")
        desk.until(lambda: len(desk.slips.slips) == PEOPLE, "every slip")
        desk.slips.tear_off()
        desk.until(lambda: not walk._people._slips, "the printer's word")
        desk.press("batch_list")
        desk.until(lambda: len(desk.slips.slips) == 1, "the list")
        desk.until(lambda: not walk._people._slips, "the printer's word")
        arrived = {case.case_id: case for case in desk.gateway.review.every()}
        assert {case.case_id for case in people} == set(arrived)
        assert {case.state for case in arrived.values()} == {CaseState.RECEIVED}
        desk.window._next()  # everybody has been
        walk = desk.open(lambda around: BatchWalk(around, ITEM), ASSISTANT)
        assert walk.flow.view.people == ()
