"""Finds long straight lines in a picture and how strongly the colour changes across each."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from devices.camera.pictures import Flags, Places, Reals
from devices.camera.small_picture import COLOUR_WEIGHT, Search, SmallPicture, views

# All constants of this file are own choices, tuned on generated pictures of pages.
SAMPLE_GAP: Final = 2.0  # working pixels between two looks along a line
DIRECTION_BINS: Final = 6  # 30 degrees each
_MOST_SEGMENTS: Final = 260
_CLEAR: Final = 1.5  # thresholds: a step this high is a whole one; 3 times it counts no more
_SAME_DIRECTION: Final = 0.996  # cosine of about 5 degrees
_SHORTEST: Final = 0.045  # of the longer side of the picture


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
    left: Reals  # (n, m + 1, 3) running sum of the colour on one side, along the normal (-dy, dx)
    right: Reals  # (n, m + 1, 3) on the other

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


def find_lines(picture: SmallPicture) -> Lines | None:
    """The lines with the longest colour steps first; None when there are none."""
    segments = _segments(picture)
    if len(segments) == 0:
        return None
    points, directions = _merge(segments, picture.search)
    lines = _look_along(picture, points, directions)
    return _strongest(lines, picture) if lines is not None else None


def _segments(picture: SmallPicture) -> Reals:
    """(n, 4) straight pieces x1, y1, x2, y2 from lightness and colour, the longest first; against
    texture the clearest and longest: the grain of a desk gives hundreds, all of them faint."""
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD)
    found = [detector.detect(view)[0] for view in views(picture)]
    pieces = [np.asarray(f, np.float64).reshape(-1, 4) for f in found if f is not None]
    if not pieces:
        return np.zeros((0, 4))
    every = np.concatenate(pieces)
    lengths = np.hypot(every[:, 2] - every[:, 0], every[:, 3] - every[:, 1])
    long_enough = lengths > _SHORTEST * max(picture.width, picture.height)
    every, lengths = every[long_enough], lengths[long_enough]
    if len(every) == 0:
        return every
    worth = lengths
    if picture.search.against_texture:
        clear = _heights(picture, every, lengths) / (_CLEAR * picture.threshold)
        worth = lengths * clear.clip(0.05, 3)
    return every[np.argsort(-worth)[:_MOST_SEGMENTS]]


def _heights(picture: SmallPicture, segments: Reals, lengths: Reals) -> Reals:
    """(n,) the usual colour step across each segment, by nine looks along it."""
    starts, along = segments[:, :2], (segments[:, 2:] - segments[:, :2]) / lengths[:, None]
    places = lengths[:, None] * np.linspace(0.1, 0.9, 9)
    near_left, far_left, near_right, far_right = (
        _colours(picture.smooth, starts, along, places, offset)
        for offset in _offsets(picture.search)
    )
    near = (near_right - near_left) * COLOUR_WEIGHT
    far = (far_right - far_left) * COLOUR_WEIGHT
    heights: Reals = np.median(_height(near, far), axis=1)
    return heights


def _offsets(search: Search) -> tuple[float, float, float, float]:
    """Beside a line: near and far on its left, near and far on its right."""
    return -search.near, -search.far, search.near, search.far


def _merge(segments: Reals, search: Search) -> tuple[Reals, Reals]:
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
            near = _distance(starts, ends, point, direction) < search.on_line
            group = free & along & near
            group[seed] = True
            point, direction = _fit(starts[group], ends[group], lengths[group])
        free &= ~group
        points_found.append(point)
        directions_found.append(direction)
        if len(points_found) >= search.most_merged:
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
        for offset in _offsets(picture.search)
    )
    steps = _step_strength(
        (near_right - near_left) * COLOUR_WEIGHT,
        (far_right - far_left) * COLOUR_WEIGHT,
        picture.threshold,
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


def _step_strength(near: Reals, far: Reals, threshold: float) -> Reals:
    """0..1 per sample. A printed rule is dark on the line and equal beside it, so it scores 0."""
    strength: Reals = (_height(near, far) - 0.35 * threshold) / (1.2 * threshold)
    return strength.clip(0, 1)


def _height(near: Reals, far: Reals) -> Reals:
    """How far the colours on both sides differ; 0 where nearer and farther looks disagree."""
    near_size = np.sqrt((near * near).sum(-1))
    far_size = np.sqrt((far * far).sum(-1))
    agree = (near * far).sum(-1) > 0
    height: Reals = np.where(agree, np.minimum(near_size, far_size * 1.3), 0)
    return height


def _running(values: Reals) -> Reals:
    sums = np.zeros((values.shape[0], values.shape[1] + 1, *values.shape[2:]))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums


def _strongest(lines: Lines, picture: SmallPicture) -> Lines | None:
    """The lines with the longest steps, only so many of each direction."""
    totals = lines.steps[:, -1]
    long_enough: Flags = totals > 0.04 * max(picture.width, picture.height) / SAMPLE_GAP
    angles = np.arctan2(lines.directions[:, 1], lines.directions[:, 0]) % np.pi
    bins = (angles / np.pi * DIRECTION_BINS).astype(int) % DIRECTION_BINS
    order = np.argsort(-totals)
    order = order[long_enough[order]]
    capped = [order[bins[order] == k][: picture.search.most_per_bin] for k in range(DIRECTION_BINS)]
    kept = np.concatenate(capped)
    if len(kept) == 0:
        return None
    return lines.chosen(kept[np.argsort(-totals[kept])][: picture.search.most_lines])
