"""Chooses how a straightened page is kept: print as a small PDF, all else as JPEG.

Why: docs/decisions/0051-pages-of-print-are-small-pdfs.md.
"""

import io
import math
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from devices.camera.api import Frame
from devices.camera.ink_stencils import Stencil, painted, stencils
from devices.camera.page_light import flattened, is_paper
from devices.camera.pictures import PAGE_JPEG_QUALITY, Pixels, Reals, frame_of, pixels_of, to_jpeg
from devices.camera.straighten import ID_CARD
from devices.device import DeviceError
from devices.page_printer.preview import page_picture, page_sizes
from kiosk.domain.page import PageDoubt, PageRef, ScannedPage

PDF_START: Final = b"%PDF-"
PAGE_BUDGET: Final = 35 * 1024
"""Bytes of one A4 page of print: goal of reference/scanning.md section 7."""

_LONGER_SIDE: Final = 2339  # pixels: A4 at 200 dpi. Smaller pages are enlarged: rounder letters
_LEAST_SIDE: Final = 1754  # pixels: A4 at 150 dpi, which reads as well (reference, section 5)
_FILLED: Final = 0.95  # of the budget is aimed at
_MOST_ENLARGED: Final = 2.0
_VIEW_DPI: Final = 150  # of the picture that people see of a PDF page
_VIEW_QUALITY: Final = 70
_CARD_LIKE: Final = 0.03  # relative difference from the proportions of an ID card
# Own choices, tuned on generated pages with and without photographs on them.
_CELL: Final = 8  # pixels over which page and stencils are compared
_UNLIKE: Final = 20.0  # of 255, in any colour: such a cell does not show what the page shows
_EVEN: Final = 20.0  # of 255, standard deviation: a cell with a letter in it has more
_MOST_LOST: Final = 0.004  # of the page: a stamp-sized photograph of A4 is 0.01
_COLOURED: Final = 12  # of 128, distance from grey in Lab; a camera's noise stays below
_LEAST_COLOURED: Final = 0.0005  # of the page: a seal of an A4 page is 0.005
_EVEN_QUALITY: Final = 50  # reference/scanning.md section 5: reads as well as 75, half the size
_FIT_FOR_PRINT: Final = frozenset({PageDoubt.CUT_OFF})  # doubts that do not blur what is written


@dataclass(frozen=True, slots=True)
class PageFile:
    """How a page is kept. `jpeg`: what people see of it; `pdf`: what is kept, b"": the JPEG is."""

    jpeg: bytes = field(repr=False)
    pdf: bytes = field(repr=False, default=b"")


def page_file(page: Frame, doubts: Collection[PageDoubt]) -> PageFile:
    """The page in the form that loses nothing of it and is small.

    Print on paper becomes a PDF of at most three inks, about 25 KB for A4. Paper whose tones
    stencils would lose becomes an evenly lit JPEG, in colour only when there is any. Cards,
    photographs and pages with doubts stay as they were taken. Same pixels give the same bytes.
    Half a second to one for A4, so not on the thread that draws.
    """
    pixels = _sized(pixels_of(page), _LONGER_SIDE)
    if set(doubts) - _FIT_FOR_PRINT or _is_card(page) or not is_paper(pixels):
        return PageFile(jpeg=to_jpeg(page, PAGE_JPEG_QUALITY))
    flat = flattened(pixels)
    layers = stencils(flat)
    if not layers or _lost(flat, layers) > _MOST_LOST:
        return PageFile(jpeg=_even_jpeg(flattened(pixels_of(page))))
    pdf = _packed(layers)
    if len(pdf) > PAGE_BUDGET:  # dense print: its size goes with the length of its edges
        side = max(_LEAST_SIDE, round(_LONGER_SIDE * _FILLED * PAGE_BUDGET / len(pdf)))
        layers = stencils(_shrunk(flat, side))
        pdf = _packed(layers)
    shown = painted(layers, *layers[0].ink.shape)
    size = (page.width, page.height)
    seen = np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_AREA), np.uint8)
    return PageFile(jpeg=to_jpeg(frame_of(seen), _VIEW_QUALITY), pdf=pdf)


def kept_page(page: PageRef, content: bytes) -> ScannedPage:
    """A page that comes back from the store. About 60 ms when it is a PDF.

    Bytes that are neither JPEG nor a readable PDF come back as they are: the store has checked
    their hash, so they are what was kept.
    """
    pdf = b""
    jpeg = content
    if is_pdf(content):
        pdf, jpeg = content, picture_of(content)
    return ScannedPage(page.material, jpeg, width=0, height=0, level=page.level, pdf=pdf)


