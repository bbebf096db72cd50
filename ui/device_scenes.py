"""Scenes of devices that do not work, before and after a case: for pictures and tests."""

from collections.abc import Mapping
from typing import Final

from devices.device import DeviceState, DeviceStatus
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import DeviceKind, DeviceLooked, ReceiptFailed
from kiosk.flow.health import GONE
from kiosk.flow.steps import Step
from ui.specimens import longest_item
from ui.stage import Scene, Stage


def _gone(*kinds: DeviceKind) -> Scene:
    def scene(stage: Stage) -> None:
        for kind in kinds:
            stage.tell(DeviceLooked(kind, DeviceStatus(DeviceState.GONE, GONE[kind]), kind.value))
        stage.settle()

    return scene


def _guide(*kinds: DeviceKind) -> Scene:
    def scene(stage: Stage) -> None:
        stage.visit(longest_item(), Step.GUIDE)
        _gone(*kinds)(stage)

    return scene


def _done(stage: Stage) -> None:
    _gone(DeviceKind.RECEIPT_PRINTER)(stage)
    stage.visit(longest_item(), Step.DONE)
    stage.tell(ReceiptFailed(Fault.RECEIPT_PRINTER_GONE))


DEVICE_SCENES: Final[Mapping[str, Scene]] = {
    "standby_no_reader": _gone(DeviceKind.ID_CARD),
    "standby_no_slip": _gone(DeviceKind.RECEIPT_PRINTER),
    "guide_no_reader": _guide(DeviceKind.ID_CARD),
    "guide_no_slip": _guide(DeviceKind.RECEIPT_PRINTER),
    "guide_no_printers": _guide(DeviceKind.RECEIPT_PRINTER, DeviceKind.PAGE_PRINTER),
    "guide_nothing_works": _guide(*DeviceKind),
    "done_no_printer": _done,
}
