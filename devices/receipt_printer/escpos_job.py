"""The bytes of a slip for one kind of printer, in pieces between which it may be asked things."""

import contextlib
from typing import Final

from devices.receipt_printer.escpos_raster import raster_pieces
from devices.receipt_printer.escpos_text import NotInCharacterSet, text_pieces
from devices.receipt_printer.layout import Layout
from devices.receipt_printer.profile import PrinterProfile
from kiosk.domain.receipt import Receipt

BITS_A_BYTE: Final = 10  # on a serial line: start, eight, stop
# Between two bands the printer is asked (`escpos_printer`), and a power cut that loses less than
# what lies between two questions is not noticed: so bands are small, and no longer than half a
# second on the line.
_MOST_BAND: Final = 1024
_NO_CUT_IS_SHORTER: Final = 0.5


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
    most = min(_MOST_BAND, int(baud / BITS_A_BYTE * _NO_CUT_IS_SHORTER)) if baud else _MOST_BAND
    return raster_pieces(picture, can_cut=profile.can_cut, most_bytes=most)
