"""Moves the four sides of a found page to where they really are in the full picture."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from devices.camera.pictures import Flags, Pixels, Places, Reals

# All constants of this file are own choices, tuned on generated pictures of pages.
_LOOKS: Final = 64  # places along a side where its edge is searched
_LEAST_LOOKS: Final = 16
_LEAST_FOUND: Final = 12
_STEP_WIDTH: Final = 3  # pixels on each side of the edge that are compared
_STRONG: Final = 80  # percentile of colour change that counts as edge
_ROUNDS: Final = 6  # of the robust fit


@dataclass(frozen=True, slots=True)
class _Line:
    point: Reals
    direction: Reals


def refine(pixels: Pixels, corners: Reals, on_border: Flags, reach: float) -> Reals:
    """Corners moved by a robust line fit to each side's colour step, looked for within `reach`
    pixels. A side that shows no clear edge, or is the picture's border, stays where it is."""
    sides = [
        _stay(corners, side) if on_border[side] else _move(pixels, corners, side, reach)
        for side in range(4)
    ]
    moved = [_meeting(sides[side - 1], sides[side]) for side in range(4)]
    if any(corner is None for corner in moved):
        return corners
    refined = np.array(moved)
    return refined if np.abs(refined - corners).max() < 6 * reach else corners


def _stay(corners: Reals, side: int) -> _Line:
    start, end = corners[side], corners[(side + 1) % 4]
    return _Line(start, (end - start) / max(float(np.linalg.norm(end - start)), 1e-6))


def _move(pixels: Pixels, corners: Reals, side: int, reach: float) -> _Line:
    unmoved = _stay(corners, side)
    length = float(np.linalg.norm(corners[(side + 1) % 4] - corners[side]))
    normal = np.array([-unmoved.direction[1], unmoved.direction[0]])
    offsets = np.arange(-reach - _STEP_WIDTH - 1, reach + _STEP_WIDTH + 1.01)
    along = np.linspace(0.04, 0.96, _LOOKS) * length
    places = (
        unmoved.point + unmoved.direction * along[:, None, None] + normal * offsets[None, :, None]
    )
    inside = _inside(places, pixels)
    if inside.sum() < _LEAST_LOOKS:
        return unmoved
    steps = _steps(_look(pixels, places[inside]), offsets[_STEP_WIDTH:-_STEP_WIDTH], reach)
    found, weights = _peaks(steps, offsets[_STEP_WIDTH:-_STEP_WIDTH])
    positive = weights > 0
    clear = weights > 0.25 * np.median(weights[positive]) if positive.any() else positive
    if clear.sum() < _LEAST_FOUND:
        return unmoved
    slope, offset = _robust_fit(along[inside][clear], found[clear])
    if max(abs(offset), abs(offset + slope * length)) > 1.5 * reach:
        return unmoved
    direction = unmoved.direction + normal * slope
    return _Line(unmoved.point + normal * offset, direction / np.linalg.norm(direction))


def _inside(places: Reals, pixels: Pixels) -> Flags:
    """Which looks lie with all their points in the picture."""
    limits = np.array([pixels.shape[1] - 2, pixels.shape[0] - 2])
    inside: Flags = np.asarray(((places > 1) & (places < limits)).all(axis=(1, 2)))
    return inside


def _look(pixels: Pixels, places: Reals) -> Reals:
    """(looks, offsets, 3) colours across the side, smoothed a little along it."""
    looked = cv2.remap(
        pixels,
        places[:, :, 0].astype(np.float32),
        places[:, :, 1].astype(np.float32),
        cv2.INTER_LINEAR,
    )
    return np.asarray(cv2.blur(looked.astype(np.float32), (1, 3)), np.float32)


def _steps(colours: Reals, offsets: Reals, reach: float) -> Reals:
    """(looks, offsets) how strongly the colour changes the way it mostly changes here."""
    change = colours[:, 2 * _STEP_WIDTH :] - colours[:, : -2 * _STEP_WIDTH]
    size = np.abs(change).sum(2)
    usual = np.median(change[size >= np.percentile(size, _STRONG)], axis=0)
    near: Reals = np.exp(-((offsets / (reach * 1.2)) ** 2))
    steps: Reals = np.maximum(change @ usual, 0) * near
    return steps


def _peaks(steps: Reals, offsets: Reals) -> tuple[Reals, Reals]:
    """Per look the offset of the strongest step, finer than a pixel by a parabola, and its size."""
    rows: Places = np.arange(len(steps))
    top = np.clip(steps.argmax(1), 1, steps.shape[1] - 2)
    before, at, after = steps[rows, top - 1], steps[rows, top], steps[rows, top + 1]
    bend = before - 2 * at + after
    bent = np.abs(bend) > 1e-6  # noqa: PLR2004
    shift = np.where(bent, 0.5 * (before - after) / np.where(bent, bend, 1), 0).clip(-1, 1)
    return offsets[top] + shift, at


def _robust_fit(x: Reals, y: Reals) -> tuple[float, float]:
    """Slope and offset of y over x; points far off the line count less each round."""
    weights = np.ones(len(x))
    slope, offset = 0.0, 0.0
    columns = np.stack([x, np.ones_like(x)], 1)
    for _ in range(_ROUNDS):
        solved = np.linalg.lstsq(columns * weights[:, None], y * weights, rcond=None)[0]
        slope, offset = float(solved[0]), float(solved[1])
        away = np.abs(y - columns @ solved)
        usual = max(0.6, 1.48 * float(np.median(away)))  # 1.48: median to standard deviation
        weights = 1 / np.maximum(1, away / usual) ** 1.5
    return slope, offset


def _meeting(one: _Line, other: _Line) -> Reals | None:
    columns = np.stack([one.direction, -other.direction], 1)
    if abs(float(np.linalg.det(columns))) < 1e-6:  # noqa: PLR2004
        return None
    return one.point + one.direction * float(np.linalg.solve(columns, other.point - one.point)[0])
