"""Before anybody begins, pages say which devices do not work and how people get on."""

from dataclasses import replace

from PySide6.QtWidgets import QLabel

from devices.device import DeviceState, DeviceStatus
from devices.id_card.card_watch import CardFailed
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import DeviceKind, DeviceLooked, ReceiptFailed, ReceiptPrinted
from kiosk.flow.health import GONE
from kiosk.flow.steps import Step
from tests.ui.pages.test_guide_and_card import next_button, words_of
from ui.agency_scenes import ASSISTANT
from ui.pages.guide import GuidePage
from ui.specimens import item_called
from ui.stage import Stage
from ui.visit_walk import VisitWalk


def gone(kind: DeviceKind) -> DeviceLooked:
    return DeviceLooked(kind, DeviceStatus(DeviceState.GONE, GONE[kind]), "one")


def works(kind: DeviceKind) -> DeviceLooked:
    return DeviceLooked(kind, DeviceStatus(DeviceState.READY), "one")


def standby_words(stage: Stage) -> str:
    labels = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def test_standby_says_that_no_card_can_be_read_and_takes_it_back(stage: Stage) -> None:
    stage.tell(gone(DeviceKind.ID_CARD))
    assert "读卡器暂时用不了" in standby_words(stage)
    stage.tell(works(DeviceKind.ID_CARD))
    assert "读卡器暂时用不了" not in standby_words(stage)


def test_without_a_reader_nobody_begins_and_as_soon_as_it_is_back_anybody_may(
    stage: Stage,
) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    page = stage.window.page
    assert isinstance(page, GuidePage)
    assert page.obstacles.isHidden()
    stage.tell(gone(DeviceKind.ID_CARD))
    assert "现在这台机器办不了" in words_of(stage)
    assert "找工作人员" in words_of(stage)
    assert not next_button(stage).isEnabled()
    stage.tell(works(DeviceKind.ID_CARD))
    assert page.obstacles.isHidden()
    assert next_button(stage).isEnabled()
    assert next_button(stage).text() == "我要办理"


def test_without_a_reader_staff_walk_from_the_guide_to_the_photograph(stage: Stage) -> None:
    stage.equipment.has_reading = True
    stage.tell(gone(DeviceKind.ID_CARD))
    item = item_called("elder_allowance")
    stage.window.open(lambda around: VisitWalk(replace(around, staff=ASSISTANT), item))
    assert "拍身份证" in words_of(stage)
    assert "现在这台机器办不了" not in words_of(stage)
    stage.press("next")
    stage.tell(CardFailed(Fault.READER_GONE))
    stage.press("photograph_card")
    stage.press("reading_shoot")
    assert stage.equipment.asked[-1] == "read_paper id_card_front"


def test_without_a_reader_a_passport_is_the_way_on_for_a_resident_alone(stage: Stage) -> None:
    stage.equipment.has_reading = stage.equipment.has_documents = True
    stage.tell(gone(DeviceKind.ID_CARD))
    stage.window.show_visit(item_called("elder_allowance"))
    assert "带了护照、通行证的也能办" in words_of(stage)
    stage.press("next")
    stage.tell(CardFailed(Fault.READER_GONE))
    stage.press("use_document")
    stage.press("travel_shoot")
    assert stage.equipment.asked[-1] == "read_zone"


def test_a_resident_alone_is_not_sent_to_a_photograph(stage: Stage) -> None:
    stage.equipment.has_reading = True
    stage.tell(gone(DeviceKind.ID_CARD))
    stage.window.show_visit(item_called("elder_allowance"))
    assert "现在这台机器办不了" in words_of(stage)
    assert not next_button(stage).isEnabled()


def test_without_a_receipt_printer_people_know_before_and_go_on(stage: Stage) -> None:
    stage.tell(gone(DeviceKind.RECEIPT_PRINTER))
    assert "拍下屏幕上的编号" in standby_words(stage)
    stage.window.show_visit(item_called("elder_allowance"))
    assert "不影响办理" in words_of(stage)
    assert Fault.RECEIPT_PRINTER_GONE.value in words_of(stage)
    assert next_button(stage).isEnabled()


def test_a_slip_that_does_not_come_out_leaves_its_code_to_be_photographed(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.DONE)
    assert "小票打不出来" not in words_of(stage)
    stage.tell(ReceiptFailed(Fault.RECEIPT_PRINTER_GONE))
    assert "小票打不出来，请用手机拍下这个码" in words_of(stage)
    stage.tell(ReceiptPrinted())
    assert "小票打不出来" not in words_of(stage)
