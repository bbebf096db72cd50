"""What a receipt printer needs from whoever draws its slips."""

from typing import Protocol

from PIL import Image

from devices.device import DeviceError
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt
from kiosk.domain.unprintable import Unprintable


class UnprintableReceipt(DeviceError):
    """RECEIPT_UNPRINTABLE, with the characters for the person; the message names none."""

    def __init__(self, detail: str, missing: tuple[Unprintable, ...] = ()) -> None:
        super().__init__(Fault.RECEIPT_UNPRINTABLE, detail)
        self.missing = missing


class Layout(Protocol):
    """Draws the slip: `kiosk.papers.slip_layout.SlipLayout`."""

    def picture(self, receipt: Receipt) -> Image.Image:
        """The slip in black and white; raises UnprintableReceipt."""
        ...
