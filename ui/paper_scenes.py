"""Scenes of A4 papers: on the screen before they are printed, and what stops the printer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.catalog.specimen_answers import specimen_answer
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import DocumentMoved
from kiosk.flow.steps import Step
from kiosk.papers.form_paper import form_paper
from ui.pages.desk import DeskPage
from ui.pages.done import DonePage
from ui.pages.guide import GuidePage
from ui.pages.progress_case import CasePage
from ui.specimens import item_called, specimen_cases
from ui.staff_scenes import STAFF_SCENES
from ui.stage import Scene, Stage
from ui.widgets.own_form import OwnForm
from ui.widgets.paper_sheet import PaperSheet, set_paper


def _stuck(fault: Fault) -> Scene:
    def scene(stage: Stage) -> None:
        stage.visit(item_called("elder_allowance"), Step.GUIDE)
        page = cast(GuidePage, stage.window.page)
        page.papers.sheet.show_paper(set_paper(page.papers.guide()))
        stage.press("paper_print")
        stage.tell(DocumentMoved(PrintJobStatus(PrintJobState.STUCK, fault)))
        stage.make_whole()

    return scene


def _sheet(stage: Stage, *, larger: int = 0) -> PaperSheet:
    stage.visit(item_called("dibao_apply"), Step.GUIDE)
    page = cast(GuidePage, stage.window.page)
    sheet = page.papers.sheet
    sheet.show_paper(set_paper(form_paper(item_called("dibao_apply"), filled=True)))
    for _ in range(larger):
        sheet.view.grow()
    sheet.view.render_now()
    return sheet


def _whole(stage: Stage) -> None:
    sheet = _sheet(stage)
    sheet.view.whole_page()
    sheet.view.render_now()


def _own(stage: Stage) -> None:
    stage.visit(item_called("pension_enroll"), Step.DONE)
    page = cast(DonePage, stage.window.page)
    _shown(page.own)


def _shown(own: OwnForm) -> None:
    paper = own.paper()
    assert paper is not None
    own.sheet.show_paper(set_paper(paper))
    own.sheet.view.render_now()


def _case_form(stage: Stage) -> CasePage:
    """An accepted case whose answers are still here."""
    walk = stage.progress()
    item = item_called("pension_enroll")
    case = replace(
        specimen_cases()[3][0],
        item_code=item.code,
        item_title=item.title,
        answers={question.key: specimen_answer(question) for question in item.fields},
    )
    stage.store.put(case)
    walk.flow.cases_changed()
    walk.flow.choose(case.case_id)
    return cast(CasePage, stage.window.page)


def _case_form_open(stage: Stage) -> None:
    _shown(_case_form(stage).own)


def _day_list(stage: Stage) -> None:
    STAFF_SCENES["desk"](stage)
    page = cast(DeskPage, stage.window.page)
    page.day.sheet.show_paper(set_paper(page.day.paper()))
    page.day.sheet.view.render_now()


PAPER_SCENES: Final[Mapping[str, Scene]] = {
    "paper_preview": lambda stage: _sheet(stage) and None,
    "paper_preview_larger": lambda stage: _sheet(stage, larger=2) and None,
    "paper_preview_whole": _whole,
    "paper_own_form": _own,
    "case_form": _case_form,
    "case_form_open": _case_form_open,
    "paper_day_list": _day_list,
    "printer_paper": _stuck(Fault.PAGE_MEDIA_EMPTY),
    "printer_cover": _stuck(Fault.PAGE_COVER_OPEN),
    "printer_jam": _stuck(Fault.PAGE_JAM),
    "printer_toner": _stuck(Fault.PAGE_TONER_EMPTY),
    "printer_off": _stuck(Fault.PAGE_PRINTER_GONE),
    "printer_paused": _stuck(Fault.PAGE_PAUSED),
    "printer_stalled": _stuck(Fault.PAGE_STALLED),
    "printer_wrong": _stuck(Fault.PAGE_WRONG_PRINTER),
}
