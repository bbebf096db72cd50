"""The first two pages of a visit: what the item needs, and whose card lies there."""

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from devices.id_card.card_watch import CardFailed, CardRead
from devices.id_card.specimens import HMT_PERMIT, RESIDENT
from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import DocumentMoved, NetworkChanged, ReceiptFailed, ReceiptPrinted
from kiosk.flow.steps import Step
from ui.pages.guide import GuidePage
from ui.specimens import item_called
from ui.stage import Stage


def next_button(stage: Stage) -> QPushButton:
    """The button at the bottom right."""
    return next(b for b in stage.window.findChildren(QPushButton) if b.objectName() == "next")


def words_of(stage: Stage) -> str:
    """Every label people can see."""
    stage.make_whole()
    QApplication.processEvents()
    labels = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def test_the_guide_says_which_papers_need_not_be_brought(stage: Stage) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    assert "读卡代替" in words_of(stage)
    assert next_button(stage).text() == "我要办理"


def test_the_guide_says_everything_the_office_publishes(stage: Stage) -> None:
    item = item_called("temp_relief")
    stage.window.show_visit(item)
    shown, guide = words_of(stage), item.guide
    for part in (guide.department, guide.place, guide.promised_limit, guide.fee, guide.result):
        assert part in shown
    for part in (*guide.conditions, *guide.notes, *guide.legal_basis):
        assert part in shown
    assert "12345" in shown
    assert "不用跑部门" in shown
    assert "吉事办" in shown


@pytest.mark.parametrize("button", ["paper_guide", "paper_sample", "paper_blank"])
def test_a_paper_is_read_on_the_screen_and_printed(qtbot: QtBot, stage: Stage, button: str) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    page = stage.window.page
    assert isinstance(page, GuidePage)
    stage.press(button)
    assert not page.papers.sheet.print_button.isEnabled()  # it is being set
    qtbot.waitUntil(page.papers.sheet.print_button.isEnabled, timeout=30_000)
    stage.press("paper_print")
    (pdf,) = stage.equipment.documents
    assert pdf.startswith(b"%PDF")
    stage.tell(DocumentMoved(PrintJobStatus(PrintJobState.PRINTED)))
    assert "打好了，请拿走" in words_of(stage)
    stage.press("paper_close")
    assert page.papers.sheet.isHidden()
    assert "cancel_document" not in stage.equipment.asked


def test_a_printer_without_paper_says_so_over_the_page_and_goes_on_or_gives_up(
    qtbot: QtBot, stage: Stage
) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    page = stage.window.page
    assert isinstance(page, GuidePage)
    stage.press("paper_guide")
    qtbot.waitUntil(page.papers.sheet.print_button.isEnabled, timeout=30_000)
    stage.press("paper_print")
    stage.tell(DocumentMoved(PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)))
    assert "放上 A4 白纸" in words_of(stage)
    stage.press("paper_resume")
    assert stage.equipment.asked[-1] == "resume_document"
    stage.tell(DocumentMoved(PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)))
    stage.press("paper_cancel")
    assert stage.equipment.asked[-1] == "cancel_document"


def test_a_print_that_gets_stuck_behind_a_closed_sheet_is_taken_back(
    qtbot: QtBot, stage: Stage
) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    page = stage.window.page
    assert isinstance(page, GuidePage)
    stage.press("paper_guide")
    qtbot.waitUntil(page.papers.sheet.print_button.isEnabled, timeout=30_000)
    stage.press("paper_print")
    stage.press("paper_close")
    assert "cancel_document" not in stage.equipment.asked
    stage.tell(DocumentMoved(PrintJobStatus(PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)))
    assert stage.equipment.asked[-1] == "cancel_document"


def test_a_paper_that_is_closed_while_it_is_set_never_comes(qtbot: QtBot, stage: Stage) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    page = stage.window.page
    assert isinstance(page, GuidePage)
    stage.press("paper_guide")
    stage.press("paper_close")
    assert QThreadPool.globalInstance().waitForDone(30_000)
    words_of(stage)
    assert page.papers.sheet.isHidden()
    assert not page.papers.sheet.print_button.isEnabled()


def test_the_guide_comes_as_a_slip(stage: Stage) -> None:
    stage.window.show_visit(item_called("elder_allowance"))
    stage.press("paper_slip")
    (slip,) = stage.equipment.receipts
    assert slip.materials_title == "要带什么"
    stage.tell(ReceiptFailed(Fault.RECEIPT_PAPER_OUT))
    stage.press("slip_again")
    assert len(stage.equipment.receipts) == 2
    stage.tell(ReceiptPrinted())
    assert "小票打好了" in words_of(stage)


def test_an_item_without_a_form_offers_none(stage: Stage) -> None:
    stage.window.show_visit(item_called("hpf_query"))
    assert not [b for b in stage.window.page.findChildren(QPushButton) if "样表" in b.text()]


def test_what_lies_below_follows_by_itself(stage: Stage, qtbot: QtBot) -> None:
    stage.window.show()
    stage.window.show_visit(item_called("dibao_apply"))
    page = stage.window.page

    def last_piece() -> bool:
        labels = page.findChildren(QLabel)
        return any("依据" in label.text() for label in labels if label.isVisible())

    assert not last_piece()
    qtbot.waitUntil(last_piece)


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
