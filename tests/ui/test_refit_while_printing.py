"""Other sizes or words while a paper is in the printer: how it stands is still on the screen."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PrintOutcome
from kiosk.domain.unprintable import Unprintable
from kiosk.flow.case_slips import slips_of
from kiosk.flow.equipment import DocumentMoved, ReceiptFailed, ReceiptPrinted
from ui.agency_scenes import AGENCY_SCENES
from ui.certificate_scenes import ORDER, enter, show_certificate
from ui.pages.certificate import CertificatePage
from ui.pages.entrust import EntrustPage
from ui.pages.progress_case import CasePage
from ui.stage import Stage
from ui.texts.languages import Language
from ui.theme.comfort import Comfort

LARGE = Comfort(elder=True, languages=(Language.CHINESE, Language.KOREAN))


def seen(stage: Stage) -> str:
    QApplication.processEvents()
    found = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in found if label.isVisible())


def can_press(stage: Stage, name: str) -> bool:
    QApplication.processEvents()
    found = stage.window.page.findChildren(QPushButton, name)
    return any(button.isVisible() for button in found)


def moved(stage: Stage, state: PrintJobState, fault: Fault | None = None) -> None:
    stage.tell(DocumentMoved(PrintJobStatus(state, fault)))


def entrust(stage: Stage) -> EntrustPage:
    page = stage.window.page
    assert isinstance(page, EntrustPage)
    return page


@pytest.fixture
def entrusted(stage: Stage) -> Stage:
    AGENCY_SCENES["agency_paper"](stage)
    stage.press("entrust_print")
    moved(stage, PrintJobState.PRINTING)
    return stage


def test_an_entrustment_goes_on_printing_in_other_sizes(entrusted: Stage) -> None:
    before = entrust(entrusted)
    entrusted.window.be_comfortable(LARGE)
    page = entrust(entrusted)
    assert page is not before
    assert page.scale.few_choices
    assert "正在打印" in seen(entrusted)
    page.make_now()  # in the other language; what is in the printer stays what it is
    assert not page.paper.isHidden()
    moved(entrusted, PrintJobState.PRINTED)
    assert page.paper.is_printed
    assert len(entrusted.equipment.documents) == 1


def test_a_printer_that_waits_for_help_still_says_so(entrusted: Stage) -> None:
    moved(entrusted, PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)
    entrusted.window.be_comfortable(LARGE)
    assert "打印机里没有纸了" in seen(entrusted)
    assert entrust(entrusted).sheet.isHidden()  # it takes the room
    entrusted.press("document_cancel")
    assert "cancel_document" in entrusted.equipment.asked


def test_whether_it_came_out_is_still_asked(entrusted: Stage) -> None:
    moved(entrusted, PrintJobState.FAILED, Fault.PAGE_UNCERTAIN)
    entrusted.window.be_comfortable(LARGE)
    assert can_press(entrusted, "document_yes")
    entrusted.press("document_yes")
    [(_order, came_out)] = entrusted.equipment.seen
    assert came_out


def test_without_a_print_there_is_nothing_to_say(stage: Stage) -> None:
    AGENCY_SCENES["agency_paper"](stage)
    stage.window.be_comfortable(LARGE)
    assert entrust(stage).paper.isHidden()


@pytest.mark.parametrize(
    ("state", "fault", "said"),
    [
        (PrintJobState.PRINTING, None, "正在打印"),
        (PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY, "打印机里没有纸了"),
    ],
)
def test_a_certificate_goes_on_printing_in_other_sizes(
    stage: Stage, state: PrintJobState, fault: Fault | None, said: str
) -> None:
    walk = show_certificate(stage)
    walk.flow._pdf = b"%PDF-1.7 specimen"
    walk.next()
    moved(stage, state, fault)
    before = stage.window.page
    stage.window.be_comfortable(LARGE)
    assert stage.window.page is not before
    assert isinstance(stage.window.page, CertificatePage)
    assert said in seen(stage)
    enter(stage, ORDER, PrintOutcome.PRINTED)
    moved(stage, PrintJobState.PRINTED)
    assert "打好了" in seen(stage)
    assert stage.equipment.orders == [ORDER]


def test_a_resident_may_choose_while_a_certificate_is_shown(stage: Stage) -> None:
    show_certificate(stage)
    QApplication.processEvents()
    button = stage.window.findChild(QPushButton, "bar_comfort")
    assert isinstance(button, QPushButton)
    assert button.isVisible()
    stage.window.show_standby()
    assert stage.window.walk is None


def test_a_slip_of_a_case_is_tried_again_as_the_same_slip(stage: Stage) -> None:
    stage.progress(0)
    page = stage.window.page
    assert isinstance(page, CasePage)
    stage.press(f"slip_{next(iter(slips_of(page.flow.view)))}")
    missing = (Unprintable("姓名", "𠮷"),)
    stage.tell(ReceiptFailed(Fault.RECEIPT_UNPRINTABLE, missing))
    stage.window.be_comfortable(LARGE)
    assert "𠮷" in seen(stage)
    stage.press("slip_again")
    first, second = stage.equipment.receipts
    assert first.title == second.title
    stage.tell(ReceiptPrinted())
    page = stage.window.page
    assert isinstance(page, CasePage)
    assert page.slip.is_printed
