"""The last look before handing in: groups, hidden numbers, ways back, a full disk."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from devices.id_card.specimens import RESIDENT
from kiosk.domain.fault import Fault
from kiosk.domain.id_number import masked
from kiosk.flow.steps import Step
from ui.specimens import item_called
from ui.stage import Stage


def words_of(stage: Stage) -> str:
    """Every label people can see."""
    QApplication.processEvents()
    labels = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def test_the_number_is_masked_until_it_is_asked_for(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.REVIEW)
    assert masked(RESIDENT.number) in words_of(stage)
    assert RESIDENT.number not in words_of(stage)
    stage.press("review_toggle")
    assert RESIDENT.number in words_of(stage)


def test_coming_back_to_the_page_hides_the_number_again(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.REVIEW)
    stage.press("review_toggle")
    walk.back()
    walk.next()
    assert walk.flow.view.step is Step.REVIEW
    assert RESIDENT.number not in words_of(stage)


@pytest.mark.parametrize("step", [Step.READ_CARD, Step.FORM, Step.MATERIALS, Step.SIGN])
def test_every_group_leads_back_to_its_page(stage: Stage, step: Step) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.REVIEW)
    stage.press(f"change_{step}")
    assert walk.flow.view.step is step


def test_the_place_is_shown_by_its_name(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.REVIEW)
    assert "便民服务点" in words_of(stage)
    assert "222401999001" not in words_of(stage)


def test_a_full_disk_is_said_and_the_answers_stay(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.REVIEW)
    stage.store.fault = Fault.STORE_FULL
    stage.press("next")
    assert walk.flow.view.step is Step.REVIEW
    assert "存储空间满了" in words_of(stage)
    stage.store.fault = None
    stage.press("next")
    assert walk.flow.view.step is Step.DONE


def test_a_change_takes_one_touch_there_and_leads_straight_back(stage: Stage) -> None:
    walk = stage.visit(item_called("pension_enroll"), Step.REVIEW)
    stage.press(f"change_{Step.FORM}")
    walk.flow.answer("contact_mobile", "13900000000")
    walk.next()
    assert walk.flow.view.step is Step.REVIEW
    assert "139****0000" in words_of(stage)


def test_what_need_not_be_brought_is_not_shown_as_lacking(stage: Stage) -> None:
    walk = stage.visit(item_called("pension_enroll"), Step.REVIEW)
    for page in walk.flow.view.pages:
        walk.flow.page_dropped(page.sha256)
    assert "不用带，部门去查" in words_of(stage)


def test_a_question_that_was_not_asked_does_not_stand_there(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_card"), Step.REVIEW)
    assert "邮寄地址" not in words_of(stage)
    stage.press(f"change_{Step.FORM}")
    walk.flow.answer("pickup", "邮寄")
    walk.flow.answer("postal_addr", "示范村3组")
    walk.next()
    assert "邮寄地址" in words_of(stage)
