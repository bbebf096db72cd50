"""Takes a page of print apart into its inks: one black-white stencil for each colour."""

from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Final

import cv2
import numpy as np

from devices.camera.pictures import Flags, Pixels, Places, Reals

# Starting figures of reference/scanning.md section 5 (examples/scanning), tuned further here.
_WINDOW: Final = 31  # pixels at 200 dpi: about two letters, so that paper is in every window
_DARKER: Final = 0.22  # Sauvola's k
_WIDEST: Final = 128.0  # Sauvola's R: the deviation of a window of black and white alike
_SOLID: Final = 100  # of 255, with paper at 255: ink also inside areas wider than the window
_SPECK: Final = 5  # pixels at 200 dpi; a full stop of 6 pt print has 12
_RED: Final = (14.0, 1.1)  # least chroma (Lab), largest distance of the hue from red in radians
_BLUE: Final = (9.0, -0.7)  # least chroma, hue below it
_STRONG: Final = 2.0  # times the least chroma: no edge of a black letter is that colourful
_NEAR: Final = 7  # pixels across: what is coloured so near to strong colour belongs to it
_MIXED: Final = 0.12  # share of black at which a patch of colour is split
_BRIGHTEST_BLACK: Final = 60  # of 255: black ink is painted at least as dark as this
_FULL: Final = 30  # percentile: strokes are paler at their edges, so the middle is too pale
_LEAST: Final = 30  # pixels: fewer make no layer


@unique
class Ink(IntEnum):
    """What a patch of ink is taken for."""

    BLACK = 0
    RED = 1
    BLUE = 2


@dataclass(frozen=True, slots=True)
class Stencil:
    """Where one ink lies. `ink` is True there; `colour` is red, green, blue of 0..255."""

    ink: Flags = field(repr=False)
    colour: tuple[int, int, int]


def stencils(flat: Pixels) -> tuple[Stencil, ...]:
    """The inks of an evenly lit page (see flattened), black first, at most three.

    A seal over print comes apart: the red of it in one stencil, the letters in the other. Same
    pixels give the same stencils, whatever the number of threads. About 0.4 s for an A4 page of
    200 dpi.
    """
    grey = np.asarray(cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY), np.uint8)
    ink = _dark(np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.6), np.uint8))
    soft = np.asarray(cv2.GaussianBlur(flat, (0, 0), 0.8), np.uint8)
    kinds = _kinds(ink, soft, grey)
    layers = []
    for kind in Ink:
        here = kinds == kind
        if int(here.sum()) >= _LEAST:
            layers.append(Stencil(here, _colour(soft[here], kind)))
    return tuple(layers)


def painted(layers: tuple[Stencil, ...], height: int, width: int) -> Pixels:
    """The page (BGR) that these stencils give on white paper."""
    page = np.full((height, width, 3), 255, np.uint8)
    for layer in layers:
        page[layer.ink] = layer.colour[::-1]
    return page


def _dark(grey: Pixels) -> Flags:
    """Sauvola and Pietikainen, Adaptive document image binarization (recalled).

    The sums are whole numbers in doubles, so they do not depend on the order of adding.
    """
    window = (_WINDOW, _WINDOW)
    area = float(_WINDOW * _WINDOW)
    total = np.asarray(cv2.boxFilter(grey, cv2.CV_64F, window, normalize=False))
    squares = np.asarray(cv2.sqrBoxFilter(grey, cv2.CV_64F, window, normalize=False))
    mean = total / area
    deviation = np.sqrt(np.maximum(squares / area - mean * mean, 0))
    local = grey <= mean * (1 + _DARKER * (deviation / _WIDEST - 1))
    flags: Flags = local | (grey < _SOLID)
    return flags


def _kinds(ink: Flags, soft: Pixels, grey: Pixels) -> Places:
    """For every pixel its Ink, or -1 for paper.

    A patch of one colour is decided as a whole: the edges of black letters look coloured to a
    camera. A patch of two, such as a seal over the lines of a form, comes apart where the colour
    is strong.
    """
    count, patch_of, measures, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8))
    patches = np.asarray(patch_of)[ink]
    lab = np.asarray(cv2.cvtColor(soft, cv2.COLOR_BGR2LAB), np.uint8)[ink].astype(np.float64) - 128
    weights = np.maximum(1.0, 255.0 - grey[ink])  # dark pixels tell more
    sums = np.maximum(np.bincount(patches, weights, count), 1.0)
    red_green = np.bincount(patches, weights * lab[:, 1], count) / sums
    blue_yellow = np.bincount(patches, weights * lab[:, 2], count) / sums
    whole = _named(red_green, blue_yellow)
    single = _named(lab[:, 1], lab[:, 2])
    sizes = np.maximum(np.asarray(measures)[:, cv2.CC_STAT_AREA], 1)
    black = np.bincount(patches, (single == Ink.BLACK) * 1.0, count) / sizes
    large = sizes > _WINDOW * _WINDOW // 4
    mixed = large & (whole != Ink.BLACK) & (black > _MIXED)
    chosen = np.where(mixed[patches], single, whole[patches])
    in_black = large[patches] & (whole[patches] == Ink.BLACK)
    strong = _named(lab[:, 1] / _STRONG, lab[:, 2] / _STRONG)
    for kind in (Ink.RED, Ink.BLUE):
        near = _near(ink, strong == kind)
        chosen[in_black & near & (single == kind)] = kind
    chosen[(sizes < _SPECK)[patches]] = -1
    kinds = np.full(ink.shape, -1, np.int8)
    kinds[ink] = chosen
    return kinds


def _near(ink: Flags, strong: Flags) -> Flags:
    """For every pixel of ink, whether strong colour is near."""
    there = np.zeros(ink.shape, np.uint8)
    there[ink] = strong
    grown = np.asarray(cv2.dilate(there, np.ones((_NEAR, _NEAR), np.uint8)))
    near: Flags = grown[ink] > 0
    return near


def _named(red_green: Reals, blue_yellow: Reals) -> Places:
    chroma, hue = np.hypot(red_green, blue_yellow), np.arctan2(blue_yellow, red_green)
    named = np.full(chroma.shape, int(Ink.BLACK), np.int8)
    named[(chroma > _RED[0]) & (np.abs(hue) < _RED[1])] = Ink.RED
    named[(chroma > _BLUE[0]) & (hue < _BLUE[1])] = Ink.BLUE
    return named


def _colour(pixels: Pixels, kind: Ink) -> tuple[int, int, int]:
    blue, green, red = (int(part) for part in np.percentile(pixels, _FULL, axis=0))
    if kind is Ink.BLACK:
        darkest = min(_BRIGHTEST_BLACK, red, green, blue)
        return darkest, darkest, darkest
    return red, green, blue
