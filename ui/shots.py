"""Takes a picture of every page at every screen size, so that people can look at them."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from devices.id_card.card_watch import CardFailed, CardRead
from devices.id_card.specimens import RESIDENT
from kiosk.domain.fault import Fault
from kiosk.domain.standing import Level, Reason, Standing
from kiosk.flow.equipment import (
    CasesChanged,
    Event,
    NetworkChanged,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.flow.steps import Step
from ui.agency_scenes import AGENCY_SCENES
from ui.certificate_scenes import CERTIFICATE_SCENES
from ui.device_scenes import DEVICE_SCENES
from ui.field_scenes import FIELD_SCENES
from ui.find_scenes import FIND_SCENES
from ui.follow_scenes import FOLLOW_SCENES
from ui.pages.search import SearchPage
from ui.paper_scenes import PAPER_SCENES
from ui.reading_scenes import READING_SCENES
from ui.sending_scenes import SENDING_SCENES
from ui.specimen_sending import put_aside, put_notices
from ui.specimens import (
    item_called,
    longest_item,
)
from ui.staff_scenes import STAFF_SCENES
from ui.stage import Scene, Stage

SIZES: Final = {
    "kiosk": QSize(1080, 1920),
    "desk": QSize(1920, 1080),
    "portable": QSize(1280, 800),
}


def _online(stage: Stage) -> None:
    stage.tell(NetworkChanged(None))


def _theme(stage: Stage) -> None:
    _online(stage)
    stage.window.show_home("养老助残")


def _search(typed: str) -> Scene:
    def scene(stage: Stage) -> None:
        stage.window.show_home()
        stage.press("tile_search")
        cast(SearchPage, stage.window.page).field.setText(typed)

    return scene


def _step(step: Step, *events: Event, item: str = "") -> Scene:
    def scene(stage: Stage) -> None:
        stage.visit(item_called(item) if item else longest_item(), step)
        for event in events:
            stage.tell(event)

    return scene


def _done_online(stage: Stage) -> None:
    _online(stage)
    walk = stage.visit(longest_item(), Step.DONE)
    case = walk.flow.view.case
    assert case is not None
    number = "12222401999000135400209900100020260512000100"[:43]
    stage.store.put(replace(case, official_number=number))
    stage.tell(CasesChanged((case.case_id,)))
    stage.tell(ReceiptPrinted())


def _review_failed(stage: Stage) -> None:
    walk = stage.visit(longest_item(), Step.REVIEW)
    stage.store.fault = Fault.STORE_FULL
    walk.next()


def _idle(stage: Stage) -> None:
    stage.visit(longest_item(), Step.REVIEW)
    stage.clock = 70.0 * stage.comfort.patience
    stage.window.look_at_the_clock()


def _leave(stage: Stage) -> None:
    stage.visit(longest_item(), Step.REVIEW)
    stage.press("bar_end")


def _standing(level: Level, reason: Reason, then: Scene) -> Scene:
    def scene(stage: Stage) -> None:
        stage.standing = Standing(level, (reason,), days_left=3, cases_left=20)
        then(stage)

    return scene


def _broken_off(stage: Stage) -> None:
    stage.visit(longest_item(), Step.REVIEW)
    stage.restart()
    _online(stage)


def _standby_everything(stage: Stage) -> None:
    put_notices(stage.store)
    put_aside(stage.store)
    _broken_off(stage)
    stage.standing = Standing(Level.FROZEN, (Reason.MANY_UNSENT,))
    stage.window.show_standby()


def _resume(*events: Event) -> Scene:
    def scene(stage: Stage) -> None:
        _broken_off(stage)
        stage.window.show_broken_off()
        for event in events:
            stage.tell(event)

    return scene


_STRANGER: Final = replace(RESIDENT, name="样本丙", number="440524188001010014")

SCENES: Final[Mapping[str, Scene]] = {
    "standby": _online,
    "standby_warned": _standing(
        Level.WARNED, Reason.CATALOG_OLD, lambda stage: stage.window.show_standby()
    ),
    "standby_frozen": _standing(
        Level.FROZEN, Reason.MANY_UNSENT, lambda stage: stage.window.show_standby()
    ),
    "standby_broken_off": _broken_off,
    "standby_everything": _standby_everything,
    "guide_warned": _standing(
        Level.WARNED,
        Reason.MANY_UNSENT,
        lambda stage: stage.visit(longest_item(), Step.GUIDE),
    ),
    "guide_frozen": _standing(
        Level.FROZEN,
        Reason.CATALOG_OLD,
        lambda stage: stage.visit(longest_item(), Step.GUIDE),
    ),
    "resume": _resume(),
    "resume_other_card": _resume(CardRead(_STRANGER)),
    "resume_review": _resume(CardRead(RESIDENT)),
    "home": lambda stage: stage.window.show_home(),
    "items": _theme,
    "search": _search(""),
    "search_found": _search("YL"),
    "search_nothing": _search("QQQ"),
    "guide": _step(Step.GUIDE),
    "guide_online_only": _step(Step.GUIDE, item="si_record_print"),
    "guide_only": _step(Step.GUIDE, NetworkChanged(None), item="dibao_apply"),
    "read_card": _step(Step.READ_CARD),
    "read_card_failed": _step(Step.READ_CARD, CardFailed(Fault.CARD_UNREADABLE)),
    "form": _step(Step.FORM),
    "materials": _step(Step.MATERIALS),
    "sign": _step(Step.SIGN),
    "review": _step(Step.REVIEW),
    "review_failed": _review_failed,
    "done_online": _done_online,
    "done_offline": _step(Step.DONE),
    "done_no_paper": _step(Step.DONE, ReceiptFailed(Fault.RECEIPT_PAPER_OUT)),
    "done_uncertain": _step(Step.DONE, ReceiptFailed(Fault.RECEIPT_UNCERTAIN)),
    "progress": lambda stage: stage.window.show_progress(),
    "progress_cases": lambda stage: stage.progress(),
    "progress_empty": lambda stage: stage.progress(known=False),
    "progress_decided": lambda stage: stage.progress(0),
    "progress_correction": lambda stage: stage.progress(1),
    **DEVICE_SCENES,
    **CERTIFICATE_SCENES,
    **SENDING_SCENES,
    **FIND_SCENES,
    **FOLLOW_SCENES,
    **AGENCY_SCENES,
    **FIELD_SCENES,
    **STAFF_SCENES,
    **PAPER_SCENES,
    **READING_SCENES,
    "fault": lambda stage: stage.window.show_fault_page(),
    "idle": _idle,
    "leave": _leave,
}


def take_shots(
    folder: Path, scenes: Iterable[str] = SCENES, sizes: Iterable[str] = SIZES
) -> list[Path]:
    """One PNG per scene and size, `size/scene.png`. Needs a QApplication; about 0.3 s each."""
    taken = []
    for size in sizes:
        (folder / size).mkdir(parents=True, exist_ok=True)
        for scene in scenes:
            stage = Stage(SIZES[size])
            SCENES[scene](stage)
            stage.make_whole()
            stage.settle()
            path = folder / size / f"{scene}.png"
            stage.window.grab().save(str(path))
            stage.close()
            taken.append(path)
    return taken


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    wanted = sys.argv[2:]
    take_shots(Path(sys.argv[1]), wanted or SCENES)
