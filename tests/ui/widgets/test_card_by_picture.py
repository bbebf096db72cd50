"""A photographed card goes into the form only after a person agreed, and only where staff stand."""

from PySide6.QtWidgets import QLabel, QPushButton

from kiosk.flow.equipment import PaperNotRead, PaperRead
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.steps import Step
from ui.pages.family import FamilyPage
from ui.reading_scenes import FACE, READING_SCENES, assisted, compare, read_specimen
from ui.specimens import item_called
from ui.stage import Stage
from ui.visit_walk import VisitWalk


def button(stage: Stage, name: str) -> QPushButton:
    return next(one for one in stage.window.findChildren(QPushButton) if one.objectName() == name)


def walk_of(stage: Stage) -> VisitWalk:
    assert isinstance(stage.window.walk, VisitWalk)
    return stage.window.walk


def words_of(stage: Stage) -> str:
    stage.settle()
    return "\n".join(one.text() for one in stage.window.findChildren(QLabel) if one.isVisible())


def test_what_a_person_agreed_to_fills_the_form(stage: Stage) -> None:
    compare(stage)
    assert walk_of(stage).flow.view.holder is None
    assert FACE.address in words_of(stage)
    stage.press("reading_agree")
    view = walk_of(stage).flow.view
    assert view.holder is not None
    assert view.holder.by_picture
    assert view.answers["applicant_name"] == FACE.name
    assert view.step is Step.FORM


def test_an_address_that_is_called_wrong_is_typed(stage: Stage) -> None:
    compare(stage)
    stage.press("wrong_address")
    assert button(stage, "reading_agree").text() == "其余都对"
    stage.press("reading_agree")
    holder = walk_of(stage).flow.view.holder
    assert holder is not None
    assert holder.needs_typing == {"address"}


def test_a_name_that_is_called_wrong_must_be_taken_again(stage: Stage) -> None:
    compare(stage)
    stage.press("wrong_name")
    assert not button(stage, "reading_agree").isEnabled()
    stage.press("reading_again")
    assert stage.equipment.asked.count("read_paper id_card_front") == 1
    assert FACE.address not in words_of(stage)


def test_an_answer_that_nobody_waits_for_shows_nothing(stage: Stage) -> None:
    compare(stage)
    stage.press("reading_again")
    stage.tell(PaperRead(read_specimen(), stage.equipment.readings))
    assert FACE.address not in words_of(stage)


def test_the_answer_to_a_picture_that_was_given_up_is_not_the_next_ones(stage: Stage) -> None:
    READING_SCENES["card_picture_look"](stage)
    stage.press("reading_shoot")
    late = stage.equipment.readings
    stage.press("reading_give_up")
    stage.press("photograph_card")
    stage.press("reading_shoot")
    stage.tell(PaperRead(read_specimen(), late))
    assert FACE.address not in words_of(stage)
    stage.tell(PaperNotRead(late))
    assert not button(stage, "reading_shoot").isEnabled()  # the second one is still read
    stage.tell(PaperRead(read_specimen(), stage.equipment.readings))
    assert FACE.address in words_of(stage)


def test_no_card_under_the_camera_is_said(stage: Stage) -> None:
    READING_SCENES["card_picture_look"](stage)
    stage.press("reading_shoot")
    assert not button(stage, "reading_shoot").isEnabled()
    stage.tell(PaperNotRead(stage.equipment.readings))
    assert "没看到身份证" in words_of(stage)
    assert button(stage, "reading_shoot").isEnabled()


def test_giving_up_asks_for_the_reader_again_and_lets_the_camera_go(stage: Stage) -> None:
    READING_SCENES["card_picture_look"](stage)
    stage.press("reading_give_up")
    assert stage.equipment.asked[-1] == "watch_camera False"
    assert "请放身份证" in words_of(stage)


def test_a_resident_alone_is_not_offered_it(stage: Stage) -> None:
    stage.equipment.has_reading = True
    stage.window.show_visit(item_called("elder_allowance"))
    walk_of(stage).flow.next()
    assert button(stage, "photograph_card").isHidden()


def test_a_terminal_without_models_does_not_offer_it(stage: Stage) -> None:
    walk = assisted(stage)
    stage.equipment.has_reading = False
    walk.flow.device_failed(None)
    assert button(stage, "photograph_card").isHidden()


def test_one_of_the_family_is_marked_as_typed(stage: Stage) -> None:
    READING_SCENES["family_by_picture"](stage)
    assert isinstance(stage.window.page, FamilyPage)
    flow = walk_of(stage).flow
    assert isinstance(flow, HandledIntake)
    member = next(m for m in flow.view.handling.members if m.number == FACE.number)
    assert not member.by_card
