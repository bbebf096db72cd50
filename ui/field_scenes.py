"""Field work on a portable, to be looked at: see ui/shots.py."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from devices.power.battery import Battery
from kiosk.domain.mode import Mode
from kiosk.flow.steps import Step
from ui.agency_scenes import ASSISTANT, brought_to
from ui.field_walk import FieldWalk
from ui.specimen_sending import put_visits, put_waiting
from ui.specimens import item_called
from ui.stage import Scene, Stage
from ui.visit_walk import VisitWalk

HALF: Final = Battery(56, plugged_in=False)
LOW: Final = Battery(14, plugged_in=False)
EMPTY: Final = Battery(4, plugged_in=False)


def field_work(stage: Stage, *, battery: Battery = HALF, chosen: int | None = None) -> FieldWalk:
    """A portable with the list of visits open, or one of the visits."""
    stage.become(Mode.PORTABLE, battery)
    put_visits(stage.store)
    stage.window.open(lambda around: FieldWalk(replace(around, staff=ASSISTANT)))
    stage.window.look_at_the_clock()
    walk = stage.window.walk
    assert isinstance(walk, FieldWalk)
    if chosen is not None:
        walk.flow.choose(walk.flow.view.visits[chosen].visit.visit_id)
    return walk


def _visit(until: Step, battery: Battery = HALF) -> Scene:
    def scene(stage: Stage) -> None:
        stage.become(Mode.PORTABLE, battery)
        item = item_called("dibao_apply")
        stage.window.open(lambda around: VisitWalk(replace(around, staff=ASSISTANT), item))
        walk = stage.window.walk
        assert isinstance(walk, VisitWalk)
        brought_to(stage, walk, until)
        stage.window.look_at_the_clock()

    return scene


def _waiting(stage: Stage) -> None:
    put_waiting(stage.store, 3)
    field_work(stage, battery=LOW)


FIELD_SCENES: Final[Mapping[str, Scene]] = {
    "field_list": field_work,
    "field_waiting": _waiting,
    "field_visit": lambda stage: field_work(stage, chosen=0),
    "field_guide": _visit(Step.GUIDE),
    "field_no_power": _visit(Step.GUIDE, EMPTY),
    "field_card": _visit(Step.READ_CARD),
    "field_family": _visit(Step.FAMILY),
    "field_form": _visit(Step.FORM),
    "field_materials": _visit(Step.MATERIALS),
    "field_sign": _visit(Step.SIGN),
    "field_review": _visit(Step.REVIEW, LOW),
    "field_done": _visit(Step.DONE),
}
