"""Asking how a case stands: by card or slip, what the office wants, and printing documents."""

from dataclasses import replace
from datetime import timedelta

from pypdfium2 import PdfDocument
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import HMT_PERMIT, RESIDENT
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PaperKind, PrintOrder, PrintOutcome
from kiosk.domain.unprintable import Unprintable
from kiosk.flow.equipment import CasesChanged, CodeSeen, ReceiptFailed, ReceiptPrinted
from kiosk.flow.progress_flow import ProgressStep
from ui.certificate_scenes import enter
from ui.local_time import day_words
from ui.pages.progress_case import CasePage
from ui.paper_scenes import PAPER_SCENES
from ui.progress_walk import ProgressWalk
from ui.shots import SCENES
from ui.specimens import SITE, specimen_cases
from ui.stage import Stage
from ui.texts import Texts
from ui.widgets.pieces import ZERO_WIDTH_SPACE, TouchCard

CASES = [case for case, _ in specimen_cases()]
PRINT = "print_00000000"


def words_of(stage: Stage) -> str:
    """Every label people can see."""
    QApplication.processEvents()
    labels = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def buttons(stage: Stage) -> set[str]:
    """Names of the buttons people can see on the page."""
    QApplication.processEvents()
    found = stage.window.page.findChildren(QPushButton)
    return {button.objectName() for button in found if button.isVisible()}


def by_slip(stage: Stage, number: str) -> ProgressWalk:
    """A query opened by the code of a slip."""
    for case, documents in specimen_cases():
        stage.store.put(case, *documents)
    stage.window.show_progress()
    walk = stage.window.walk
    assert isinstance(walk, ProgressWalk)
    stage.tell(CodeSeen(f"{SITE.query_prefix}{number}"))
    return walk


def test_a_card_shows_all_cases_of_its_holder(stage: Stage) -> None:
    stage.progress()
    shown = words_of(stage)
    assert all(case.item_title in shown for case in CASES)


def test_no_cases_are_said_plainly(stage: Stage) -> None:
    stage.progress(known=False)
    assert "没有查到办件" in words_of(stage)


def test_everything_that_must_be_mended_is_listed_at_once(stage: Stage) -> None:
    stage.progress(1)
    shown = words_of(stage)
    assert all(remark in shown for remark in CASES[1].remarks)


def test_a_slip_alone_shows_the_state_but_no_remarks_and_no_documents(stage: Stage) -> None:
    by_slip(stage, CASES[1].receipt_number)
    assert "需要补材料" in words_of(stage)
    assert not any(remark in words_of(stage) for remark in CASES[1].remarks)
    stage.window.show_standby()
    by_slip(stage, CASES[0].receipt_number)
    assert "请先把您本人的身份证放到读卡区" in words_of(stage)
    assert PRINT not in buttons(stage)


def test_the_holders_card_unlocks_the_documents_of_a_slip(stage: Stage) -> None:
    by_slip(stage, CASES[0].receipt_number)
    stage.tell(CardRead(RESIDENT))
    assert PRINT in buttons(stage)


def test_the_card_of_somebody_else_does_not_open_the_case_of_a_slip(stage: Stage) -> None:
    walk = by_slip(stage, CASES[0].receipt_number)
    stage.tell(CardRead(HMT_PERMIT))
    assert walk.flow.view.chosen is None
    assert "没有查到办件" in words_of(stage)


def test_a_foreign_code_is_called_unknown(stage: Stage) -> None:
    by_slip(stage, "0" * 25)
    assert "没有查到这张小票" in words_of(stage)


def test_papers_of_a_case_that_was_refused_are_called_void_and_a_slip_says_so(
    stage: Stage,
) -> None:
    case = CASES[5]
    order = PrintOrder(PaperKind.RECEIPT, case.case_id, case.receipt_number)
    enter(stage, order, PrintOutcome.PRINTED)
    stage.progress(5)
    assert "作废" in words_of(stage)
    stage.press("void_slip")
    [slip] = stage.equipment.receipts
    assert slip.title == "作废通知"
    assert stage.equipment.orders == [PrintOrder(PaperKind.VOID, case.case_id, case.receipt_number)]
    stage.tell(ReceiptFailed(Fault.RECEIPT_PAPER_OUT))
    stage.press("slip_again")
    stage.tell(ReceiptPrinted())
    assert len(stage.equipment.receipts) == 2


def test_a_refused_case_of_which_nothing_was_printed_has_nothing_void(stage: Stage) -> None:
    stage.progress(5)
    assert "void_slip" not in buttons(stage)


def test_card_and_camera_are_on_only_while_somebody_is_asked_who_it_is(stage: Stage) -> None:
    walk = stage.progress()
    assert walk.flow.view.step is ProgressStep.CASES
    assert stage.equipment.asked[-2:] == ["watch_cards False", "watch_camera False"]


