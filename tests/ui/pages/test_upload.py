"""How sending stands as staff see it, the stick, and notices; in the real window."""

from dataclasses import fields
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton

from devices.id_card.specimens import RESIDENT
from kiosk.domain.fault import Fault
from kiosk.domain.sending import SENDING_SWITCH, Sending
from kiosk.domain.stick import StickResult, StickWork
from kiosk.domain.working_days import OFFICE_TIME
from kiosk.flow.equipment import (
    CasesChanged,
    NetworkChanged,
    StickEnded,
    StickMoved,
    StickSeen,
)
from ui.pages.notices import NoticesPage
from ui.pages.standby import StandbyPage
from ui.pages.upload_stick import UploadStickPage
from ui.specimen_sending import put_aside, put_notices, put_visits, put_waiting
from ui.specimens import MOMENT
from ui.stage import Stage
from ui.texts import Texts
from ui.upload_walk import END_STAYS, UploadWalk
from ui.upload_words import COUNTS, ended_sentences


def words_of(stage: Stage) -> str:
    """Every label people can see on the page."""
    QApplication.processEvents()
    labels = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def button(stage: Stage, name: str) -> QPushButton | None:
    """A button people can see, on the page or the bars."""
    QApplication.processEvents()
    found = stage.window.findChildren(QPushButton, name)
    return next((one for one in found if one.isVisible()), None)


def press(stage: Stage, name: str) -> None:
    """A finger on it."""
    found = button(stage, name)
    assert found is not None
    assert found.isEnabled()
    found.click()
    QApplication.processEvents()


def at_stick(stage: Stage) -> None:
    """The page of the stick, with one in."""
    stage.window.open(UploadWalk)
    press(stage, "upload_stick")
    stage.tell(StickSeen(None))


def test_the_foot_of_the_first_page_says_how_it_stands_and_is_no_door(stage: Stage) -> None:
    def foot() -> str:
        found = stage.window.findChild(QLabel, "standby_upload")
        return found.text() if isinstance(found, QLabel) else ""

    assert foot() == "上传情况：都传好了"
    put_waiting(stage.store, 2)
    stage.tell(CasesChanged(()))
    assert foot() == "上传情况：2 件等着上传"
    stage.store.set_switch(SENDING_SWITCH, Sending.PAUSED.value)
    stage.window.show_standby()
    assert foot() == "上传情况：先不上传"
    put_aside(stage.store)
    stage.window.show_standby()
    assert foot() == "上传情况：3 件省里没收下"
    # Residents see the words; whatever they touch, the switches are behind the sign-in of staff.
    for door in stage.window.page.findChildren(QAbstractButton):
        door.click()
        assert not isinstance(stage.window.walk, UploadWalk)
        stage.window.show_standby()
    stage.window.open(UploadWalk)
    press(stage, "back")
    assert isinstance(stage.window.page, StandbyPage)


def test_what_waits_is_sent_when_staff_want_it(stage: Stage) -> None:
    put_waiting(stage.store, 3, days=2)
    stage.tell(NetworkChanged(None))
    stage.window.open(UploadWalk)
    shown = words_of(stage)
    assert "还有 3 件等着上传" in shown
    assert "等了 2 天" in shown
    press(stage, "upload_send_now")
    assert stage.equipment.asked[-1] == "send_soon"
    assert Texts().say("upload.hurried") in words_of(stage)


def test_without_a_network_it_says_why_what_is_safe_and_what_to_do(stage: Stage) -> None:
    stage.window.open(UploadWalk)
    stage.tell(NetworkChanged(Fault.NETWORK_DOWN))
    shown, texts = words_of(stage), Texts()
    assert texts.say("faults.N09.what") in shown
    assert texts.say("faults.N09.lost") in shown
    assert texts.say("upload.line.N09") in shown


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault.value.startswith("N")])
def test_every_trouble_of_the_line_has_something_to_do(fault: Fault) -> None:
    assert Texts().has(f"upload.line.{fault.value}")


def test_staff_choose_what_is_sent_and_a_second_touch_changes_nothing(stage: Stage) -> None:
    put_waiting(stage.store, 1)
    stage.window.open(UploadWalk)
    for _ in range(2):
        press(stage, "sending_paused")
        chosen = button(stage, "sending_paused")
        assert chosen is not None
        assert chosen.isChecked()
        assert stage.store.switches[SENDING_SWITCH] == "paused"
    assert button(stage, "upload_send_now") is None


def test_what_was_set_aside_is_told_in_the_words_of_the_form(stage: Stage) -> None:
    put_aside(stage.store)
    stage.tell(NetworkChanged(None))
    stage.window.open(UploadWalk)
    shown = words_of(stage)
    assert "与公安部门登记的不一致" in shown
    assert "第 2 页材料：图片打不开" in shown
    assert "本机的磁盘坏了一块" in shown
    for technical in ("answers.", "pages[", "damaged on this disk", "another case"):
        assert technical not in shown
    assert RESIDENT.name not in shown
    assert RESIDENT.number not in shown
    press(stage, "upload_again")
    assert stage.store.reasons == {}
    assert "3 件正在再传" in words_of(stage)
    assert button(stage, "upload_again") is None


def test_news_come_while_somebody_looks(stage: Stage) -> None:
    stage.window.open(UploadWalk)
    put_waiting(stage.store, 1)
    for _ in range(5):
        stage.window.look_at_the_clock()
    assert "还有 1 件等着上传" in words_of(stage)


