"""The contract of any receipt printer 热敏打印机."""

from typing import Protocol

from devices.device import Device
from kiosk.domain.receipt import Receipt


class ReceiptPrinter(Device, Protocol):
    """Prints one slip at a time."""

    def print_receipt(self, receipt: Receipt) -> None:
        """Returns when the printer has said that the slip came out; takes 1 to 15 s.

        Raises DeviceError. RECEIPT_PRINTER_GONE, RECEIPT_PAPER_OUT, RECEIPT_COVER_OPEN and
        RECEIPT_UNPRINTABLE: nothing is on paper, it may be printed again. RECEIPT_UNCERTAIN: it
        was sent but the printer did not confirm it; ask the person whether the slip came out.
        """
        ...
