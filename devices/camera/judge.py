"""Says what may be wrong with a photographed page: blurred, cut off, glare, too dark."""

from typing import Final

import cv2
import numpy as np

from devices.camera.api import Frame
from devices.camera.page_edges import FoundPage
from devices.camera.pictures import Pixels, Reals, pixels_of
from kiosk.domain.page import PageDoubt

SHARP: Final = 0.29
"""Edges steeper than this are sharp. On 404 generated pages, laid flat: no sharp page is warned
of, 90 % of the blurred ones are. Laying flat softens a little: the reference measurement, on
pages as photographed, put the border at 0.305."""

_BURNT: Final = 250  # of 255 in every colour
_BURNT_SHARE: Final = (
    0.023  # of the page (reference measurement). A warning that misses half of them
)
_WHITE_PAPER: Final = 235  # paper this bright burns out by itself, without a lamp's reflection
_DARK: Final = 75.0  # brightness of the page's light parts; own estimate
_MARGIN: Final = 0.025  # of each side left out: there may be desk
_LEAST_EDGES: Final = 60
_CLEAR_CONTRAST: Final = 45.0  # of paper set to 200
_FAINT_CONTRAST: Final = 18.0  # what is left of print under strong blur


def judge(page: Frame, found: FoundPage | None) -> frozenset[PageDoubt]:
    """The doubts about a page that straighten() gave, and about how it was found.

    `found` None means that no page was seen; then nothing else is judged. Doubts warn; they
    never forbid. About 60 ms for an A4 page of 200 dpi.
    """
    pixels = _without_margin(pixels_of(page))
    if found is None:  # a desk is neither sharp nor blurred
        return frozenset({PageDoubt.NO_PAGE})
    doubts = {
        PageDoubt.CUT_OFF: found.cut_off,
        PageDoubt.BLURRED: sharpness(pixels) < SHARP,
        PageDoubt.GLARE: glare(pixels) > _BURNT_SHARE,
        PageDoubt.DARK: brightness(pixels) < _DARK,
    }
    return frozenset(doubt for doubt, holds in doubts.items() if holds)


def sharpness(pixels: Pixels) -> float:
    """How steep edges are: gradient by local contrast at edges, 75th percentile.

    Mostly 0.15..0.29 on blurred pages, 0.31..0.40 on sharp ones. A page without any edge, such as a
    blank sheet, counts as sharp (1.0): there is nothing to read on it.
    """
    flat = _flattened(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8))
    across = np.asarray(cv2.Sobel(flat, cv2.CV_32F, 1, 0)) / 8
    down = np.asarray(cv2.Sobel(flat, cv2.CV_32F, 0, 1)) / 8
    steepness = np.hypot(across, down)
    around = np.ones((9, 9), np.uint8)
    contrast = np.asarray(cv2.dilate(flat, around)) - np.asarray(cv2.erode(flat, around))
    crest = steepness >= np.asarray(cv2.dilate(steepness, np.ones((3, 3), np.uint8))) - 1e-6
    for least in (_CLEAR_CONTRAST, _FAINT_CONTRAST):
        edges = crest & (contrast > least)
        if edges.sum() > _LEAST_EDGES:
            return float(np.percentile(steepness[edges] / contrast[edges], 75))
    return 1.0


def glare(pixels: Pixels) -> float:
    """The share of the page that a reflection has burnt out, small specks left out."""
    darkest = pixels.min(axis=2)
    burnt = (darkest >= _BURNT).astype(np.uint8)
    opened = np.asarray(cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))) > 0
    paper = float(np.percentile(darkest, 60))
    if paper >= _WHITE_PAPER:
        return 0.0
    return float((opened & (darkest > min(249.0, paper * 1.12))).mean())


def brightness(pixels: Pixels) -> float:
    """The brightness (0..255) that a tenth of the page exceeds."""
    return float(np.percentile(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)), 90))


def _without_margin(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    y, x = int(height * _MARGIN), int(width * _MARGIN)
    return pixels[y : height - y, x : width - x]


def _flattened(grey: Pixels) -> Reals:
    """The page as if evenly lit, paper at 200: divided by the local paper level."""
    soft = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.7)).astype(np.float32)
    height, width = soft.shape
    size = (max(1, width // 8), max(1, height // 8))
    small = cv2.resize(soft, size, interpolation=cv2.INTER_AREA)
    bright = cv2.GaussianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (0, 0), 2)
    paper = np.asarray(cv2.resize(bright, (width, height)))
    flat: Reals = soft / np.maximum(paper, 8) * 200
    return flat.astype(np.float32)
