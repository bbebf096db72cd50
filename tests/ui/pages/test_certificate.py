"""A certificate at the window: shown, printed, asked about, printed once more by staff."""

import pytest
from PySide6.QtCore import QCoreApplication, QThreadPool
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PRINTER, PrintOutcome, ReprintReason
from kiosk.flow.certificate_flow import CertificateStep
from kiosk.flow.equipment import DocumentMoved, PrintsSettled
from kiosk.papers.signed_paper import RefusedPaper
from ui.certificate_scenes import BUTTON, CASE, ORDER, enter, show_certificate
from ui.certificate_walk import CertificateWalk
from ui.pages.certificate import CertificatePage
from ui.progress_walk import ProgressWalk
from ui.specimens import MOMENT
from ui.staff_scenes import sign_in
from ui.stage import Stage
from ui.texts import Texts


def seen(stage: Stage) -> str:
    QApplication.processEvents()
    found = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in found if label.isVisible())


def buttons(stage: Stage) -> set[str]:
    QApplication.processEvents()
    found = stage.window.page.findChildren(QPushButton)
    return {button.objectName() for button in found if button.isVisible()}


def moved(stage: Stage, state: PrintJobState, fault: Fault | None = None) -> None:
    stage.tell(DocumentMoved(PrintJobStatus(state, fault)))


def walk_of(stage: Stage) -> CertificateWalk:
    walk = stage.window.walk
    assert isinstance(walk, CertificateWalk)
    return walk


def test_it_is_shown_printed_and_leads_back_to_its_case(stage: Stage) -> None:
    walk = show_certificate(stage)
    assert "部门只准打 1 份，还能打 1 份" in seen(stage)
    assert walk.bars().next_words == "打印证明"
    walk.flow._pdf = b"%PDF-1.7 specimen"
    walk.next()
    assert stage.equipment.orders == [ORDER]
    assert walk.bars().next_words == ""
    moved(stage, PrintJobState.PRINTING)
    assert "正在打印" in seen(stage)
    enter(stage, ORDER, PrintOutcome.PRINTED)
    moved(stage, PrintJobState.PRINTED)
    assert "打好了" in seen(stage)
    walk.next()
    progress = stage.window.walk
    assert isinstance(progress, ProgressWalk)
    assert progress.flow.view.chosen is not None
    assert progress.flow.view.chosen.case_id == CASE.case_id
    assert progress.flow.view.may_print
    assert BUTTON in buttons(stage)


def test_it_is_read_and_checked_beside_the_interface(stage: Stage) -> None:
    """The specimen's bytes are no readable PDF: nothing is shown and nothing can be printed."""
    show_certificate(stage, read=False)
    stage.store.contents.clear()
    walk_of(stage).begin()
    QThreadPool.globalInstance().waitForDone(10_000)
    QCoreApplication.processEvents()
    assert walk_of(stage).flow.view.step is CertificateStep.REFUSED
    assert Texts().say(f"faults.{Fault.PAPER_GONE}.what") in seen(stage)
    walk_of(stage).flow.print_it()
    assert stage.equipment.documents == []


@pytest.mark.parametrize("reason", list(RefusedPaper))
def test_every_refusal_says_why_and_what_to_do(stage: Stage, reason: RefusedPaper) -> None:
    show_certificate(stage, refusal=reason)
    assert Texts().say(f"certificate.refused.{reason}") in seen(stage)
    key = "void" if reason is RefusedPaper.REVOKED else "refused"
    assert Texts().say(f"certificate.step.{key}.body") in seen(stage)
    assert walk_of(stage).bars().next_words == "返回"


def test_a_revoked_certificate_that_was_printed_gives_a_void_slip(stage: Stage) -> None:
    show_certificate(stage, refusal="revoked", outcome=PrintOutcome.PRINTED)
    stage.press("certificate_void_slip")
    [slip] = stage.equipment.receipts
    assert slip.title == "作废通知"
    assert any("证明" in line for line in slip.materials)


def test_without_paper_the_job_waits_and_can_be_taken_back(stage: Stage) -> None:
    walk = show_certificate(stage)
    walk.flow._pdf = b"%PDF-1.7 specimen"
    walk.next()
    moved(stage, PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)
    assert "打印机里没有纸了" in seen(stage)
    stage.press("document_cancel")
    assert "cancel_document" in stage.equipment.asked


def test_a_waiting_paper_never_comes_out_for_the_next_person(stage: Stage) -> None:
    walk = show_certificate(stage)
    walk.flow._pdf = b"%PDF-1.7 specimen"
    walk.next()
    moved(stage, PrintJobState.PRINTING)
    assert walk.is_working()
    moved(stage, PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)
    assert not walk.is_working()  # whoever walks off is gone after the usual time
    stage.window.show_standby()
    assert "cancel_document" in stage.equipment.asked


def test_what_a_crash_left_open_is_asked_about_and_the_printer_before_the_person(
    stage: Stage,
) -> None:
    show_certificate(stage, outcome=PrintOutcome.UNCERTAIN)
    assert "settle_prints" in stage.equipment.asked
    assert "请看看出纸口" in seen(stage)
    stage.press("certificate_no")
    assert "请找工作人员看一下出纸口" in seen(stage)
    assert stage.store.prints[0].outcome is PrintOutcome.UNCERTAIN
    stage.press("certificate_yes")
    assert "打好了" in seen(stage)
    assert stage.store.prints[0].outcome is PrintOutcome.PRINTED


def test_an_open_print_is_asked_about_until_the_printer_knows(stage: Stage) -> None:
    walk = show_certificate(stage)
    stage.store.begin_print(ORDER, now=MOMENT)
    stage.tell(PrintsSettled())
    assert walk.flow.view.step is CertificateStep.SETTLING
    assert not walk.is_working()
    before = stage.equipment.asked.count("settle_prints")
    for _ in range(10):
        walk.tick()
    assert stage.equipment.asked.count("settle_prints") == before + 2


def test_the_printer_answers_while_the_person_is_asked(stage: Stage) -> None:
    show_certificate(stage, outcome=PrintOutcome.UNCERTAIN)
    [entry] = stage.store.prints
    stage.store.end_print(entry.print_id, PrintOutcome.FAILED, told_by=PRINTER, now=entry.at)
    stage.tell(PrintsSettled())
    assert walk_of(stage).bars().next_words == "打印证明"


def test_a_resident_prints_a_counted_paper_once_and_staff_again_with_a_reason(
    stage: Stage,
) -> None:
    show_certificate(stage, outcome=PrintOutcome.PRINTED)
    assert "这份证明已经打印过了" in seen(stage)
    assert not any(name.startswith("reprint") for name in buttons(stage))
    stage.window.show_standby()
    sign_in(stage)
    walk = show_certificate(stage)
    assert walk.flow.view.step is CertificateStep.SPENT
    walk.flow._pdf = b"%PDF-1.7 specimen"
    stage.press(f"reprint_{ReprintReason.DAMAGED}")
    [order] = stage.equipment.orders
    assert (order.by, order.reason) == ("s-017", ReprintReason.DAMAGED)


def test_nothing_of_it_stays_on_the_page(stage: Stage) -> None:
    show_certificate(stage)
    page = stage.window.page
    assert isinstance(page, CertificatePage)
    assert page.sheet.pages == 1
    page.forget()
    assert page.sheet.pages == 0
