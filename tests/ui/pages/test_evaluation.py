"""The evaluation comes by itself after a case, is voluntary, and leaves nothing on the page."""

from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton

from kiosk.domain.case import CaseKind
from kiosk.domain.fault import Fault
from kiosk.domain.letters import SEALED
from kiosk.flow.equipment import ReceiptPrinted
from kiosk.flow.steps import Step
from ui.pages.evaluation import RatePage, ThanksPage
from ui.pages.standby import StandbyPage
from ui.specimens import item_called
from ui.stage import Stage
from ui.visit_walk import EVALUATE_AFTER


def rating(stage: Stage) -> RatePage:
    stage.visit(item_called("elder_allowance"), Step.DONE)
    for _ in range(2 * EVALUATE_AFTER):  # whoever waits for paper is not sent on
        stage.window.look_at_the_clock()
    stage.tell(ReceiptPrinted())
    for _ in range(EVALUATE_AFTER):
        assert not isinstance(stage.window.page, RatePage)
        stage.window.look_at_the_clock()
    page = stage.window.page
    assert isinstance(page, RatePage)
    QApplication.processEvents()
    return page


def button(page: RatePage, name: str) -> QPushButton:
    return page.findChild(QPushButton, name)


def test_it_comes_by_itself_once_there_was_time_to_take_the_slip(stage: Stage) -> None:
    page = rating(stage)
    assert len([b for b in page.findChildren(QPushButton) if "level_" in b.objectName()]) == 5


def test_leaving_it_out_is_as_large_as_handing_it_in(stage: Stage) -> None:
    page = rating(stage)
    skip, hand_in = button(page, "skip"), button(page, "hand_in")
    assert skip.size() == hand_in.size()
    assert not hand_in.isEnabled()
    stage.press("skip")
    assert isinstance(stage.window.page, StandbyPage)
    assert [case.kind for case in stage.store.cases.values()] == [CaseKind.APPLICATION]


def test_what_was_chosen_is_kept_and_leaves_the_page(stage: Stage) -> None:
    page = rating(stage)
    stage.press("level_5")
    stage.press("point_2")
    page.findChild(QPlainTextEdit, "evaluation_words").setPlainText("等得太久")
    stage.press("hand_in")
    assert isinstance(stage.window.page, ThanksPage)
    [kept] = [c for c in stage.store.cases.values() if c.kind is CaseKind.EVALUATION]
    assert set(kept.answers) == {SEALED}  # tests/sync/test_evaluation_seal.py opens it
    assert "等得太久" not in str(kept.answers)
    assert "send_soon" in stage.equipment.asked
    for _ in range(10):
        stage.window.look_at_the_clock()
    assert isinstance(stage.window.page, StandbyPage)
    assert page.findChild(QPlainTextEdit, "evaluation_words").toPlainText() == ""
    assert not any(b.isChecked() for b in page.findChildren(QPushButton))


def test_a_store_that_will_not_is_said_and_nothing_is_lost(stage: Stage) -> None:
    page = rating(stage)
    stage.press("level_3")
    stage.store.fault = Fault.STORE_FULL
    stage.press("hand_in")
    assert stage.window.page is page
    assert button(page, "level_3").isChecked()
    stage.store.fault = None
    stage.press("hand_in")
    assert isinstance(stage.window.page, ThanksPage)
