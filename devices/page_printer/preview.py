"""Pictures of a document's pages, exactly as they will be printed.

The only file that imports pypdfium2 (PDFium is what Chrome prints with).
"""

import contextlib
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from devices.device import DeviceError
from devices.page_printer.api import Sides
from kiosk.domain.fault import Fault

_POINTS_PER_INCH: Final = 72
_ONE_AT_A_TIME: Final = threading.Lock()  # PDFium has none of its own
_TWO_SIDED: Final = (pdfium.DuplexFlipLongEdge, pdfium.DuplexFlipShortEdge)
_MOST_PIXELS: Final = 24_000_000  # of one picture: 96 MB


@dataclass(frozen=True, slots=True)
class PageSize:
    """In points of 1/72 inch; A4 is 595 x 842."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of a page, in pixels of the whole page at the scale that is asked for."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PagePicture:
    """Four bytes a pixel: blue, green, red, unused; rows from the top without gaps."""

    width: int
    height: int
    pixels: bytes = field(repr=False)


def page_sizes(pdf: bytes) -> tuple[PageSize, ...]:
    """Of every page. Raises DeviceError(PAGE_JOB_REFUSED), as do all below."""
    with _opened(pdf) as document:
        return tuple(PageSize(*document.get_page_size(n)) for n in range(len(document)))


def page_part(pdf: bytes, number: int, *, scale: float, part: Part) -> PagePicture:
    """A part of page `number` (from 0), `scale` pixels a point. Any thread, one at a time.

    A screen full of A4 takes some 30 ms. Memory: the picture alone, at most 96 MB.
    """
    with _opened(pdf) as document, _page(document, number) as page:
        if part.width < 1 or part.height < 1 or part.width * part.height > _MOST_PIXELS:
            raise DeviceError(Fault.PAGE_JOB_REFUSED, "no such part of a page")
        bitmap = pypdfium2.PdfBitmap.new_native(part.width, part.height, pdfium.FPDFBitmap_BGRx)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, part.width, part.height)
        width, height = (round(side * scale) for side in page.get_size())
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_PRINTING
        place = (-part.left, -part.top, max(1, width), max(1, height))
        pdfium.FPDF_RenderPageBitmap(bitmap, page, *place, 0, flags)
        rows = bytes(bitmap.buffer)
        step = part.width * 4
        if bitmap.stride != step:
            rows = b"".join(
                rows[y * bitmap.stride : y * bitmap.stride + step] for y in range(part.height)
            )
        return PagePicture(part.width, part.height, rows)


def page_picture(pdf: bytes, *, number: int = 0, dpi: int = 100) -> Image.Image:
    """A whole page; A4 at 100 dpi is 827 x 1169 dots and takes about 30 ms."""
    scale = dpi / _POINTS_PER_INCH
    sizes = page_sizes(pdf)
    if number >= len(sizes):
        raise DeviceError(Fault.PAGE_JOB_REFUSED, "no such page")
    whole = Part(0, 0, round(sizes[number].width * scale), round(sizes[number].height * scale))
    made = page_part(pdf, number, scale=scale, part=whole)
    return Image.frombytes("RGB", (made.width, made.height), made.pixels, "raw", "BGRX")


def first_page_png(pdf: bytes, *, dpi: int = 100) -> bytes:
    """The first page as PNG. Nothing is written to disk."""
    out = io.BytesIO()
    page_picture(pdf, dpi=dpi).save(out, "PNG")
    return out.getvalue()


def sides_wanted(pdf: bytes) -> Sides:
    """What the document asks for: its viewer preference Duplex (ISO 32000-1 table 150, recalled).

    A document that says nothing, or cannot be read, is printed on one side.
    """
    try:
        with _opened(pdf) as document:
            wanted = pdfium.FPDF_VIEWERREF_GetDuplex(document)
    except DeviceError:
        return Sides.ONE
    return Sides.TWO if wanted in _TWO_SIDED else Sides.ONE


@contextlib.contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    with _ONE_AT_A_TIME:
        try:
            with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
                if len(document) < 1:
                    raise DeviceError(Fault.PAGE_JOB_REFUSED, "a document without a page")
                yield document
        except pypdfium2.PdfiumError:
            raise DeviceError(Fault.PAGE_JOB_REFUSED, "not a readable PDF document") from None


@contextlib.contextmanager
def _page(document: Any, number: int) -> Iterator[Any]:
    if not 0 <= number < len(document):
        raise DeviceError(Fault.PAGE_JOB_REFUSED, "no such page")
    with contextlib.closing(document[number]) as page:
        yield page
