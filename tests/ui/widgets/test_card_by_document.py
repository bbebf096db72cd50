"""A passport: its zone is compared, its chip is read, and what it says goes into the form."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtWidgets import QLabel

from devices.camera.api import Frame
from devices.travel_document.document_watch import DocumentFailed, DocumentRead, DocumentTaken
from devices.travel_document.mrz import document_of
from devices.travel_document.specimens import CHINESE_PASSPORT, TO_HONG_KONG_MACAO
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import ZoneSeen
from kiosk.flow.steps import Step
from ui.reading_scenes import KEY, READING_SCENES, document_compare, document_lay
from ui.stage import Stage
from ui.visit_walk import VisitWalk

PICTURE = Frame(4, 2, bytes(24))
PASSPORT = document_of(CHINESE_PASSPORT, date(2026, 5, 12))


def walk_of(stage: Stage) -> VisitWalk:
    assert isinstance(stage.window.walk, VisitWalk)
    return stage.window.walk


def words_of(stage: Stage) -> str:
    stage.settle()
    return "\n".join(one.text() for one in stage.window.findChildren(QLabel) if one.isVisible())


def test_a_passport_is_compared_read_and_taken(stage: Stage) -> None:
    document_compare(stage)
    assert "EA1234567" in words_of(stage)
    assert "watch_document True" not in stage.equipment.asked
    stage.press("travel_agree")
    assert stage.equipment.asked[-1] == "watch_document True"
    assert "watch_cards False" in stage.equipment.asked
    stage.tell(DocumentRead(PASSPORT))
    view = walk_of(stage).flow.view
    assert view.step is Step.FORM
    assert view.holder is not None
    assert view.holder.number == "EA1234567"
    assert stage.equipment.asked.index("watch_document False") > 0


def test_a_zone_with_a_wrong_digit_opens_nothing(stage: Stage) -> None:
    READING_SCENES["document_look"](stage)
    stage.press("travel_shoot")
    wrong = ZoneSeen(CHINESE_PASSPORT, None, PICTURE, stage.equipment.readings)
    stage.tell(wrong)
    assert "号码没看清" in words_of(stage)


def test_the_zone_of_a_picture_that_was_given_up_is_not_the_next_ones(stage: Stage) -> None:
    READING_SCENES["document_look"](stage)
    stage.press("travel_shoot")
    late = stage.equipment.readings
    stage.press("travel_give_up")
    stage.press("use_document")
    stage.press("travel_shoot")
    stage.tell(ZoneSeen(CHINESE_PASSPORT, KEY, PICTURE, late))
    assert "EA1234567" not in words_of(stage)
    stage.tell(ZoneSeen(CHINESE_PASSPORT, KEY, PICTURE, stage.equipment.readings))
    assert "EA1234567" in words_of(stage)


def test_a_permit_that_is_no_identity_is_refused_in_words(stage: Stage) -> None:
    document_lay(stage)
    stage.tell(DocumentRead(document_of(TO_HONG_KONG_MACAO, date(2026, 5, 12))))
    assert "这种证件在这里不能用" in words_of(stage)
    assert walk_of(stage).flow.view.holder is None


def test_a_chip_that_does_not_open_may_be_laid_down_again(stage: Stage) -> None:
    document_lay(stage)
    stage.tell(DocumentFailed(Fault.CARD_UNREADABLE))
    assert "再放一次" in words_of(stage)
    stage.tell(DocumentRead(PASSPORT))
    assert walk_of(stage).flow.view.holder is not None


def test_an_expired_passport_is_told_as_any_card(stage: Stage) -> None:
    document_lay(stage)
    stage.tell(DocumentRead(replace(PASSPORT, valid_until=date(2020, 1, 1))))
    assert walk_of(stage).flow.view.fault is Fault.CARD_EXPIRED


@pytest.mark.parametrize("gone", [DocumentTaken(), DocumentFailed(Fault.READER_GONE)])
def test_cards_are_looked_for_again_only_after_a_refused_passport_is_lifted(
    stage: Stage, gone: DocumentTaken | DocumentFailed
) -> None:
    document_lay(stage)
    stage.equipment.asked.clear()
    stage.tell(DocumentRead(replace(PASSPORT, valid_until=date(2020, 1, 1))))
    assert "watch_cards True" not in stage.equipment.asked
    assert "watch_document False" not in stage.equipment.asked  # until it is lifted
    stage.tell(gone)
    assert stage.equipment.asked[-2:] == ["watch_document False", "watch_cards True"]
    assert walk_of(stage).flow.view.fault is Fault.CARD_EXPIRED
    stage.tell(gone)
    assert stage.equipment.asked.count("watch_cards True") == 1


def test_a_refused_passport_that_still_lies_there_is_forgotten_with_the_visit(
    stage: Stage,
) -> None:
    document_lay(stage)
    stage.equipment.asked.clear()
    stage.tell(DocumentRead(replace(PASSPORT, valid_until=date(2020, 1, 1))))
    stage.window.show_standby()
    assert "watch_document False" in stage.equipment.asked


def test_taking_the_picture_again_forgets_the_key(stage: Stage) -> None:
    document_lay(stage)
    stage.press("travel_again")
    assert "watch_document False" in stage.equipment.asked
    stage.tell(DocumentRead(PASSPORT))  # too late: nobody waits for it
    assert walk_of(stage).flow.view.holder is None


def test_the_end_of_the_visit_forgets_the_key(stage: Stage) -> None:
    document_lay(stage)
    stage.window.show_standby()
    assert "watch_document False" in stage.equipment.asked


def test_a_terminal_without_such_a_reader_does_not_offer_it(stage: Stage) -> None:
    READING_SCENES["card_picture_offered"](stage)
    assert "没有身份证" not in words_of(stage)
