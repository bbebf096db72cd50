"""The day's list shows what the desk shows, and goes to the printer as a list."""

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.printed import PaperKind
from ui.pages.desk import DeskPage
from ui.staff_scenes import STAFF_SCENES
from ui.stage import Stage


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the window is opened once more for staff
def test_the_list_of_the_day_is_masked_and_printed(qtbot: QtBot, stage: Stage) -> None:
    STAFF_SCENES["desk"](stage)
    page = stage.window.page
    assert isinstance(page, DeskPage)
    paper = page.day.paper()
    words = str(paper.words)
    assert len(page.flow.todays()) > 0
    for case in stage.store.cases.values():
        if case.applicant_name:
            assert case.applicant_name not in words
            assert case.applicant_number not in words
    stage.press("day_list")
    qtbot.waitUntil(page.day.sheet.print_button.isEnabled, timeout=30_000)
    stage.press("paper_print")
    assert stage.equipment.orders[-1].kind is PaperKind.LIST
    page.forget()
    assert page.day.sheet.isHidden()
