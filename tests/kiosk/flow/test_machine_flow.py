"""设备和运行: live status, trials of devices, findings and log."""

import pytest

from devices.device import DeviceState, DeviceStatus
from devices.id_card.card_watch import CardFailed, CardRead
from devices.id_card.specimens import RESIDENT
from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.fault import Fault
from kiosk.domain.finding import Finding, said
from kiosk.flow.equipment import (
    CameraFailed,
    DeviceKind,
    DeviceLooked,
    DocumentMoved,
    NetworkChanged,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.flow.machine_flow import MachineFlow, MachineTab, MachineView, Outcome, Trial
from ui.specimens import MOMENT, SITE, QuietEquipment

READY = DeviceStatus(DeviceState.READY)
FINDING = Finding("disk", False, (said("free", size="0.1"),))


class Look:
    def __init__(self) -> None:
        self.equipment = QuietEquipment()
        self.views: list[MachineView] = []
        self.flow = MachineFlow(
            equipment=self.equipment,
            site=SITE,
            network=Fault.NETWORK_DOWN,
            now=lambda: MOMENT,
            findings=lambda: (FINDING,),
            recent_log=lambda: [f"line {n}" for n in range(100)],
            trial_page=lambda: b"%PDF",
            on_change=self.views.append,
        )
        self.flow.begin()

    @property
    def trial(self) -> Trial | None:
        return self.flow.view.trial


@pytest.fixture
def look() -> Look:
    return Look()


def test_every_device_is_asked_at_once_and_as_it_answers_it_is_shown(look: Look) -> None:
    assert look.equipment.asked == ["look_at_devices"]
    look.flow.happened(DeviceLooked(DeviceKind.CAMERA, READY, "camera"))
    look.flow.happened(DeviceLooked(DeviceKind.PAGE_PRINTER, None))
    health = look.flow.view.health
    assert health.of(DeviceKind.CAMERA) == (("camera", READY),)
    assert health.of(DeviceKind.PAGE_PRINTER) == (("", None),)
    look.flow.happened(NetworkChanged(None))
    assert look.flow.view.network is None


@pytest.mark.parametrize(
    ("device", "event", "outcome", "fault"),
    [
        (DeviceKind.ID_CARD, CardRead(RESIDENT), Outcome.FINE, None),
        (
            DeviceKind.ID_CARD,
            CardFailed(Fault.CARD_UNREADABLE),
            Outcome.FAILED,
            Fault.CARD_UNREADABLE,
        ),
        (DeviceKind.CAMERA, CameraFailed(Fault.CAMERA_DARK), Outcome.FAILED, Fault.CAMERA_DARK),
        (DeviceKind.RECEIPT_PRINTER, ReceiptPrinted(), Outcome.FINE, None),
        (
            DeviceKind.RECEIPT_PRINTER,
            ReceiptFailed(Fault.RECEIPT_UNCERTAIN),
            Outcome.UNCERTAIN,
            Fault.RECEIPT_UNCERTAIN,
        ),
        (
            DeviceKind.PAGE_PRINTER,
            DocumentMoved(PrintJobStatus(PrintJobState.PRINTED)),
            Outcome.FINE,
            None,
        ),
        (
            DeviceKind.PAGE_PRINTER,
            DocumentMoved(PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_JAM)),
            Outcome.FAILED,
            Fault.PAGE_JAM,
        ),
    ],
)
def test_a_trial_ends_with_what_the_device_said(
    look: Look, device: DeviceKind, event: object, outcome: Outcome, fault: Fault | None
) -> None:
    look.flow.attempt(device)
    assert look.trial == Trial(device)
    look.flow.happened(event)  # type: ignore[arg-type]
    assert look.trial == Trial(device, outcome, fault)


def test_nothing_of_the_card_that_was_tried_is_kept(look: Look) -> None:
    look.flow.attempt(DeviceKind.ID_CARD)
    look.flow.happened(CardRead(RESIDENT))
    assert RESIDENT.number not in repr(look.views)
    assert RESIDENT.name not in repr(look.views)


def test_events_of_other_devices_end_no_trial(look: Look) -> None:
    look.flow.attempt(DeviceKind.CAMERA)
    look.flow.happened(ReceiptPrinted())
    assert look.trial == Trial(DeviceKind.CAMERA)


def test_the_trial_slip_says_that_it_is_none(look: Look) -> None:
    look.flow.attempt(DeviceKind.RECEIPT_PRINTER)
    [slip] = look.equipment.receipts
    assert (slip.title, slip.lines[1]) == ("打印测试", ("终端", SITE.terminal))
    assert not slip.qr.startswith(SITE.query_prefix)


def test_leaving_takes_a_page_back_that_has_not_come_out(look: Look) -> None:
    look.flow.attempt(DeviceKind.PAGE_PRINTER)
    look.flow.leave()
    assert look.equipment.asked[-1] == "cancel_document"
    assert look.flow.view == MachineView()


def test_the_other_tabs_show_findings_and_the_newest_lines(look: Look) -> None:
    look.flow.choose(MachineTab.MACHINE)
    assert look.flow.view.findings == (FINDING,)
    look.flow.choose(MachineTab.LOG)
    assert look.flow.view.log[-1] == "line 99"
    assert len(look.flow.view.log) == 60