def test_a_stick_is_carried_and_the_end_says_what_came_of_it(stage: Stage) -> None:
    stage.window.open(UploadWalk)
    press(stage, "upload_stick")
    found = button(stage, "next")
    assert found is not None
    assert not found.isEnabled()
    stage.tell(StickSeen(None))
    press(stage, "next")
    assert stage.equipment.asked[-1] == "carry_by_stick"
    assert button(stage, "back") is None
    stage.tell(StickMoved(StickWork.CASES, 1, 3))
    assert "1 件，共 3 件" in words_of(stage)
    stage.tell(StickEnded(StickResult(safe=True, on_stick=3)))
    shown = words_of(stage)
    assert "3 件在U盘上了。" in shown
    assert "现在可以拔下U盘了。" in shown
    press(stage, "next")
    assert not isinstance(stage.window.page, UploadStickPage)
    assert stage.equipment.asked[-1] == "watch_stick False"


def test_stopping_is_possible_until_it_settles(stage: Stage) -> None:
    at_stick(stage)
    press(stage, "next")
    press(stage, "stick_stop")
    assert stage.equipment.asked[-1] == "stop_carrying"
    assert button(stage, "stick_stop") is None
    stage.tell(StickEnded(StickResult(cancelled=True, safe=True, left=2)))
    press(stage, "next")
    stage.tell(StickMoved(StickWork.SETTLING, 0, 0))
    assert button(stage, "stick_stop") is None


def test_nobody_is_asked_whether_they_are_there_while_a_stick_works(stage: Stage) -> None:
    at_stick(stage)
    press(stage, "next")
    stage.clock = 500.0
    stage.window.look_at_the_clock()
    assert isinstance(stage.window.page, UploadStickPage)
    stage.tell(StickEnded(StickResult(safe=True)))
    stage.clock += 500.0
    stage.window.look_at_the_clock()
    assert "现在可以拔下U盘了。" in words_of(stage)  # whoever went away comes back to it
    stage.tell(StickSeen(Fault.STICK_GONE))
    stage.clock += 95.0
    stage.window.look_at_the_clock()
    assert isinstance(stage.window.page, StandbyPage)


def test_a_stick_that_is_forgotten_does_not_keep_the_screen_for_ever(stage: Stage) -> None:
    at_stick(stage)
    press(stage, "next")
    stage.tell(StickEnded(StickResult(safe=True)))
    for _ in range(END_STAYS):
        stage.window.look_at_the_clock()
    stage.clock += 95.0
    stage.window.look_at_the_clock()
    assert isinstance(stage.window.page, StandbyPage)


def test_ending_while_a_stick_works_asks_first_and_then_stops_it(stage: Stage) -> None:
    at_stick(stage)
    press(stage, "next")
    press(stage, "bar_end")
    assert isinstance(stage.window.page, UploadStickPage)
    stage.window.show_standby()
    assert stage.equipment.asked[-3:] == ["stop_carrying", "watch_stick False", "visit_over"]


@pytest.mark.parametrize(
    "fault", [Fault.STICK_GONE, Fault.STICK_UNUSABLE, Fault.STICK_FULL, Fault.STORE_FULL]
)
def test_a_turn_that_fails_says_what_why_and_what_now(stage: Stage, fault: Fault) -> None:
    at_stick(stage)
    press(stage, "next")
    stage.tell(StickEnded(StickResult(fault, left=2)))
    shown = words_of(stage)
    for part in ("what", "lost", "now"):
        assert Texts().say(f"faults.{fault.value}.{part}") in shown
    assert "2 件没有写上，还在本机，没有丢。" in shown


@pytest.mark.parametrize("count", COUNTS)
def test_everything_that_can_come_of_a_turn_has_its_sentence(count: str) -> None:
    [first, *_] = ended_sentences(StickResult(**{count: 7}), Texts())
    assert "7 " in first


def test_no_count_is_kept_silent() -> None:
    numbers = {field.name for field in fields(StickResult) if field.type == "int"}
    numbers |= {field.name for field in fields(StickResult) if field.type is int}
    assert numbers == set(COUNTS)


@pytest.mark.parametrize("work", StickWork)
def test_every_work_has_words(work: StickWork) -> None:
    assert Texts().has(f"stick.work.{work}")


def test_residents_see_the_newest_notice_and_read_it_whole(stage: Stage) -> None:
    put_notices(stage.store)
    stage.window.show_standby()
    found = button(stage, "door_notices")
    assert found is not None
    assert found.text().startswith("通知：城乡居民养老保险")
    press(stage, "door_notices")
    assert isinstance(stage.window.page, NoticesPage)
    shown = words_of(stage)
    assert "请还没有交的乡亲抓紧办理" in shown
    assert "省平台维护" not in shown
    press(stage, "back")
    stage.store.board = []
    stage.window.show_standby()
    assert button(stage, "door_notices") is None


def test_staff_read_all_notices_and_visits_without_names(stage: Stage) -> None:
    put_notices(stage.store)
    put_visits(stage.store)
    stage.window.open(UploadWalk)
    press(stage, "upload_notices")
    assert "省平台维护" in words_of(stage)
    press(stage, "back")
    press(stage, "upload_visits")
    shown = words_of(stage)
    assert "测**" in shown
    assert "测试甲" not in shown
    assert "5月14日上门" in shown
    assert "示范村3组" not in shown
    stage.store.planned = []
    for _ in range(5):
        stage.window.look_at_the_clock()
    assert Texts().say("visits.empty") in words_of(stage)


def test_moments_of_the_page_are_those_of_the_store(stage: Stage) -> None:
    put_waiting(stage.store, 1)
    stage.window.open(UploadWalk)
    oldest = stage.store.oldest_waiting()
    assert oldest is not None
    assert oldest > MOMENT - timedelta(days=1)
    local = oldest.astimezone(OFFICE_TIME)
    assert f"{local.month}月{local.day}日 {local:%H:%M}提交" in words_of(stage)
