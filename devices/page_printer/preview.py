"""A picture of a document's first page, for the screen before it is printed.

The only file that imports pypdfium2.
"""

import contextlib
import io

import pypdfium2

from devices.device import DeviceError
from kiosk.domain.fault import Fault

_POINTS_PER_INCH = 72


def first_page_png(pdf: bytes, *, dpi: int = 100) -> bytes:
    """The first page as PNG; A4 at 100 dpi is 827 x 1169 dots and takes about 50 ms.

    Raises DeviceError(PAGE_JOB_REFUSED) when this is not a readable PDF document with a page.
    Nothing is written to disk. Not for two threads at once: PDFium has no locks.
    """
    try:
        with (
            contextlib.closing(pypdfium2.PdfDocument(pdf)) as document,
            contextlib.closing(document[0]) as page,
        ):
            picture = page.render(scale=dpi / _POINTS_PER_INCH).to_pil()
    except (pypdfium2.PdfiumError, IndexError):
        raise DeviceError(Fault.PAGE_JOB_REFUSED, "not a readable PDF document") from None
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
