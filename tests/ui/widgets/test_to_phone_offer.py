"""Handing a form to the telephone: waited for, called off, refused, offline, too long."""

from kiosk.domain.fault import Fault
from kiosk.flow.equipment import NetworkChanged
from kiosk.flow.online import HandedOver
from kiosk.flow.steps import Step
from ui.pages.form import FormPage
from ui.specimens import item_called
from ui.stage import Stage
from ui.to_phone_walk import ToPhoneWalk
from ui.visit_walk import HAND_OVER_PATIENCE, VisitWalk
from ui.widgets.to_phone_offer import Handing

CODE = "DSH1/" + "0" * 32 + "/" + "A" * 43


def at_the_form(stage: Stage, *, online: bool = True) -> FormPage:
    stage.tell(NetworkChanged(None if online else Fault.GATEWAY_UNREACHABLE))
    stage.visit(item_called("elder_allowance"), Step.FORM)
    page = stage.window.page
    assert isinstance(page, FormPage)
    return page


def test_it_is_waited_for_and_ends_with_the_code(stage: Stage) -> None:
    page = at_the_form(stage)
    assert page.to_phone.handing is Handing.OFFERED
    stage.press("to_phone")
    assert page.to_phone.handing is Handing.BUSY
    stage.tell(HandedOver(CODE))
    assert isinstance(stage.window.walk, ToPhoneWalk)


def test_who_calls_it_off_stays_and_a_late_answer_changes_nothing(stage: Stage) -> None:
    page = at_the_form(stage)
    stage.press("to_phone")
    stage.press("to_phone_stop")
    assert page.to_phone.handing is Handing.OFFERED
    stage.tell(HandedOver(CODE))
    assert isinstance(stage.window.walk, VisitWalk)
    assert stage.window.page is page


def test_a_refusal_is_told_and_may_be_tried_again(stage: Stage) -> None:
    page = at_the_form(stage)
    stage.press("to_phone")
    stage.tell(HandedOver("", Fault.GATEWAY_UNREACHABLE))
    assert page.to_phone.handing is Handing.FAILED
    stage.press("to_phone_again")
    assert page.to_phone.handing is Handing.BUSY
    assert len(stage.online.handed_over) == 2
    stage.tell(HandedOver("", Fault.GATEWAY_UNREACHABLE))
    stage.press("to_phone_stay")
    assert page.to_phone.handing is Handing.OFFERED


def test_nobody_waits_for_ever(stage: Stage) -> None:
    page = at_the_form(stage)
    stage.press("to_phone")
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    for _ in range(HAND_OVER_PATIENCE):
        walk.tick()
    assert page.to_phone.handing is Handing.FAILED


def test_without_a_network_it_says_why_not(stage: Stage) -> None:
    page = at_the_form(stage, online=False)
    assert page.to_phone.handing is Handing.OFFLINE
    stage.tell(NetworkChanged(None))
    assert page.to_phone.handing is Handing.OFFERED
