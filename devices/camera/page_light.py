"""Evens the light of a photographed page: shadow and tint of the paper go, inks keep colour."""

from typing import Final

import cv2
import numpy as np

from devices.camera.pictures import Pixels

# All figures of this file are own choices, tuned on generated pages with shadows.
_COARSE_WIDTH: Final = 310  # pixels of the copy on which the paper's brightness is estimated
_INK: Final = 11  # pixels of that copy: strokes up to 7 mm of an A4 page are ink, not paper
_EVENED: Final = 7  # pixels: how far single bright or dark places are averaged away
_PAPER: Final = 245  # of 255: where paper lies afterwards
_BLACK: Final = 20  # what is darker becomes black
_WHITE: Final = 222  # what is brighter becomes white
# Figures of pages of print, generated and real, and of cards and photographs, are in decision 0051.
_TINT: Final = 0.18  # difference of the colours by brightness; shadows have none
_PICTURE: Final = 61  # pixels of the copy: dark areas up to 41 mm of A4 are no shadow of a hand
_DARK: Final = 0.45  # of what is around: such an area is a picture; shadows measured leave 0.5
_BLACKEST: Final = 0.2  # of the lit paper: darker than any shadow that leaves print to read
_EDGE: Final = 0.15  # step of brightness over two cells, many beside one another: no shadow
_MOST: Final = (0.02, 0.004, 0.004)  # shares of the page: tinted, dark, edged


def flattened(page: Pixels) -> Pixels:
    """The same page (BGR) as if evenly lit on white paper.

    Each colour is divided by the paper's own there, which is shadow removal and white balance in
    one. A red seal stays red. Areas without print that are larger than 7 mm count as paper, so
    it is no treatment for photographs. About 60 ms for an A4 page of 200 dpi.
    """
    height, width = page.shape[:2]
    paper = cv2.resize(_paper(page), (width, height), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(page, paper, scale=_PAPER)
    return np.asarray(cv2.LUT(even, _contrast()), np.uint8)


def is_paper(page: Pixels) -> bool:
    """Whether the page is print on paper, so that evening its light takes nothing from it.

    False for photographs and cards: what is taken for paper has colours of its own, dark areas
    smaller than shadows are, or more edges than they have. About 15 ms.
    """
    paper = _paper(page).astype(np.float32)
    lit = np.maximum(np.percentile(paper.reshape(-1, 3), 90, axis=0), 1.0)
    parts = paper / lit
    bright = np.maximum(parts.mean(axis=2), 0.05)
    tinted = (parts.max(axis=2) - parts.min(axis=2)) / bright > _TINT
    wide = cv2.getStructuringElement(cv2.MORPH_RECT, (_PICTURE, _PICTURE))
    around = np.asarray(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, wide))
    black = (bright < _DARK * around) | (bright < _BLACKEST)
    steps = np.asarray(cv2.morphologyEx(bright, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)))
    edged = (steps / np.maximum(bright, 0.1) > _EDGE).astype(np.uint8)
    edged = np.asarray(cv2.morphologyEx(edged, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)))
    shares = (tinted.mean(), black.mean(), edged.mean())
    return all(share < most for share, most in zip(shares, _MOST, strict=True))


def _paper(page: Pixels) -> Pixels:
    """The brightness and colour of the paper on a coarse copy. Closing keeps a shadow's edge."""
    height, width = page.shape[:2]
    step = max(1, min(height, width) // _COARSE_WIDTH)
    size = (max(1, width // step), max(1, height // step))
    coarse = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    stroke = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_INK, _INK))
    closed = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, stroke)
    return np.asarray(cv2.GaussianBlur(cv2.medianBlur(closed, _EVENED), (0, 0), 1.5), np.uint8)


def _contrast() -> Pixels:
    steps = (np.arange(256) - _BLACK) * 255 / (_WHITE - _BLACK)
    return np.clip(steps, 0, 255).astype(np.uint8)
