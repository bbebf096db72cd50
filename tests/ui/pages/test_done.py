"""After confirming: one slip, with or without the official number, and honest words about it."""

from dataclasses import replace

import pypdfium2
import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PaperKind
from kiosk.flow.equipment import (
    CasesChanged,
    DocumentMoved,
    NetworkChanged,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.flow.receipts import TITLE_OFFLINE, TITLE_ONLINE
from kiosk.flow.steps import Step
from ui.pages import done
from ui.specimens import item_called
from ui.stage import Stage
from ui.widgets.paper_sheet import set_paper
from ui.widgets.pieces import ZERO_WIDTH_SPACE


def reach(stage: Stage) -> None:
    """A confirmed case, the page just shown."""
    stage.visit(item_called("elder_allowance"), Step.DONE)


def official_number_arrives(stage: Stage) -> None:
    """As if sync had brought it."""
    case = next(iter(stage.store.cases.values()))
    stage.store.put(replace(case, official_number="2224019990012026051200001"))
    stage.tell(CasesChanged((case.case_id,)))


def words_of(stage: Stage) -> str:
    """Every label people can see, without the places where a long number may break."""
    QApplication.processEvents()
    labels = stage.window.page.findChildren(QLabel)
    shown = "\n".join(label.text() for label in labels if label.isVisible())
    return shown.replace("\u200b", "")


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait for the number takes its 4 s only in a village."""
    monkeypatch.setattr(done, "WAIT_FOR_OFFICIAL_NUMBER_MS", 20)


def test_the_slip_waits_for_the_official_number(stage: Stage) -> None:
    reach(stage)
    assert stage.equipment.receipts == []
    official_number_arrives(stage)
    assert [slip.title for slip in stage.equipment.receipts] == [TITLE_ONLINE]
    assert "2224019990012026051200001" in words_of(stage).replace(ZERO_WIDTH_SPACE, "")


def test_without_the_number_the_slip_comes_after_the_wait(stage: Stage, qtbot: QtBot) -> None:
    reach(stage)
    qtbot.waitUntil(lambda: bool(stage.equipment.receipts))
    assert [slip.title for slip in stage.equipment.receipts] == [TITLE_OFFLINE]


def test_the_slip_is_printed_once_even_when_the_number_comes_later(
    stage: Stage, qtbot: QtBot
) -> None:
    reach(stage)
    qtbot.waitUntil(lambda: bool(stage.equipment.receipts))
    stage.tell(ReceiptPrinted())
    official_number_arrives(stage)
    stage.press("next")
    assert len(stage.equipment.receipts) == 1


def test_somebody_who_leaves_at_once_still_gets_the_slip(stage: Stage) -> None:
    reach(stage)
    stage.press("next")
    assert len(stage.equipment.receipts) == 1


def test_without_paper_the_slip_can_be_printed_again(stage: Stage) -> None:
    reach(stage)
    official_number_arrives(stage)
    stage.tell(ReceiptFailed(Fault.RECEIPT_PAPER_OUT))
    assert "小票纸用完了" in words_of(stage)
    stage.press("slip_again")
    assert len(stage.equipment.receipts) == 2
    stage.tell(ReceiptPrinted())
    assert "小票打好了" in words_of(stage)


def test_an_uncertain_slip_is_asked_about_and_never_printed_twice_unasked(stage: Stage) -> None:
    reach(stage)
    official_number_arrives(stage)
    stage.tell(ReceiptFailed(Fault.RECEIPT_UNCERTAIN))
    assert "小票出来了吗" in words_of(stage)
    stage.press("slip_yes")
    assert "小票打好了" in words_of(stage)
    assert len(stage.equipment.receipts) == 1


def test_offline_it_says_that_nothing_is_lost(stage: Stage) -> None:
    reach(stage)
    assert "现在没有联网，不要紧" in words_of(stage)
    stage.tell(NetworkChanged(None))
    assert "现在没有联网，不要紧" not in words_of(stage)


def test_a_confirmed_case_is_sent_soon(stage: Stage) -> None:
    reach(stage)
    assert stage.equipment.asked.count("send_soon") == 1


def test_the_form_that_was_handed_in_is_seen_and_printed(qtbot: QtBot, stage: Stage) -> None:
    stage.visit(item_called("pension_enroll"), Step.DONE)
    page = stage.window.page
    assert isinstance(page, done.DonePage)
    stage.press("own_form")
    qtbot.waitUntil(page.own.sheet.print_button.isEnabled, timeout=30_000)
    stage.press("paper_print")
    (pdf,) = stage.equipment.documents
    assert pdf.startswith(b"%PDF")
    order = stage.equipment.orders[-1]
    (case,) = stage.store.cases.values()
    assert (order.kind, order.case_id) == (PaperKind.FORM, case.case_id)
    stage.tell(DocumentMoved(PrintJobStatus(PrintJobState.PRINTED)))
    assert any("打好了" in label.text() for label in page.findChildren(QLabel))
    page.forget()
    assert page.own.sheet.view.pages == 0


def test_the_form_is_provisional_as_long_as_the_paper_on_the_screen_says_so(stage: Stage) -> None:
    stage.visit(item_called("pension_enroll"), Step.DONE)
    page = stage.window.page
    assert isinstance(page, done.DonePage)

    def printed() -> tuple[bool, bool]:
        stage.press("paper_print")
        said = pypdfium2.PdfDocument(stage.equipment.documents[-1])[0].get_textpage()
        page.own.sheet.close_sheet()
        return stage.equipment.orders[-1].provisional, "临时" in said.get_text_range()

    def open_form() -> None:
        paper = page.own.paper()
        assert paper is not None
        page.own.sheet.show_paper(set_paper(paper))

    open_form()
    official_number_arrives(stage)
    assert printed() == (True, True)
    open_form()
    assert printed() == (False, False)
    assert stage.equipment.orders[-1].kind is PaperKind.FORM


def test_whether_the_slip_came_out_is_entered_by_the_persons_word(stage: Stage) -> None:
    reach(stage)
    official_number_arrives(stage)
    case = next(iter(stage.store.cases.values()))
    stage.tell(ReceiptFailed(Fault.RECEIPT_UNCERTAIN))
    stage.press("slip_no")
    assert len(stage.equipment.receipts) == 2, "and it is printed once more"
    stage.tell(ReceiptFailed(Fault.RECEIPT_UNCERTAIN))
    stage.press("slip_yes")
    assert [(order.paper, came_out) for order, came_out in stage.equipment.seen] == [
        (case.receipt_number, False),
        (case.receipt_number, True),
    ]
