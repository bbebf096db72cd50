"""Which receipt printer the settings name: where it is plugged in, what kind it is."""

from pathlib import Path

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
from kiosk.papers.slip_layout import SlipLayout
from kiosk.settings import NONE, SIMULATED, DeviceSettings


def receipt_printer_for(settings: DeviceSettings) -> ReceiptPrinter | None:
    """Its driver, closed; touches no device."""
    if settings.receipt_printer == NONE:
        return None
    profile = profile_named(settings.receipt_profile, settings.receipt_profiles)
    layout = SlipLayout(profile.width_dots)
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
