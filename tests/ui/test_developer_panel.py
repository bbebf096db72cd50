"""The panel's buttons are hands: they move the simulators, the line and the office."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from threading import Thread

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QGroupBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from devices.camera.pictures import frame_of
from devices.camera.simulated_camera import SimulatedCamera
from devices.device import DeviceError
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import RESIDENT
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from devices.staff_card.simulated_staff_card import SimulatedStaffCard, SimulatedStaffCardReader
from devices.travel_document.simulated_reader import SimulatedTravelDocumentReader
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt
from kiosk.papers.slip_layout import SlipLayout
from tests.matrix.devices import named_states
from ui.developer_panel import DeveloperPanel, Office
from ui.developer_states import BY_HAND, SimulatedMachine

SLIP = Receipt(title="回执", site="示范村", lines=(("回执编号", "1"),), qr="DS1/1")


@dataclass
class OfficeBook:
    """What the panel asked of the office and the line."""

    asked: list[str] = field(default_factory=list)

    def office(self) -> Office:
        """An office with one case."""

        def noted(word: str) -> str:
            self.asked.append(word)
            return word

        return Office(
            cases=lambda: [("case-1", "养老保险（received）")],
            accept=lambda case_id: noted(f"accept {case_id}"),
            ask_corrections=lambda case_id: noted(f"correct {case_id}"),
            decide=lambda case_id: noted(f"decide {case_id}"),
            cut_network=lambda: self.asked.append("cut"),
            mend_network=lambda: self.asked.append("mend"),
        )


@pytest.fixture
def machine() -> SimulatedMachine:
    return SimulatedMachine(
        reader=SimulatedIdentityReader(),
        camera=SimulatedCamera(),
        receipt_printer=SimulatedReceiptPrinter(layout=SlipLayout()),
        page_printer=SimulatedPagePrinter(),
        staff_reader=SimulatedStaffCardReader(),
        staff_card=SimulatedStaffCard(pin="123456"),
        travel_document=SimulatedTravelDocumentReader(lambda: date(2026, 5, 12)),
    )


@pytest.fixture
def book() -> OfficeBook:
    return OfficeBook()


@pytest.fixture
def panel(qtbot: QtBot, machine: SimulatedMachine, book: OfficeBook) -> Iterator[DeveloperPanel]:
    made = DeveloperPanel(machine, book.office())
    qtbot.addWidget(made)
    return made


def press(panel: DeveloperPanel, box: str, words: str) -> None:
    (group,) = (g for g in panel.findChildren(QGroupBox) if g.title() == box)
    (button,) = (b for b in group.findChildren(QPushButton) if b.text() == words)
    button.click()


def test_a_card_is_laid_and_lifted(panel: DeveloperPanel, machine: SimulatedMachine) -> None:
    machine.reader.open()
    press(panel, "身份证", "放上")
    assert machine.reader.read_identity() == RESIDENT
    press(panel, "身份证", "拿走")
    assert not machine.reader.card_present()
    press(panel, "身份证", "拔掉读卡器")
    with pytest.raises(DeviceError) as caught:
        machine.reader.card_present()
    assert caught.value.fault is Fault.READER_GONE


def test_a_paper_is_put_and_removed(panel: DeveloperPanel, machine: SimulatedMachine) -> None:
    machine.camera.open()
    desk = machine.camera.frame()
    press(panel, "高拍仪", "放上")
    assert machine.camera.frame() != desk
    press(panel, "高拍仪", "拿走")
    assert machine.camera.frame() == desk


def test_the_slip_is_shown_and_torn_off(panel: DeveloperPanel, machine: SimulatedMachine) -> None:
    machine.receipt_printer.open()
    machine.receipt_printer.print_receipt(SLIP)
    panel.look()
    (group,) = (g for g in panel.findChildren(QGroupBox) if g.title() == "回执")
    shown = group.findChildren(QLabel)[0]
    assert not shown.pixmap().isNull()
    press(panel, "回执", "撕下")
    panel.look()
    assert shown.text() == "还没有回执"


def test_the_network_and_the_office_are_moved(panel: DeveloperPanel, book: OfficeBook) -> None:
    panel.look()
    press(panel, "网络", "断网")
    press(panel, "网络", "恢复")
    press(panel, "省平台审批", "受理")
    press(panel, "省平台审批", "要求补正")
    press(panel, "省平台审批", "办结并出件")
    assert book.asked == ["cut", "mend", "accept case-1", "correct case-1", "decide case-1"]


# No page reads passports yet, so no simulator of one is part of the demonstration.
NOT_BY_HAND = {"passport_reader.service_restarted", "passport.pulled", "passport.other_key"}


def outcome(work: Callable[[], object]) -> object:
    """What came of it, a fault where it failed."""
    try:
        return work()
    except DeviceError as error:
        return error.fault


def felt(machine: SimulatedMachine) -> tuple[object, ...]:
    """What the terminal would notice of its devices."""
    for device in (machine.reader, machine.camera, machine.staff_reader):
        outcome(device.open)
    return (
        outcome(machine.reader.card_present),
        outcome(machine.reader.read_identity),
        outcome(machine.staff_reader.look),
        outcome(machine.camera.frame),
        outcome(lambda: machine.receipt_printer.print_receipt(SLIP)),
        machine.page_printer.status(),
    )


class Blank:
    """A layout that draws nothing: what is on the slip does not matter here."""

    def picture(self, receipt: Receipt) -> Image.Image:
        """See Layout."""
        del receipt
        return Image.new("1", (8, 8), 1)


SMALL = frame_of(np.full((64, 64, 3), 128, np.uint8))


@pytest.fixture(scope="module")
def shared() -> SimulatedMachine:
    """One for all states: each of them is mended."""
    return SimulatedMachine(
        reader=SimulatedIdentityReader(),
        camera=SimulatedCamera(),
        receipt_printer=SimulatedReceiptPrinter(layout=Blank()),
        page_printer=SimulatedPagePrinter(),
        staff_reader=SimulatedStaffCardReader(),
        staff_card=SimulatedStaffCard(pin="123456"),
        travel_document=SimulatedTravelDocumentReader(lambda: date(2026, 5, 12)),
    )


def test_every_named_state_is_there_by_hand() -> None:
    assert set(BY_HAND) == set(named_states()) - NOT_BY_HAND


@pytest.mark.parametrize("key", [key for key in BY_HAND if not key.endswith(".hangs")])
def test_every_state_by_hand_is_felt_and_mended(
    key: str, shared: SimulatedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = shared
    monkeypatch.setattr("devices.id_card.simulated_reader.time.sleep", lambda _seconds: None)
    machine.reader.take_away()
    machine.staff_reader.take_away()
    machine.camera.put_paper(SMALL)
    if key.endswith((".pulled", ".reversed")):
        machine.reader.lay_down(RESIDENT)
        machine.staff_reader.lay_down(machine.staff_card)
    if key == "page.job_taken_back":
        machine.page_printer.print_pdf(b"%PDF-1.7", title="waits")
    felt(machine)
    before = felt(machine)
    BY_HAND[key].bring_about(machine)
    assert felt(machine) != before, "nobody would notice"
    BY_HAND[key].mend(machine)
    felt(machine)  # the second look, as after a slip that was cut short
    after = felt(machine)
    assert not set(after) & {*Fault} - {Fault.CARD_REMOVED, Fault.CARD_UNREADABLE}
    assert machine.page_printer.status().fault is None


@pytest.mark.parametrize("key", [key for key in BY_HAND if key.endswith(".hangs")])
def test_what_hangs_comes_back_only_when_it_is_mended(key: str, machine: SimulatedMachine) -> None:
    BY_HAND[key].bring_about(machine)
    asking = Thread(target=felt, args=(machine,), daemon=True)
    asking.start()
    asking.join(0.1)
    assert asking.is_alive()
    BY_HAND[key].mend(machine)
    asking.join(5)
    assert not asking.is_alive()
