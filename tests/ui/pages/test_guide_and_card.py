"""The first two pages of a visit: what the item needs, and whose card lies there."""

from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from devices.id_card.card_watch import CardFailed, CardRead
from devices.id_card.specimens import HMT_PERMIT, RESIDENT
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import NetworkChanged
from kiosk.flow.steps import Step
from ui.specimens import item_called
from ui.stage import Stage


def next_button(stage: Stage) -> QPushButton:
    """The button at the bottom right."""
    return next(b for b in stage.window.findChildren(QPushButton) if b.objectName() == "next")


def words_of(stage: Stage) -> str:
    """Every label people can see."""
    QApplication.processEvents()
    labels = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def test_the_guide_says_which_papers_need_not_be_brought(stage: Stage) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    assert "读卡代替" in words_of(stage)
    assert next_button(stage).text() == "我要办理"


def test_one_card_does_not_stand_for_the_cards_of_the_household(stage: Stage) -> None:
    stage.window.show_visit(item_called("dibao_apply"))
    shown = words_of(stage)
    assert "要带证件" in shown
    assert "读卡代替" not in shown


def test_what_needs_a_network_cannot_begin_without_one(stage: Stage) -> None:
    stage.window.show_visit(item_called("si_record_print"))
    assert not next_button(stage).isEnabled()
    stage.tell(NetworkChanged(None))
    assert next_button(stage).isEnabled()
    stage.tell(NetworkChanged(Fault.GATEWAY_UNREACHABLE))
    assert not next_button(stage).isEnabled()


def test_what_needs_staff_shows_only_its_guide(stage: Stage) -> None:
    stage.tell(NetworkChanged(None))
    stage.window.show_visit(item_called("dibao_apply"))
    assert not next_button(stage).isEnabled()
    assert next_button(stage).text() == "请到窗口办理"


def test_cards_are_read_only_while_the_card_page_is_shown(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.READ_CARD)
    assert stage.equipment.asked == ["watch_cards True"]
    stage.press("back")
    assert stage.equipment.asked == ["watch_cards True", "watch_cards False"]


def test_before_reading_it_says_what_is_read_and_why_and_for_how_long(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.READ_CARD)
    shown = words_of(stage)
    assert all(part in shown for part in ("读什么", "为什么", "交给谁", "存多久"))


def test_after_reading_the_visit_moves_on_by_itself(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.READ_CARD)
    stage.tell(CardRead(RESIDENT))
    assert walk.flow.view.step is Step.FORM


def test_a_card_that_failed_says_what_to_do_and_the_next_card_counts(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.READ_CARD)
    stage.tell(CardFailed(Fault.CARD_UNREADABLE))
    assert "这张卡没有读出来" in words_of(stage)
    assert "没有丢失任何内容" in words_of(stage)
    stage.tell(CardRead(RESIDENT))
    assert walk.flow.view.step is Step.FORM


def test_an_expired_card_is_refused_in_plain_words(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.READ_CARD)
    stage.tell(CardRead(HMT_PERMIT))
    assert walk.flow.view.step is Step.READ_CARD
    assert "过了有效期" in words_of(stage)
