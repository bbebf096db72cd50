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
