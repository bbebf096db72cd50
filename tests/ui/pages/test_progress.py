"""Asking how a case stands: by card or slip, what the office wants, and printing documents."""

from datetime import timedelta

from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from devices.id_card.card_watch import CardRead
from devices.id_card.specimens import HMT_PERMIT, RESIDENT
from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import CodeSeen, DocumentMoved
from kiosk.flow.progress_flow import ProgressStep
from ui.local_time import day_words
from ui.progress_walk import ProgressWalk
from ui.specimens import SITE, specimen_cases
from ui.stage import Stage
from ui.texts import Texts
from ui.widgets.pieces import ZERO_WIDTH_SPACE

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


def moved(stage: Stage, state: PrintJobState, fault: Fault | None = None) -> None:
    """The A4 job stands differently."""
    stage.tell(DocumentMoved(PrintJobStatus(state, fault)))


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


def test_a_printed_document_counts_as_handed_over(stage: Stage) -> None:
    walk = stage.progress(0)
    stage.press(PRINT)
    assert stage.equipment.documents == [b"%PDF-1.7 specimen"]
    assert "print_document 证明" in stage.equipment.asked
    moved(stage, PrintJobState.PRINTING)
    assert "正在打印" in words_of(stage)
    moved(stage, PrintJobState.PRINTED)
    assert "打好了" in words_of(stage)
    chosen = walk.flow.view.chosen
    assert chosen is not None
    assert chosen.state is CaseState.DELIVERED


def test_without_paper_the_job_waits_and_can_be_taken_back(stage: Stage) -> None:
    stage.progress(0)
    stage.press(PRINT)
    moved(stage, PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)
    assert "打印机里没有纸了" in words_of(stage)
    stage.press("document_cancel")
    assert "cancel_document" in stage.equipment.asked


def test_a_paper_nobody_is_sure_of_is_asked_about(stage: Stage) -> None:
    walk = stage.progress(0)
    stage.press(PRINT)
    moved(stage, PrintJobState.FAILED, Fault.PAGE_UNCERTAIN)
    assert "纸出来了吗" in words_of(stage)
    chosen = walk.flow.view.chosen
    assert chosen is not None
    assert chosen.state is CaseState.DECIDED
    stage.press("document_yes")
    chosen = walk.flow.view.chosen
    assert chosen is not None
    assert chosen.state is CaseState.DELIVERED


def test_without_a_printer_the_document_can_be_tried_again(stage: Stage) -> None:
    stage.progress(0)
    stage.press(PRINT)
    moved(stage, PrintJobState.FAILED, Fault.PAGE_PRINTER_GONE)
    stage.press("document_again")
    assert len(stage.equipment.documents) == 2


def test_a_waiting_paper_never_comes_out_for_the_next_person(stage: Stage) -> None:
    stage.progress(0)
    stage.press(PRINT)
    moved(stage, PrintJobState.STUCK, Fault.PAGE_MEDIA_EMPTY)
    stage.window.show_standby()
    assert "cancel_document" in stage.equipment.asked


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


def test_a_paper_handed_over_just_now_shows_that_day_too(stage: Stage) -> None:
    walk = stage.progress(0)
    stage.press(PRINT)
    moved(stage, PrintJobState.PRINTED)
    delivered = walk.flow.view.changes[-1]
    assert delivered.state is CaseState.DELIVERED
    assert day_words(delivered.at, Texts()) in words_of(stage).splitlines()


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