def is_pdf(content: bytes) -> bool:
    """Whether a kept page is a PDF and not a JPEG, by its first bytes."""
    return content.startswith(PDF_START)


def picture_of(pdf: bytes) -> bytes:
    """What a kept PDF page shows, as JPEG; b"" when it cannot be read."""
    seen = io.BytesIO()
    try:
        page_picture(pdf, dpi=_VIEW_DPI).save(seen, "JPEG", quality=_VIEW_QUALITY)
    except DeviceError:
        return b""
    return seen.getvalue()


def with_words_below(pdf: bytes, words: Frame, colour: tuple[int, int, int]) -> PageFile:
    """The same page with dark places of the picture `words` painted below everything else.

    `words` is laid over the whole page. Raises ValueError when the page cannot be read.
    """
    from devices.camera.page_pdf import underlaid  # noqa: PLC0415

    grey = np.asarray(cv2.cvtColor(pixels_of(words), cv2.COLOR_BGR2GRAY), np.uint8)
    marked = underlaid(pdf, Stencil(grey < 128, colour))  # noqa: PLR2004 - half of 255
    return PageFile(jpeg=picture_of(marked), pdf=marked)


def shape_of(pdf: bytes) -> tuple[int, int]:
    """Width and height in pixels that `with_words_below` needs. Raises DeviceError."""
    size = page_sizes(pdf)[0]
    scale = _LONGER_SIDE / max(size.width, size.height)
    return round(size.width * scale), round(size.height * scale)


def _is_card(page: Frame) -> bool:
    ratio = max(page.width, page.height) / max(1, min(page.width, page.height))
    return math.isclose(ratio, ID_CARD[0] / ID_CARD[1], rel_tol=_CARD_LIKE)


def _even_jpeg(flat: Pixels) -> bytes:
    """An evenly lit page: shades of grey when nothing on it has a colour."""
    lab = np.asarray(cv2.cvtColor(flat, cv2.COLOR_BGR2LAB), np.uint8)[:, :, 1:].astype(np.int16)
    if float((np.abs(lab - 128).max(axis=2) > _COLOURED).mean()) > _LEAST_COLOURED:
        return to_jpeg(frame_of(flat), _EVEN_QUALITY)
    grey = np.asarray(cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY), np.uint8)
    done, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, _EVEN_QUALITY])
    assert done, "OpenCV packs every 8-bit picture that is not empty"
    return packed.tobytes()


def _packed(layers: tuple[Stencil, ...]) -> bytes:
    # The program starts without it: its library takes a fifth of a second to load.
    from devices.camera.page_pdf import page_pdf  # noqa: PLC0415

    height, width = layers[0].ink.shape
    return page_pdf(layers, width=width, height=height)


def _sized(page: Pixels, longer_side: int) -> Pixels:
    """Enlarged when smaller."""
    height, width = page.shape[:2]
    factor = min(_MOST_ENLARGED, longer_side / max(height, width))
    if factor <= 1:
        return page
    size = (round(width * factor), round(height * factor))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _shrunk(page: Pixels, longer_side: int) -> Pixels:
    height, width = page.shape[:2]
    factor = longer_side / max(height, width)
    if factor >= 1:
        return page
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)


def _lost(flat: Pixels, layers: tuple[Stencil, ...]) -> float:
    """The share of the page with a tone that stencils do not show: tints and photographs.

    Only cells that are even in themselves count, and only several together: letters are bolder
    or finer in a stencil, and that is no loss.
    """
    height, width = flat.shape[:2]
    size = (max(1, width // _CELL), max(1, height // _CELL))

    def small(picture: Pixels) -> Reals:
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)

    grey = np.asarray(cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY), np.uint8)
    squares = np.asarray(
        cv2.resize(grey.astype(np.float32) ** 2, size, interpolation=cv2.INTER_AREA)
    )
    uneven = np.sqrt(np.maximum(squares - small(grey) ** 2, 0))
    unlike = np.abs(small(painted(layers, height, width)) - small(flat)).max(axis=2)
    lost = ((unlike > _UNLIKE) & (uneven < _EVEN)).astype(np.uint8)
    return float(cv2.morphologyEx(lost, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).mean())
