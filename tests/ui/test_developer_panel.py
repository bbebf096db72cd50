"""The panel's buttons are hands: they move the simulators, the line and the office."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from PySide6.QtWidgets import QGroupBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

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
from ui.developer_panel import DeveloperPanel, Office, SimulatedMachine


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
    machine.receipt_printer.print_receipt(
        Receipt(title="回执", site="示范村", lines=(("回执编号", "1"),), qr="DS1/1")
    )
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
