"""Finds long straight lines in a picture and how strongly the colour changes across each."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from devices.camera.pictures import Flags, Pixels, Places, Reals

# All constants of this file are own choices, tuned on generated pictures of pages.
SAMPLE_GAP: Final = 2.0  # working pixels between two looks along a line
COLOUR_WEIGHT: Final = np.array([1.0, 1.3, 1.3])  # of L, a, b: hue survives shadows, lightness not
DIRECTION_BINS: Final = 6  # 30 degrees each
_MOST_SEGMENTS: Final = 260
_MOST_MERGED: Final = 60
_MOST_PER_BIN: Final = 9  # else wood grain, all in one direction, crowds out the page
_NEAR: Final = 4.0  # working pixels from the line at which its two sides are compared ...
_FAR: Final = 7.0  # ... and again: a printed rule is thinner than this, a page is not
_SAME_DIRECTION: Final = 0.996  # cosine of about 5 degrees
_ON_LINE: Final = 2.5  # working pixels
_SHORTEST: Final = 0.045  # of the longer side of the picture


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """The picture at working size: `lab` (height, width, 3) and the same smoothed over 5x5."""

    lab: Reals
    smooth: Reals
    scale: float  # original pixels per working pixel

    @property
    def height(self) -> int:
        return int(self.lab.shape[0])

    @property
    def width(self) -> int:
        return int(self.lab.shape[1])


@dataclass(frozen=True, slots=True)
class Lines:
    """n lines with what was seen along each, as running sums so that any stretch is one look-up.

    Sample k of a line lies at point + direction * (first + k * SAMPLE_GAP).
    """

    points: Reals  # (n, 2)
    directions: Reals  # (n, 2), length 1
    first: Reals  # (n,)
    counts: Places  # (n,) samples inside the picture
    steps: Reals  # (n, m + 1) running sum of 0..1: is there a colour step here?
    left: Reals  # (n, m + 1, 3) running sum of the colour at -_NEAR along the normal (-dy, dx)
    right: Reals  # (n, m + 1, 3) the same at +_NEAR

    def __len__(self) -> int:
        return len(self.points)

    def chosen(self, which: Places) -> "Lines":
        """Only these lines, in this order."""
        return Lines(
            self.points[which],
            self.directions[which],
            self.first[which],
            self.counts[which],
            self.steps[which],
            self.left[which],
            self.right[which],
        )


def shrink(pixels: Pixels, longest_side: int) -> SmallPicture:
    """The picture at working size in CIE Lab as OpenCV scales it (0..255 each)."""
    height, width = pixels.shape[:2]
    scale = max(height, width) / longest_side
    size = (max(8, round(width / scale)), max(8, round(height / scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).astype(np.float32)
    lab = np.asarray(cv2.GaussianBlur(lab, (0, 0), 0.8), np.float32)
    return SmallPicture(lab, np.asarray(cv2.blur(lab, (5, 5)), np.float32), scale)


def find_lines(picture: SmallPicture, most: int) -> Lines | None:
    """At most `most` lines, those with the longest colour steps first; None when there are none."""
    segments = _segments(picture)
    if len(segments) == 0:
        return None
    points, directions = _merge(segments)
    lines = _look_along(picture, points, directions)
    return _strongest(lines, picture, most) if lines is not None else None


def _segments(picture: SmallPicture) -> Reals:
    """(n, 4) straight pieces x1, y1, x2, y2, longest first, from lightness and colour."""
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD)
    found = [detector.detect(view)[0] for view in _views(picture)]
    pieces = [np.asarray(f, np.float64).reshape(-1, 4) for f in found if f is not None]
    if not pieces:
        return np.zeros((0, 4))
    every = np.concatenate(pieces)
    lengths = np.hypot(every[:, 2] - every[:, 0], every[:, 3] - every[:, 1])
    order = np.argsort(-lengths)[:_MOST_SEGMENTS]
    shortest = _SHORTEST * max(picture.width, picture.height)
    return every[order[lengths[order] > shortest]]


def _views(picture: SmallPicture) -> list[Pixels]:
    """Grey pictures to look for segments in: lightness, its local contrast, and the two hues."""
    lightness, green_red, blue_yellow = (picture.lab[:, :, k] for k in range(3))
    mean = np.asarray(cv2.boxFilter(lightness, -1, (41, 41)))
    square = np.asarray(cv2.boxFilter(lightness * lightness, -1, (41, 41)))
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    contrast = (lightness - mean) / (spread + 3.0) * 45 + 128
    hues = ((hue - 128) * 3 + 128 for hue in (green_red, blue_yellow))
    return [np.clip(view, 0, 255).astype(np.uint8) for view in (lightness, contrast, *hues)]


def _merge(segments: Reals) -> tuple[Reals, Reals]:
    """Lines (points, directions) through segments that lie on one another's continuation."""
    starts, ends = segments[:, :2], segments[:, 2:]
    lengths = np.linalg.norm(ends - starts, axis=1)
    directions = (ends - starts) / np.maximum(lengths, 1e-6)[:, None]
    free = np.ones(len(segments), bool)
    points_found, directions_found = [], []
    for seed in range(len(segments)):
        if not free[seed]:
            continue
        point, direction = starts[seed], directions[seed]
        for _ in range(2):  # the second time along the better fitted line
            along = np.abs(directions @ direction) > _SAME_DIRECTION
            group = free & along & (_distance(starts, ends, point, direction) < _ON_LINE)
            group[seed] = True
            point, direction = _fit(starts[group], ends[group], lengths[group])
        free &= ~group
        points_found.append(point)
        directions_found.append(direction)
        if len(points_found) >= _MOST_MERGED:
            break
    return np.array(points_found), np.array(directions_found)


