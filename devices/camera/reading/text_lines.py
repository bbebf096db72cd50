"""Finds the lines of print inside a part of a page that was laid flat."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from devices.camera.pictures import Flags, Pixels, Reals

_INK: Final = 0.72  # of the paper's brightness around; own choice, on generated cards
_PAPER_SIDE: Final = 9  # pixels of the eighth-size picture: wider than any stroke
_EIGHTH: Final = 8
_TWO_LINES: Final = 1.7
_TALLEST: Final = 1.25  # of the usual height, which is that of print without the space between


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in whole pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """One beyond the last column."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """One beyond the last row."""
        return self.top + self.height

    def cut_from(self, picture: Pixels) -> Pixels:
        """That part of the picture; what lies outside is left out."""
        return picture[max(0, self.top) : self.bottom, max(0, self.left) : self.right]

    def grown(self, by: int, limits: tuple[int, int]) -> "Box":
        """Larger on every side, within a picture of that width and height."""
        left, top = max(0, self.left - by), max(0, self.top - by)
        right, bottom = min(limits[0], self.right + by), min(limits[1], self.bottom + by)
        return Box(left, top, max(0, right - left), max(0, bottom - top))


def ink_of(page: Pixels) -> Flags:
    """Where print is, whatever the light: darker than the paper around it. About 10 ms a card."""
    grey = np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)) if page.ndim == 3 else page  # noqa: PLR2004
    height, width = grey.shape
    size = (max(1, width // _EIGHTH), max(1, height // _EIGHTH))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    around = np.ones((_PAPER_SIDE, _PAPER_SIDE), np.uint8)
    # Closing: strokes go, wide dark parts such as a shadow or a portrait stay dark.
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, around)
    level = np.asarray(cv2.resize(cv2.GaussianBlur(paper, (0, 0), 2), (width, height)))
    dark: Flags = grey.astype(np.float32) < _INK * level.astype(np.float32)
    return dark


def lines_in(ink: Flags, zone: Box, *, line_height: int) -> tuple[Box, ...]:
    """The lines of print in that zone from top to bottom, each as wide as its print.

    `line_height`: pixels of a usual line; half of it is the least that counts as one.
    """
    inside = ink[zone.top : zone.bottom, zone.left : zone.right]
    if not inside.size:
        return ()
    rows = _smooth(inside.sum(1).astype(np.float32), line_height / 20)
    strokes = _runs(rows > max(1.0, 0.003 * zone.width))
    joined = _joined(strokes, _TALLEST * line_height)
    runs = [part for run in joined for part in _parted(run, rows, line_height)]
    found = []
    for first, last in runs:
        if last - first < line_height / 2:
            continue
        columns = np.flatnonzero(inside[first:last].sum(0) > 1)
        if columns.size:
            left, right = int(columns[0]), int(columns[-1]) + 1
            found.append(Box(zone.left + left, zone.top + first, right - left, last - first))
    return tuple(found)


def _smooth(values: Reals, sigma: float) -> Reals:
    smooth = np.asarray(cv2.GaussianBlur(values[:, None], (1, 0), 0, sigmaY=sigma), np.float32)
    flat: Reals = smooth[:, 0]
    return flat


def _joined(runs: list[tuple[int, int]], highest: float) -> list[tuple[int, int]]:
    """The strokes of a character such as 三 are one line, two lines never."""
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and last - joined[-1][0] <= highest:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return joined


def _parted(run: tuple[int, int], rows: Reals, line_height: int) -> list[tuple[int, int]]:
    """Lines that a shadow's edge joins are parted where there is least ink between them."""
    first, last = run
    least = round(0.7 * line_height)
    if last - first < _TWO_LINES * line_height or last - first <= 2 * least:
        return [run]
    middle = first + least + int(rows[first + least : last - least].argmin())
    return [
        *_parted((first, middle), rows, line_height),
        *_parted((middle, last), rows, line_height),
    ]


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """First and one beyond the last of every run of True; each False parts two."""
    places = np.flatnonzero(flags)
    if not places.size:
        return []
    breaks = np.flatnonzero(np.diff(places) > 1)
    firsts = [int(places[0]), *(int(places[at + 1]) for at in breaks)]
    lasts = [*(int(places[at]) + 1 for at in breaks), int(places[-1]) + 1]
    return list(zip(firsts, lasts, strict=True))
