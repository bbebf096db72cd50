"""What a receipt printer needs from whoever draws its slips."""

from typing import Protocol

from PIL import Image

from kiosk.domain.receipt import Receipt


class Layout(Protocol):
    """Draws the slip: `slip_layout.SlipLayout`."""

    def picture(self, receipt: Receipt) -> Image.Image:
        """The slip in black and white; raises DeviceError(RECEIPT_UNPRINTABLE)."""
        ...