def test_every_stage_that_was_reached_shows_its_day(stage: Stage) -> None:
    stage.progress(0)  # decided: handed in and sent on one day, then a step a day
    shown = words_of(stage).splitlines()
    begun = CASES[0].started_at
    days = [day_words(begun + timedelta(days=n), Texts()) for n in range(3)]
    assert [shown.count(day) for day in days] == [2, 1, 1]


def test_a_case_that_staff_must_look_at_is_safe_and_no_reason_is_shown(stage: Stage) -> None:
    case = CASES[2]
    stage.store.reasons[case.case_id] = "answers.reg_type: 与登记不一致"
    stage.progress()
    assert Texts().say("aside.resident.state") in words_of(stage)
    stage.progress(2)
    shown = words_of(stage)
    assert Texts().say("aside.resident.title") in shown
    assert Texts().say("aside.resident.body") in shown
    assert Texts().say("state.queued") not in shown
    assert "与登记不一致" not in shown
    assert "reg_type" not in shown


def test_a_case_that_only_waits_says_nothing_of_staff(stage: Stage) -> None:
    stage.store.reasons[CASES[0].case_id] = "case: no"
    stage.progress(2)
    assert Texts().say("aside.resident.title") not in words_of(stage)
    assert Texts().say("progress.confirmed") not in words_of(stage)


def test_a_case_with_its_receipt_says_that_the_province_has_it(stage: Stage) -> None:
    stage.progress(3)
    shown = words_of(stage)
    assert Texts().say("progress.confirmed") in shown
    assert CASES[3].official_number in shown.replace(ZERO_WIDTH_SPACE, "")


def test_the_holder_prints_slips_of_a_case_and_reads_which_character_is_missing(
    stage: Stage,
) -> None:
    stage.progress(1)
    button = stage.window.page.findChild(QPushButton, "slip_correction")
    assert button is not None
    button.click()
    [receipt] = stage.equipment.receipts[-1:]
    assert receipt.title == "补正通知"
    stage.tell(ReceiptFailed(Fault.RECEIPT_UNPRINTABLE, (Unprintable("申请人", "\U000322a3"),)))
    assert "“申请人”里的“\U000322a3”字" in words_of(stage)
    stage.tell(ReceiptPrinted())
    assert "\U000322a3" not in words_of(stage)


def test_a_slip_alone_prints_nothing_of_the_case(stage: Stage) -> None:
    by_slip(stage, CASES[1].receipt_number)
    assert not {name for name in buttons(stage) if name.startswith("slip_")}


def test_the_holder_prints_the_form_again_with_its_official_number(stage: Stage) -> None:
    PAPER_SCENES["case_form_open"](stage)
    stage.press("paper_print")
    [order] = stage.equipment.orders
    assert order.kind is PaperKind.FORM
    assert not order.provisional
    said = PdfDocument(stage.equipment.documents[-1])[0].get_textpage().get_text_range()
    case = stage.store.case(order.case_id)
    assert case.official_number in said
    assert "临时" not in said


def test_the_form_is_offered_only_to_the_holder_and_while_the_answers_are_here(
    stage: Stage,
) -> None:
    PAPER_SCENES["case_form"](stage)
    page = stage.window.page
    assert isinstance(page, CasePage)
    assert not page.own.isHidden()
    case = page.flow.view.chosen
    assert case is not None
    stage.store.put(replace(case, answers={}))
    stage.tell(CasesChanged((case.case_id,)))
    assert page.own.isHidden()
    stage.store.put(case)
    page.flow.view = replace(page.flow.view, holder=None)
    stage.tell(CasesChanged((case.case_id,)))
    assert page.own.isHidden()


def test_what_the_office_took_back_is_void_in_the_list_and_in_the_case(stage: Stage) -> None:
    SCENES["progress_revoked_list"](stage)
    [card] = [
        card
        for card in stage.window.page.findChildren(TouchCard)
        if card.findChild(QLabel, "case_void") is not None
    ]
    assert card.objectName() == f"case_{CASES[0].case_id}"
    assert "打印过的纸已作废" in words_of(stage)
    walk = stage.window.walk
    assert isinstance(walk, ProgressWalk)
    walk.flow.choose(CASES[0].case_id)
    assert "部门收回了证明" in words_of(stage)
    assert "作废" in words_of(stage).split("\n"), "beside the document"
    stage.press("void_slip")
    assert stage.equipment.receipts[-1].marks == ("作废",)


def test_a_refused_case_is_void_in_the_list_only_where_something_was_printed(
    stage: Stage,
) -> None:
    stage.progress()
    assert "作废" not in words_of(stage)
    refused = CASES[5]
    enter(
        stage,
        PrintOrder(PaperKind.RECEIPT, refused.case_id, refused.receipt_number),
        PrintOutcome.PRINTED,
    )
    stage.tell(CasesChanged((refused.case_id,)))
    assert "打印过的纸已作废" in words_of(stage)
