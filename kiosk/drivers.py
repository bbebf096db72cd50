"""Which drivers this terminal has, by its settings. The only file that names concrete ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.camera.api import DocumentCamera
from devices.camera.opencv_camera import OpenCvCamera
from devices.camera.simulated_camera import SimulatedCamera
from devices.device import Device
from devices.id_card.api import IdentityReader
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.page_printer.api import PagePrinter
from devices.page_printer.cups_printer import CupsPagePrinter
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.api import ReceiptPrinter
from devices.receipt_printer.connection import (
    Connection,
    FileConnection,
    NetworkConnection,
    SerialConnection,
    UsbConnection,
)
from devices.receipt_printer.escpos_printer import EscPosPrinter
from devices.receipt_printer.profile import profile_named
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from devices.social_card.pcsc_reader import PcscSocialCardReader
from devices.staff_card.api import StaffCardReader
from devices.staff_card.pcsc_staff_card import PcscStaffCardReader
from kiosk.papers.compose import Typesetter
from kiosk.papers.slip_layout import SlipLayout
from kiosk.settings import NONE, SIMULATED, DeviceSettings


@dataclass(frozen=True, slots=True)
class Drivers:
    """The devices of one terminal, closed."""

    readers: tuple[IdentityReader, ...] = ()
    camera: DocumentCamera | None = None
    receipt_printer: ReceiptPrinter | None = None
    page_printer: PagePrinter | None = None
    staff_card: StaffCardReader | None = None

    def named(self) -> Sequence[tuple[str, Device | None]]:
        """With the names that the doctor says."""
        return (
            *(("读卡器", reader) for reader in self.readers or (None,)),
            ("高拍仪", self.camera),
            ("回执打印机", self.receipt_printer),
            ("A4打印机", self.page_printer),
            ("工作证读卡器", self.staff_card),
        )


def drivers_for(settings: DeviceSettings, *, typesetter: Typesetter | None = None) -> Drivers:
    """The drivers that the settings name; touches no device. `typesetter`: sets the slips."""
    readers: list[IdentityReader] = []
    if settings.id_card == SIMULATED:
        readers.append(SimulatedIdentityReader())
    elif settings.id_card != NONE:
        readers.append(SamSerialReader(_address(settings.id_card)))
    if settings.social_card != NONE:
        readers.append(PcscSocialCardReader(_address(settings.social_card)))
    return Drivers(
        readers=tuple(readers),
        camera=_camera(settings.camera),
        receipt_printer=_receipt_printer(settings, typesetter),
        page_printer=_page_printer(settings.page_printer, settings.page_printer_uuid),
        staff_card=_staff_card(settings.staff_card),
    )


def _staff_card(setting: str) -> StaffCardReader | None:
    return None if setting == NONE else PcscStaffCardReader(_address(setting))


def _address(setting: str) -> str:
    return setting.partition(":")[2]


def _camera(setting: str) -> DocumentCamera | None:
    if setting == NONE:
        return None
    return SimulatedCamera() if setting == SIMULATED else OpenCvCamera(_address(setting))


def _receipt_printer(
    settings: DeviceSettings, typesetter: Typesetter | None
) -> ReceiptPrinter | None:
    if settings.receipt_printer == NONE:
        return None
    profile = profile_named(settings.receipt_profile, settings.receipt_profiles)
    layout = SlipLayout(profile.width_dots, typesetter=typesetter)
    if settings.receipt_printer == SIMULATED:
        return SimulatedReceiptPrinter(layout=layout)
    connection = _connection(settings.receipt_printer, baud=profile.baud)
    return EscPosPrinter(connection, layout=layout, profile=profile)


def _connection(setting: str, *, baud: int) -> Connection:
    kind, _, address = setting.partition(":")
    first, _, second = address.rpartition(":")
    match kind:
        case "network":
            return NetworkConnection(first, int(second)) if first else NetworkConnection(second)
        case "usb":
            return UsbConnection(int(first, 16), int(second, 16))
        case "serial":
            return SerialConnection(Path(address), baud=baud)
        case _:
            return FileConnection(Path(address))


def _page_printer(setting: str, uuid: str = "") -> PagePrinter | None:
    """`cups:QUEUE` or `cups:QUEUE@HOST:PORT`."""
    if setting == NONE:
        return None
    if setting == SIMULATED:
        return SimulatedPagePrinter()
    queue, _, server = _address(setting).partition("@")
    host, _, port = server.partition(":")
    return CupsPagePrinter(
        queue, server=host or "127.0.0.1", port=int(port or "631"), printer_uuid=uuid
    )
