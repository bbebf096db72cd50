"""Finds where a code may lie in a picture and cuts it out upright and large."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from devices.camera.pictures import Flags, Pixels, Places, Reals

# All figures of this file are own choices, tuned on generated frames with hard codes.
_CELL: Final = 8  # pixels: the grid on which busy areas are looked for
_LEVELS: Final = (0.2, 0.35, 0.55)  # of the strongest cells: what counts as busy
_LEAST_CELLS: Final = 9
_NARROWEST: Final = 3  # cells
_LONGEST: Final = 8.0  # length by width
_LEAST_FULL: Final = 0.45  # share of the rectangle around it that is busy
_SAME: Final = (16.0, 0.3)  # pixels between centres, difference of log areas: the same area again
_BARS: Final = 0.6  # coherence (0..1) of directions from which on an area is one of bars
_MARGIN: Final = 0.15  # of the longer side, for the quiet zone
_MARGIN_PIXELS: Final = 8
_LARGEST: Final = 2_500_000  # pixels of one cut-out; larger ones cost more than the whole frame


@dataclass(frozen=True, slots=True)
class CodePlace:
    """A four-sided area. `corners`: (4, 2) pixels, clockwise, bars stand across the first side."""

    corners: Reals
    bars: bool


def busy_places(grey: Pixels, most: int = 8) -> tuple[CodePlace, ...]:
    """Areas dense with edges, the likeliest first, turned to their own direction.

    Text is dense too, so most of them are no code. About 15 ms at 1280x960.
    """
    across, down, mixed = _directions(grey)
    strength = np.sqrt(across + down)
    strongest = float(np.percentile(strength, 99.7))
    rated: list[tuple[float, CodePlace]] = []
    seen: list[tuple[float, float, float]] = []
    for level in _LEVELS:
        for here in _areas(strength > level * strongest):
            shape = _rectangle(here)
            if shape is None or _is_known(shape, seen):
                continue
            (x, y), (width, height), turn = shape
            seen.append((x, y, width * height))
            size = float(here.sum())
            full = size * _CELL * _CELL / (width * height)
            xx, yy, xy = (float(part[here].sum()) for part in (across, down, mixed))
            bars = float(np.hypot(xx - yy, 2 * xy)) / max(xx + yy, 1e-6) > _BARS
            if bars:
                turn = 0.5 * float(np.arctan2(2 * xy, xx - yy))
                width = height = max(width, height)
            rating = float(strength[here].mean()) * size**0.5 * full
            rated.append((rating, CodePlace(_corners(x, y, width, height, turn), bars)))
    rated.sort(key=lambda one: -one[0])
    return tuple(place for _, place in rated[:most])


def bar_places(grey: Pixels) -> tuple[CodePlace, ...]:
    """Areas of parallel bars, as OpenCV's detector of bar codes sees them. About 15 ms."""
    if min(grey.shape) < 2 * _CELL:
        return ()
    found, shapes = cv2.barcode.BarcodeDetector().detect(grey)
    if not found or shapes is None:
        return ()
    places = []
    for shape in np.asarray(shapes, np.float32).reshape(-1, 4, 2):
        first = int(shape.sum(axis=1).argmin())
        places.append(CodePlace(np.roll(shape, -first, axis=0), bars=True))
    return tuple(places)


def cut_out(grey: Pixels, place: CodePlace, scale: float) -> Pixels | None:
    """The place upright with a margin, `scale` pixels for each of the frame's.

    None when it would be too small or too large to be worth a look.
    """
    corners = place.corners.astype(np.float32)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = ((float(a) + float(b)) / 2 * scale for a, b in (sides[::2], sides[1::2]))
    margin = _MARGIN * max(width, height) + _MARGIN_PIXELS * scale
    size = (int(width + 2 * margin), int(height + 2 * margin))
    if min(width, height) < _CELL or size[0] * size[1] > _LARGEST:
        return None
    upright = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + margin
    turn = cv2.getPerspectiveTransform(corners, upright.astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(
            grey, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def _directions(grey: Pixels) -> tuple[Reals, Reals, Reals]:
    """The structure tensor (Bigun and Granlund, recalled) on the grid."""
    soft = cv2.GaussianBlur(grey, (0, 0), 0.8)
    gx = np.asarray(cv2.Sobel(soft, cv2.CV_16S, 1, 0)).astype(np.float32)
    gy = np.asarray(cv2.Sobel(soft, cv2.CV_16S, 0, 1)).astype(np.float32)
    size = (max(1, grey.shape[1] // _CELL), max(1, grey.shape[0] // _CELL))

    def on_grid(part: Reals) -> Reals:
        coarse = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.GaussianBlur(coarse, (0, 0), 1.2))

    return on_grid(gx * gx), on_grid(gy * gy), on_grid(gx * gy)


def _areas(busy: Flags) -> list[Flags]:
    joined = cv2.morphologyEx(busy.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    opened = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, area_of, measures, _ = cv2.connectedComponentsWithStats(opened)
    areas: Places = np.asarray(area_of)
    sizes = np.asarray(measures)[:, cv2.CC_STAT_AREA]
    return [areas == n for n in range(1, count) if sizes[n] >= _LEAST_CELLS]


_Rectangle = tuple[tuple[float, float], tuple[float, float], float]


def _rectangle(here: Flags) -> _Rectangle | None:
    """Centre, size (pixels) and turn (radians); None for shapes that no code has."""
    rows, columns = np.nonzero(here)
    points = np.stack([columns, rows], axis=1).astype(np.float32)
    (x, y), (width, height), turn = cv2.minAreaRect(points)
    width, height = width + 1, height + 1
    shortest, longest = min(width, height), max(width, height)
    full = len(rows) / (width * height)
    if shortest < _NARROWEST or longest / shortest > _LONGEST or full < _LEAST_FULL:
        return None
    centre = (x * _CELL + _CELL / 2, y * _CELL + _CELL / 2)
    return centre, (width * _CELL, height * _CELL), float(np.radians(turn))


def _is_known(shape: _Rectangle, seen: list[tuple[float, float, float]]) -> bool:
    (x, y), (width, height), _ = shape
    return any(
        np.hypot(x - u, y - v) < _SAME[0] and abs(np.log(width * height / area)) < _SAME[1]
        for u, v, area in seen
    )


def _corners(x: float, y: float, width: float, height: float, turn: float) -> Reals:
    along = np.array([np.cos(turn), np.sin(turn)]) * width / 2
    down = np.array([-np.sin(turn), np.cos(turn)]) * height / 2
    signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    corners: Reals = np.array([x, y]) + signs @ np.array([along, down])
    return corners
