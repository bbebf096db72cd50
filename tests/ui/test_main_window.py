"""The frame: standby, attendance, ending a visit, and mistakes of our own."""

import sys

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QSize
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from devices.camera.api import Frame
from devices.id_card.card_watch import CardRead, CardTaken
from devices.id_card.specimens import RESIDENT
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import CasesChanged, CodeSeen, NetworkChanged, PreviewSeen
from kiosk.flow.steps import Step
from tests.ui.finger import touch
from ui.pages.fault_page import FaultPage
from ui.pages.home import HomePage
from ui.pages.items import ItemsPage
from ui.pages.standby import StandbyPage
from ui.specimens import item_called
from ui.stage import Stage
from ui.widgets.field_card import FieldCard


def idle(stage: Stage, seconds: float) -> None:
    """That much time passes without a touch."""
    stage.clock += seconds
    stage.window.look_at_the_clock()


def button(stage: Stage, name: str) -> QPushButton:
    """The button of that name."""
    return next(b for b in stage.window.findChildren(QPushButton) if b.objectName() == name)


def words_of(stage: Stage) -> str:
    """Every word that people can see."""
    QApplication.processEvents()  # what was just added shows itself one turn later
    shown = [w for w in stage.window.findChildren(QLabel) if w.isVisible()]
    buttons = [w for w in stage.window.findChildren(QAbstractButton) if w.isVisible()]
    return "\n".join([label.text() for label in shown] + [b.text() for b in buttons])


class HeightsSeen(QObject):
    """How high the cards of the form were, each time they were painted."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, int]] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() == QEvent.Type.Paint and isinstance(watched, FieldCard):
            self.seen.add((watched.field.key, watched.height()))
        return False


def test_the_form_is_never_seen_half_laid_out(stage: Stage, qtbot: QtBot) -> None:
    heights = HeightsSeen()
    QApplication.instance().installEventFilter(heights)  # type: ignore[union-attr]
    stage.visit(item_called("elder_allowance"), Step.FORM)
    qtbot.waitUntil(lambda: bool(heights.seen))
    QApplication.processEvents()
    final = {(card.field.key, card.height()) for card in stage.window.findChildren(FieldCard)}
    assert heights.seen <= final


def test_a_touch_anywhere_on_standby_begins(stage: Stage) -> None:
    touch(stage.window.page, QPoint(5, 5))
    assert isinstance(stage.window.page, HomePage)


def test_the_window_asks_when_nobody_answers(stage: Stage) -> None:
    stage.window.show_home()
    idle(stage, 59)
    assert "您还在吗" not in words_of(stage)
    idle(stage, 2)
    assert "您还在吗" in words_of(stage)
    assert "29 秒" in words_of(stage)


def test_the_window_goes_back_to_standby_when_nobody_answers(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.REVIEW)
    idle(stage, 61)
    idle(stage, 30)
    assert isinstance(stage.window.page, StandbyPage)
    assert walk.flow.view.holder is None
    assert stage.store.cases == {}
    assert RESIDENT.name not in words_of(stage)


def test_a_touch_on_i_am_here_goes_on_with_the_visit(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.REVIEW)
    idle(stage, 61)
    touch(button(stage, "question_stay"))
    idle(stage, 59)
    assert "您还在吗" not in words_of(stage)
    assert walk.flow.view.holder is not None


def test_a_card_on_the_reader_counts_as_somebody_there(stage: Stage) -> None:
    stage.window.show_home()
    idle(stage, 59)
    stage.tell(CardTaken())
    idle(stage, 59)
    assert "您还在吗" not in words_of(stage)


def test_pictures_of_the_camera_do_not_count_as_somebody_there(stage: Stage) -> None:
    stage.window.show_home()
    stage.clock += 61
    stage.tell(PreviewSeen(Frame(1, 1, b"\0\0\0"), None))
    stage.window.look_at_the_clock()
    assert "您还在吗" in words_of(stage)


def test_neither_a_code_left_below_the_camera_nor_sync_counts_as_somebody_there(
    stage: Stage,
) -> None:
    stage.visit(item_called("elder_allowance"), Step.MATERIALS)
    stage.clock += 61
    stage.tell(CodeSeen("DS1/1"))
    stage.tell(CasesChanged(()))
    stage.window.look_at_the_clock()
    assert "您还在吗" in words_of(stage)


def test_whoever_ends_a_visit_is_answered_no_more(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.READ_CARD)
    stage.equipment.asked.clear()
    stage.window.show_standby()
    assert stage.equipment.asked == ["watch_cards False", "visit_over"]


def test_ending_a_visit_with_answers_asks_first(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.REVIEW)
    stage.press("bar_end")
    assert not isinstance(stage.window.page, StandbyPage)
    assert "要结束这次办理吗" in words_of(stage)


def test_ending_before_the_card_was_read_ends_at_once(stage: Stage) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    stage.press("bar_end")
    assert isinstance(stage.window.page, StandbyPage)


def test_back_from_the_guide_leads_to_the_items_of_its_theme(stage: Stage) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    stage.press("back")
    assert isinstance(stage.window.page, ItemsPage)
    assert "高龄津贴申领" in words_of(stage)


def test_the_bar_says_that_work_goes_on_without_a_network(stage: Stage) -> None:
    stage.window.show_home()
    stage.tell(NetworkChanged(None))
    assert "已联网" in words_of(stage)
    stage.tell(NetworkChanged(Fault.GATEWAY_UNREACHABLE))
    assert "未联网，可照常办理" in words_of(stage)


def test_finishing_a_visit_leads_to_standby_and_keeps_the_case(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.DONE)
    stage.press("next")
    stage.press("skip")  # the evaluation comes by itself and is voluntary
    assert isinstance(stage.window.page, StandbyPage)
    assert [case.state for case in stage.store.cases.values()] == [CaseState.QUEUED]


@pytest.mark.logs_expected
def test_a_slot_that_fails_leads_to_the_friendly_page(
    stage: Stage, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.REVIEW)

    def broken() -> None:
        raise RuntimeError(f"the number {RESIDENT.number} is in these words")

    walk.next = broken  # type: ignore[method-assign]
    stage.press("next")
    qtbot.waitUntil(lambda: isinstance(stage.window.page, FaultPage))
    assert "X01 RuntimeError" in caplog.text
    assert RESIDENT.number not in caplog.text
    assert stage.store.cases == {}
    stage.press("fault_home")
    assert isinstance(stage.window.page, StandbyPage)


def test_closing_the_window_gives_the_exception_hook_back(qtbot: QtBot) -> None:
    before = sys.excepthook
    Stage(QSize(1280, 800)).close()
    assert sys.excepthook is before


def test_the_next_person_finds_nothing_of_the_one_before(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.REVIEW)
    stage.press("review_toggle")
    assert RESIDENT.number in words_of(stage)
    stage.window.show_standby()
    stage.window.show_visit(item_called("elder_allowance"))
    stage.press("next")
    stage.tell(CardTaken())
    assert RESIDENT.name not in words_of(stage)
    stage.tell(CardRead(RESIDENT))
    assert stage.window.walk is not None


def test_a_page_that_fails_while_it_ends_keeps_nothing_of_the_person(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = stage.visit(item_called("elder_allowance"), Step.REVIEW)

    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr(stage.window.page, "left", broken)
    with pytest.raises(RuntimeError):
        stage.window.show_standby()
    assert walk.flow.view.holder is None
    assert stage.store.cases == {}
    assert RESIDENT.name not in words_of(stage)
    stage.window.show_standby()
    assert isinstance(stage.window.page, StandbyPage)
