"""The bytes of a slip for one kind of printer, in pieces between which it may be asked things."""

import contextlib
from typing import Final

from devices.receipt_printer.escpos_raster import raster_pieces
from devices.receipt_printer.escpos_text import NotInCharacterSet, text_pieces
from devices.receipt_printer.layout import Layout
from devices.receipt_printer.profile import PrinterProfile
from kiosk.domain.receipt import Receipt

BITS_A_BYTE: Final = 10  # on a serial line: start, eight, stop
_NO_CUT_IS_SHORTER: Final = 0.5  # seconds that a power cut takes at least, so no band takes longer


def job_pieces(
    receipt: Receipt, *, layout: Layout, profile: PrinterProfile, baud: int = 0
) -> tuple[bytes, ...]:
    """As text where the profile wants it and the printer has every character, else as a picture.

    `baud`: of a serial line, 0 for others. Raises UnprintableReceipt before anything is sent.
    """
    if profile.text:
        with contextlib.suppress(NotInCharacterSet):
            return text_pieces(receipt, profile)
    picture = layout.picture(receipt)
    if not baud:
        return raster_pieces(picture, can_cut=profile.can_cut)
    most = int(baud / BITS_A_BYTE * _NO_CUT_IS_SHORTER)
    return raster_pieces(picture, can_cut=profile.can_cut, most_bytes=most)
