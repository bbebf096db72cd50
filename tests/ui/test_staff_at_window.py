"""Staff at the window: sign-in to desk, the lock over the work, the shade, keys and scanner."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from devices.staff_card.api import Pin, StaffCardFace
from devices.staff_card.simulated_staff_card import SimulatedStaffCard
from devices.staff_card.staff_card_watch import StaffCardAnswered, StaffCardSeen, StaffCardTaken
from kiosk.domain.staff import StaffAct, StaffEntry
from kiosk.flow.staff_session import LOCK_AFTER, TAKEN_FOR_GOOD
from kiosk.flow.steps import Step
from ui.desk_walk import DeskWalk
from ui.pages.desk import DeskPage
from ui.pages.standby import StandbyPage
from ui.progress_walk import ProgressWalk
from ui.specimens import longest_item, specimen_cases
from ui.staff_pages_walk import StaffPagesWalk
from ui.staff_scenes import CARD, FACE, MAINTAINER, fill_desk, sign_in, type_pin
from ui.stage import Stage
from ui.upload_walk import UploadWalk
from ui.visit_walk import VisitWalk


def shown(stage: Stage, name: str) -> bool:
    found = stage.window.findChild(QWidget, name)
    return isinstance(found, QWidget) and found.isVisible()


def words_of(stage: Stage) -> str:
    QApplication.processEvents()
    labels = stage.window.findChildren(QLabel)
    buttons = stage.window.findChildren(QPushButton)
    return "\n".join(one.text() for one in (*labels, *buttons) if one.isVisible())


def passes(stage: Stage, seconds: float) -> None:
    stage.clock += seconds
    stage.window.look_at_the_clock()


def key(stage: Stage, which: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget() or stage.window, which)


def acts(stage: Stage) -> list[StaffAct]:
    return [act for act, _ in stage.store.acts]


def test_card_and_pin_lead_from_the_foot_of_standby_to_the_desk(stage: Stage) -> None:
    fill_desk(stage)
    sign_in(stage)
    assert isinstance(stage.window.walk, DeskWalk)
    assert "测试代办员" in words_of(stage)
    assert acts(stage) == [StaffAct.SIGNED_IN]
    stage.press("bar_end")
    assert isinstance(stage.window.page, StandbyPage)
    assert acts(stage) == [StaffAct.SIGNED_IN, StaffAct.SIGNED_OUT]
    assert "测试代办员" not in words_of(stage)


def test_a_wrong_pin_opens_nothing_and_is_noted(stage: Stage) -> None:
    sign_in(stage)
    stage.press("bar_end")
    stage.press("door_staff")
    stage.tell(StaffCardSeen(FACE))
    type_pin(stage, "000000")
    assert not isinstance(stage.window.walk, DeskWalk)
    assert "密码不对" in words_of(stage)
    assert acts(stage)[-1] is StaffAct.WRONG_PIN
    CARD.tries_left = 3


def test_walks_opened_from_the_desk_lead_back_to_it(stage: Stage) -> None:
    fill_desk(stage)
    sign_in(stage)
    for door, walk in (("desk_upload", UploadWalk), ("desk_machine", StaffPagesWalk)):
        stage.press(door)
        assert isinstance(stage.window.walk, walk)
        stage.press("back")
        assert isinstance(stage.window.walk, DeskWalk)
    stage.press("tab_correction")
    stage.press(f"desk_{specimen_cases()[1][0].case_id}")
    assert isinstance(stage.window.walk, ProgressWalk)
    assert "请重新拍一次" in words_of(stage)  # what is to be corrected helps the person
    stage.press("bar_end")
    assert isinstance(stage.window.walk, DeskWalk)


def test_a_paper_that_was_issued_stays_with_its_holder(stage: Stage) -> None:
    fill_desk(stage)
    sign_in(stage)
    stage.press("tab_hand_out")
    stage.press(f"desk_{specimen_cases()[0][0].case_id}")
    walk = stage.window.walk
    assert isinstance(walk, ProgressWalk)
    assert not walk.flow.view.may_print
    document = walk.flow.view.documents[0]
    assert stage.window.page.findChild(QPushButton, f"print_{document.sha256[:8]}") is None


def test_the_lock_covers_the_work_and_card_with_pin_goes_on(stage: Stage) -> None:
    sign_in(stage)
    walk = stage.visit(longest_item(), Step.REVIEW)
    answers = dict(walk.flow.view.answers)
    passes(stage, LOCK_AFTER)
    assert shown(stage, "lock_cover")
    assert stage.window.walk is walk
    stage.tell(StaffCardSeen(FACE))
    type_pin(stage, CARD.pin)
    assert not shown(stage, "lock_cover")
    assert stage.window.walk is walk
    assert dict(walk.flow.view.answers) == answers
    assert acts(stage) == [StaffAct.SIGNED_IN, StaffAct.LOCKED, StaffAct.UNLOCKED]


def test_no_key_reaches_the_page_below_the_lock(stage: Stage) -> None:
    fill_desk(stage)
    sign_in(stage)
    stage.tell(StaffCardTaken())
    desk = stage.window.walk
    for _ in range(40):  # round all buttons, pressing each
        key(stage, Qt.Key.Key_Tab)
        key(stage, Qt.Key.Key_Space)
    for letter in (Qt.Key.Key_A, Qt.Key.Key_F7, Qt.Key.Key_F9, Qt.Key.Key_Escape):
        key(stage, letter)
    assert stage.window.walk is desk
    assert stage.window._staff.lock is not None


def test_the_card_taken_locks_and_taken_for_good_ends_the_work(stage: Stage) -> None:
    sign_in(stage)
    stage.visit(longest_item(), Step.REVIEW)
    stage.tell(StaffCardTaken())
    assert shown(stage, "lock_cover")
    passes(stage, TAKEN_FOR_GOOD)
    assert isinstance(stage.window.page, StandbyPage)
    assert not shown(stage, "lock_cover")
    assert acts(stage)[-1] is StaffAct.SIGNED_OUT


def test_another_person_at_the_lock_ends_the_first_ones_work(stage: Stage) -> None:
    sign_in(stage)
    other = SimulatedStaffCard(pin="654321")
    [entry] = stage.store.people
    member = replace(entry.member, staff_id="s-2", name="测试代办员乙")
    stage.store.people.append(StaffEntry(member, other.key, entry.issued_at))
    stage.visit(longest_item(), Step.REVIEW)
    stage.tell(StaffCardSeen(StaffCardFace(other.key, 3)))
    assert shown(stage, "lock_cover")
    stage.tell(StaffCardSeen(StaffCardFace(other.key, 3)))  # told anew to who waits
    for digit in other.pin:
        stage.press(f"pin_{digit}")
    stage.press("sign_in_enter")
    answer = other.answer(stage.equipment.challenge, Pin(other.pin))
    stage.tell(StaffCardAnswered(stage.equipment.challenge, answer))
    assert isinstance(stage.window.walk, DeskWalk)
    assert "测试代办员乙" in words_of(stage)
    assert stage.store.acts[-2:] == [
        (StaffAct.SIGNED_IN, "s-2"),
        (StaffAct.SIGNED_OUT, "s-017"),
    ]


def test_one_touch_or_f9_hides_the_screen(stage: Stage) -> None:
    sign_in(stage)
    stage.press("bar_shade")
    assert shown(stage, "privacy_shade")
    QTest.mouseClick(stage.window.findChild(QWidget, "privacy_shade"), Qt.MouseButton.LeftButton)
    assert not shown(stage, "privacy_shade")
    key(stage, Qt.Key.Key_F9)
    assert shown(stage, "privacy_shade")
    key(stage, Qt.Key.Key_F7)  # nothing happens behind it
    assert isinstance(stage.window.walk, DeskWalk)
    key(stage, Qt.Key.Key_F9)
    assert not shown(stage, "privacy_shade")


def test_keys_lead_through_the_desk(stage: Stage) -> None:
    fill_desk(stage)
    sign_in(stage)
    page = stage.window.page
    assert isinstance(page, DeskPage)
    key(stage, Qt.Key.Key_F4)
    assert page.tabs[page.flow.view.chosen].objectName() == "tab_correction"
    key(stage, Qt.Key.Key_F8)
    assert isinstance(stage.window.walk, StaffPagesWalk)
    key(stage, Qt.Key.Key_Escape)
    assert isinstance(stage.window.walk, DeskWalk)
    key(stage, Qt.Key.Key_F10)
    assert shown(stage, "lock_cover")


def test_enter_goes_on_and_escape_goes_back_for_staff_alone(stage: Stage) -> None:
    walk = stage.visit(longest_item(), Step.READ_CARD)
    key(stage, Qt.Key.Key_Escape)
    assert walk.flow.view.step is Step.READ_CARD
    stage.window.show_standby()
    sign_in(stage)
    walk = stage.visit(longest_item(), Step.GUIDE)
    key(stage, Qt.Key.Key_Return)
    assert walk.flow.view.step is not Step.GUIDE
    key(stage, Qt.Key.Key_Escape)
    assert walk.flow.view.step is Step.GUIDE


def test_a_scanner_opens_the_case_of_a_slip(stage: Stage) -> None:
    fill_desk(stage)
    sign_in(stage)
    case = specimen_cases()[3][0]
    stage.window.findChild(QWidget, "desk_search").setFocus()
    QTest.keyClicks(QApplication.focusWidget() or stage.window, f"DS1/{case.receipt_number}")
    QTest.keyClick(QApplication.focusWidget() or stage.window, Qt.Key.Key_Return)
    walk = stage.window.walk
    assert isinstance(walk, ProgressWalk)
    assert walk.flow.view.chosen == case


def test_who_looks_after_machines_is_offered_no_case(stage: Stage) -> None:
    fill_desk(stage)
    sign_in(stage, MAINTAINER)
    assert not shown(stage, "desk_search")
    assert not shown(stage, "tab_today")
    assert stage.window.findChild(QWidget, "desk_apply") is None
    for case, _ in specimen_cases():
        assert case.item_title not in words_of(stage)


def test_a_draft_is_gone_on_with_after_the_persons_card(stage: Stage) -> None:
    fill_desk(stage)
    sign_in(stage)
    stage.press("tab_drafts")
    stage.press("desk_d1")
    walk = stage.window.walk
    assert isinstance(walk, VisitWalk)
    assert walk.flow.view.holder is None


def test_after_sign_out_nothing_of_staff_or_people_stays_in_a_widget(stage: Stage) -> None:
    fill_desk(stage)
    sign_in(stage)
    stage.press("tab_correction")
    stage.window.show_standby()
    labels = [one.text() for one in stage.window.findChildren(QLabel) if one.isVisible()]
    assert not [text for text in labels if "测" in text]


@pytest.mark.parametrize("size", [(1920, 1080)])
def test_keys_are_shown_at_a_desk_set(qtbot: QtBot, size: tuple[int, int]) -> None:
    del qtbot
    desk = Stage(QSize(*size))
    sign_in(desk)
    assert "F9" in words_of(desk)
    desk.close()


def test_the_training_band_is_over_everything(qtbot: QtBot) -> None:
    del qtbot
    made = Stage(QSize(1080, 1920))
    made.close()
    made.is_training = True
    made.open_window()
    assert "训练" in words_of(made)
    sign_in(made)
    made.press("desk_lock")
    band = made.window.findChild(QWidget, "training_band")
    cover = made.window.findChild(QWidget, "lock_cover")
    assert isinstance(band, QWidget)
    assert isinstance(cover, QWidget)
    assert band.isVisible()
    assert cover.geometry().top() >= band.geometry().bottom()
    made.close()
