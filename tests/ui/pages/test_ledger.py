"""The page of the print ledger: what stands on it, and what staff may do there."""

from PySide6.QtCore import QCoreApplication, QThreadPool
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from kiosk.domain.printed import PrintOutcome, ReprintReason
from ui.certificate_scenes import DOCUMENT, show_ledger
from ui.desk_walk import DeskWalk
from ui.staff_scenes import MAINTAINER, sign_in
from ui.stage import Stage


def seen(stage: Stage) -> str:
    QApplication.processEvents()
    found = stage.window.page.findChildren(QLabel)
    return "\n".join(label.text() for label in found if label.isVisible())


def test_every_print_says_what_when_who_and_by_whose_word(stage: Stage) -> None:
    show_ledger(stage)
    words = seen(stage)
    for said in (
        "试打页",
        "回执",
        "证明",
        "本人自助",
        "工作人员 s-017",
        "第 2 次打印",
        "打印机报告",
    ):
        assert said in words
    assert "补打原因：纸卡住或打坏了" in words
    assert "临时，未经省网确认" in words


def test_staff_who_looked_into_the_tray_set_it_right(stage: Stage) -> None:
    show_ledger(stage)
    stage.press("settle_no_5")
    assert stage.store.prints[4].outcome is PrintOutcome.FAILED
    assert stage.store.prints[4].told_by == "s-017"
    assert "没有打出" in seen(stage)


def test_one_more_is_printed_with_a_reason(stage: Stage) -> None:
    show_ledger(stage, "reprint_4")
    stage.press("reprint_none")
    stage.press("reprint_4")
    stage.press(f"reprint_{ReprintReason.UNREADABLE}")
    QThreadPool.globalInstance().waitForDone(10_000)
    QCoreApplication.processEvents()
    [order] = stage.equipment.orders
    assert (order.paper, order.reason) == (DOCUMENT.sha256, ReprintReason.UNREADABLE)
    assert stage.equipment.documents == [b"%PDF-1.7 specimen"]


def test_back_leads_to_the_desk(stage: Stage) -> None:
    show_ledger(stage, filled=False)
    assert "今天还没有打印" in seen(stage)
    walk = stage.window.walk
    assert walk is not None
    walk.back()
    assert isinstance(stage.window.walk, DeskWalk)


def test_who_looks_after_machines_sees_no_ledger(stage: Stage) -> None:
    sign_in(stage, MAINTAINER)
    assert stage.window.page.findChild(QPushButton, "desk_ledger") is None