def _distance(starts: Reals, ends: Reals, point: Reals, direction: Reals) -> Reals:
    """Of each segment's farther end from the line."""
    normal = np.array([-direction[1], direction[0]])
    farther: Reals = np.maximum(np.abs((starts - point) @ normal), np.abs((ends - point) @ normal))
    return farther


def _fit(starts: Reals, ends: Reals, lengths: Reals) -> tuple[Reals, Reals]:
    """The line through both ends of all segments, the long ones counting more."""
    points = np.concatenate([starts, ends])
    weights = np.concatenate([lengths, lengths])[:, None]
    centre = (points * weights).sum(0) / weights.sum()
    offsets = points - centre
    return centre, np.linalg.eigh((offsets * weights).T @ offsets)[1][:, 1]


def _look_along(picture: SmallPicture, points: Reals, directions: Reals) -> Lines | None:
    """Walk each line from frame border to frame border and note the colours on both sides."""
    low, high = _inside(points, directions, picture.width, picture.height)
    seen = high - low > 8  # noqa: PLR2004
    if not seen.any():
        return None
    points, directions, low, high = points[seen], directions[seen], low[seen], high[seen]
    counts = ((high - low) / SAMPLE_GAP).astype(int) + 1
    places = low[:, None] + SAMPLE_GAP * np.arange(counts.max())
    present = np.arange(counts.max()) < counts[:, None]
    near_left, far_left, near_right, far_right = (
        _colours(picture.smooth, points, directions, places, offset)
        for offset in (-_NEAR, -_FAR, _NEAR, _FAR)
    )
    steps = _step_strength(
        (near_right - near_left) * COLOUR_WEIGHT,
        (far_right - far_left) * COLOUR_WEIGHT,
        _noise_threshold(picture),
    )
    return Lines(
        points,
        directions,
        low,
        counts,
        _running(steps * present),
        _running(near_left * present[:, :, None]),
        _running(near_right * present[:, :, None]),
    )


def _inside(points: Reals, directions: Reals, width: int, height: int) -> tuple[Reals, Reals]:
    """From where to where (distance along the line from its point) each line is in the picture."""
    limits = np.array([width - 1.0, height - 1.0])
    safe = np.where(np.abs(directions) < 1e-9, 1e-9, directions)  # noqa: PLR2004
    at_zero, at_limit = -points / safe, (limits - points) / safe
    return np.minimum(at_zero, at_limit).max(1), np.maximum(at_zero, at_limit).min(1)


def _colours(
    smooth: Reals, points: Reals, directions: Reals, places: Reals, offset: float
) -> Reals:
    """(n, m, 3) colours beside each line, `offset` along its normal."""
    x = points[:, :1] + directions[:, :1] * places - directions[:, 1:] * offset
    y = points[:, 1:] + directions[:, 1:] * places + directions[:, :1] * offset
    looked = cv2.remap(
        smooth,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(looked, np.float32)


def _noise_threshold(picture: SmallPicture) -> float:
    """The colour difference that counts as a step in this picture, more in a noisy one."""
    noise = float(np.median(np.abs(cv2.Laplacian(picture.lab[:, :, 0], cv2.CV_32F))))
    return max(5.0, 2.2 * noise + 3)


def _step_strength(near: Reals, far: Reals, threshold: float) -> Reals:
    """0..1 per sample. A printed rule is dark on the line and equal beside it, so it scores 0."""
    near_size = np.sqrt((near * near).sum(2))
    far_size = np.sqrt((far * far).sum(2))
    agree = (near * far).sum(2) > 0
    size = np.minimum(near_size, far_size * 1.3)
    strength: Reals = np.where(agree, ((size - 0.35 * threshold) / (1.2 * threshold)).clip(0, 1), 0)
    return strength


def _running(values: Reals) -> Reals:
    sums = np.zeros((values.shape[0], values.shape[1] + 1, *values.shape[2:]))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums


def _strongest(lines: Lines, picture: SmallPicture, most: int) -> Lines | None:
    """The lines with the longest steps, only so many of each direction."""
    totals = lines.steps[:, -1]
    long_enough: Flags = totals > 0.04 * max(picture.width, picture.height) / SAMPLE_GAP
    angles = np.arctan2(lines.directions[:, 1], lines.directions[:, 0]) % np.pi
    bins = (angles / np.pi * DIRECTION_BINS).astype(int) % DIRECTION_BINS
    order = np.argsort(-totals)
    order = order[long_enough[order]]
    capped = [order[bins[order] == k][:_MOST_PER_BIN] for k in range(DIRECTION_BINS)]
    kept = np.concatenate(capped)
    if len(kept) == 0:
        return None
    return lines.chosen(kept[np.argsort(-totals[kept])][:most])
