"""Scenes of finding an item and of what spares people touches."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, cast

from devices.id_card.card_watch import CardFailed, CardRead
from devices.id_card.specimens import RESIDENT
from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.catalog.ways import Way
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import DocumentMoved, NetworkChanged, ReceiptPrinted
from kiosk.flow.steps import Step
from kiosk.papers.compose import Paper
from kiosk.papers.form_paper import form_paper
from ui.pages.form import FormPage
from ui.pages.guide import GuidePage
from ui.pages.home import HomePage
from ui.specimens import item_called
from ui.stage import Scene, Stage
from ui.widgets.paper_sheet import set_paper


def _by(way: Way) -> Scene:
    def scene(stage: Stage) -> None:
        stage.window.show_home()
        cast(HomePage, stage.window.page).look_by(way)

    return scene


def _group(way: Way, group: str) -> Scene:
    def scene(stage: Stage) -> None:
        stage.tell(NetworkChanged(None))
        _by(way)(stage)
        stage.press(f"tile_{group}")

    return scene


def _again(stage: Stage) -> None:
    stage.window.show_home()
    stage.press("tile_again")


def _again_failed(stage: Stage) -> None:
    _again(stage)
    stage.tell(CardFailed(Fault.CARD_UNREADABLE))


def _recent(*keys: str) -> Scene:
    def scene(stage: Stage) -> None:
        stage.tell(NetworkChanged(None))
        for key in keys:
            finished_case(stage, key)
        _again(stage)
        stage.tell(CardRead(RESIDENT))

    return scene


def finished_case(stage: Stage, key: str) -> None:
    """The specimen person did that here before, and it is still in the store."""
    walk = stage.visit(item_called(key), Step.DONE)
    case = walk.flow.view.case
    assert case is not None
    stage.store.put(replace(case, item_code=walk.flow.view.item.code))
    stage.window.show_standby()


def _form(key: str, *, before: str = "") -> Scene:
    def scene(stage: Stage) -> None:
        if before:
            finished_case(stage, before)
        stage.visit(item_called(key), Step.FORM)

    return scene


def _paper(make: Callable[[GuidePage], Paper], key: str = "elder_allowance") -> Scene:
    def scene(stage: Stage) -> None:
        stage.visit(item_called(key), Step.GUIDE)
        page = cast(GuidePage, stage.window.page)
        page.papers.sheet.show_paper(set_paper(make(page)))
        page.papers.sheet.view.render_now()

    return scene


def _slip(stage: Stage) -> None:
    stage.visit(item_called("elder_allowance"), Step.GUIDE)
    stage.press("paper_slip")
    stage.tell(ReceiptPrinted())


def _printed(stage: Stage) -> None:
    _paper(lambda page: page.papers.guide())(stage)
    stage.press("paper_print")
    stage.tell(DocumentMoved(PrintJobStatus(PrintJobState.PRINTING)))


def _materials(key: str, *, online: bool) -> Scene:
    def scene(stage: Stage) -> None:
        if online:
            stage.tell(NetworkChanged(None))
        stage.visit(item_called(key), Step.MATERIALS)

    return scene


def _mailed(stage: Stage) -> None:
    walk = stage.visit(item_called("elder_card"), Step.FORM)
    walk.flow.answer("pickup", "邮寄")


def _places(stage: Stage) -> None:
    stage.visit(item_called("pension_enroll"), Step.FORM)
    control = cast(FormPage, stage.window.page).cards["village_code"].control
    control.wanted.emit(control)


def _other_place(stage: Stage) -> None:
    walk = stage.visit(item_called("pension_enroll"), Step.FORM)
    walk.flow.answer("village_code", "222403100000 示范村")
    walk.flow.answer("contact_mobile", "1380013")
    walk.flow.next()


FIND_SCENES: Final[Mapping[str, Scene]] = {
    "home_life_event": _by(Way.LIFE_EVENT),
    "home_person": _by(Way.PERSON),
    "items_person": _group(Way.PERSON, "老年人"),
    "again": _again,
    "again_failed": _again_failed,
    "home_recent": _recent("pension_enroll", "temp_relief"),
    "home_recent_none": _recent(),
    "guide_paper": _paper(lambda page: page.papers.guide()),
    "guide_sample": _paper(lambda page: form_paper(page.flow.view.item, filled=True)),
    "guide_slip": _slip,
    "guide_printing": _printed,
    "materials_not_needed": _materials("pension_enroll", online=True),
    "materials_fetched_later": _materials("pension_enroll", online=False),
    "form_offer": _mailed,
    "form_places": _places,
    "form_other_place": _other_place,
    "form_last_time": _form("pension_enroll", before="pension_enroll"),
}
