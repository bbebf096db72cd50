"""Scenes of finding an item and of what spares people touches."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from devices.id_card.card_watch import CardFailed, CardRead
from devices.id_card.specimens import RESIDENT
from kiosk.catalog.ways import Way
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import NetworkChanged
from kiosk.flow.steps import Step
from ui.pages.home import HomePage
from ui.specimens import item_called
from ui.stage import Scene, Stage


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


FIND_SCENES: Final[Mapping[str, Scene]] = {
    "home_life_event": _by(Way.LIFE_EVENT),
    "home_person": _by(Way.PERSON),
    "items_person": _group(Way.PERSON, "老年人"),
    "again": _again,
    "again_failed": _again_failed,
    "home_recent": _recent("pension_enroll", "temp_relief"),
    "home_recent_none": _recent(),
    "form_last_time": _form("pension_enroll", before="pension_enroll"),
}
