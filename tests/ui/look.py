"""Draws form, papers and signature with specimens: python -m tests.ui.look FOLDER [NAME...]."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from devices.id_card.card_watch import CardRead
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageDoubt
from kiosk.flow.equipment import CameraFailed, PageCaptured, PreviewSeen
from kiosk.flow.steps import Step
from tests.ui.specimens import PAPER_CORNERS, SOCIAL_CARD, paper_frame, taken_page
from ui.pages.form import FormPage
from ui.pages.materials import MaterialsPage
from ui.pages.sign import SignPage
from ui.shots import SIZES
from ui.specimens import item_called
from ui.stage import Stage
from ui.widgets.field_table import TableField

P = TypeVar("P", bound=QWidget)


def page_of(stage: Stage, kind: type[P]) -> P:
    """The page that is shown, known to be of that kind."""
    page = stage.window.page
    assert isinstance(page, kind)
    return page


def form(stage: Stage, key: str, *, touch: str = "", keys: str = "") -> FormPage:
    """The form of an item, with one field touched and some keys pressed."""
    stage.visit(item_called(key), Step.FORM)
    page = page_of(stage, FormPage)
    if touch:
        control = page.cards[touch].control
        control.wanted.emit(control)
        for character in keys:
            page.dock.keypad.pressed.emit(character)
    return page


def form_begin(stage: Stage) -> None:
    form(stage, "pension_enroll")


def form_keypad(stage: Stage) -> None:
    form(stage, "pension_enroll", touch="contact_mobile", keys="1380013800")


def form_wheels(stage: Stage) -> None:
    form(stage, "temp_relief", touch="event_date")


def form_complaints(stage: Stage) -> None:
    form(stage, "dibao_apply").flow.next()


def form_family(stage: Stage) -> None:
    page = form(stage, "dibao_apply")
    table = page.cards["family_members"].control
    assert isinstance(table, TableField)
    table.add.click()
    table.cells[0].changed_to("测试乙")
    table.cells[1].wanted.emit(table.cells[1])
    for character in "11010519491231002X":
        page.dock.keypad.pressed.emit(character)
    page.dock.leave()
    page._show(table)


def form_consents(stage: Stage) -> None:
    page = form(stage, "pension_enroll")
    page.cards["reg_type"].control.changed_to("农业")
    page.cards["commitment"].control.changed_to("yes")
    page._show(page.cards["commitment"])


def form_nations(stage: Stage) -> None:
    stage.visit(item_called("pension_enroll"), Step.READ_CARD)
    stage.tell(CardRead(SOCIAL_CARD))
    page = page_of(stage, FormPage)
    control = page.cards["applicant_nation"].control
    control.wanted.emit(control)


def papers(stage: Stage, key: str = "dibao_apply") -> MaterialsPage:
    stage.visit(item_called(key), Step.MATERIALS)
    return page_of(stage, MaterialsPage)


def papers_begin(stage: Stage) -> None:
    papers(stage)


def papers_seen(stage: Stage) -> None:
    page = papers(stage)
    for shade in (240, 200, 170):
        stage.tell(PageCaptured(taken_page(page.material.key, shade=shade)))
    stage.tell(PreviewSeen(paper_frame(), PAPER_CORNERS))


def papers_doubt(stage: Stage) -> None:
    page = papers(stage)
    stage.tell(PageCaptured(taken_page(page.material.key, doubts=frozenset({PageDoubt.CUT_OFF}))))


def papers_gone(stage: Stage) -> None:
    papers(stage)
    stage.tell(CameraFailed(Fault.CAMERA_GONE))


def papers_missing(stage: Stage) -> None:
    papers(stage).flow.next()


def sign(stage: Stage) -> SignPage:
    stage.visit(item_called("dibao_apply"), Step.SIGN)
    return page_of(stage, SignPage)


def sign_begin(stage: Stage) -> None:
    sign(stage)


def sign_written(stage: Stage) -> None:
    pad = sign(stage).pad
    for n in range(4):
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(100 + n * 90, 100))
        for x in range(0, 80, 8):
            QTest.mouseMove(pad, QPoint(100 + n * 90 + x, 100 + x * (n % 2 or 3) % 140))
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(170 + n * 90, 160))
    QTest.qWait(600)


SCENES: tuple[Callable[[Stage], None], ...] = (
    form_begin,
    form_keypad,
    form_wheels,
    form_complaints,
    form_family,
    form_consents,
    form_nations,
    papers_begin,
    papers_seen,
    papers_doubt,
    papers_gone,
    papers_missing,
    sign_begin,
    sign_written,
)


def main() -> None:
    """Every scene at every size, or those that are named."""
    app = QApplication([])
    folder = Path(sys.argv[1])
    for scene in SCENES:
        if sys.argv[2:] and scene.__name__ not in sys.argv[2:]:
            continue
        for name, size in SIZES.items():
            stage = Stage(size)
            scene(stage)
            for _round in range(6):  # layouts settle in several passes
                QTest.qWait(20)
            stage.window.grab().save(str(folder / f"{scene.__name__}_{name}.png"))
            stage.close()
    app.quit()


if __name__ == "__main__":
    main()
