"""Cuts a found page out of the picture and lays it flat in its own proportions."""

import math
from typing import Final

import cv2
import numpy as np

from devices.camera.api import Frame
from devices.camera.page_edges import SMALLEST_SIDE, Corners
from devices.camera.pictures import Reals, frame_of, pixels_of

A4: Final = (297.0, 210.0)  # millimetres, ISO 216
ID_CARD: Final = (85.60, 53.98)  # millimetres, ISO/IEC 7810 ID-1
_SNAP: Final = 0.025  # a register page (143 x 105 mm) is 3.7 % away from A4 and must stay itself
_CARD_DPI: Final = 300  # cards carry print of 5.5 pt, which 200 dpi loses (own measurement)
_MILLIMETRES_PER_INCH: Final = 25.4
_TELLING_TILT: Final = 0.1  # own choice: below it the lens worked out is mostly noise
_USUAL_LENS: Final = 0.85  # focal length in picture widths: 60 degrees across, own estimate
_SHORTEST_LENS: Final = 0.5
_LONGEST_LENS: Final = 2.0


def straighten(frame: Frame, corners: Corners, *, dpi: int = 200) -> Frame:
    """The page between the corners (top left, top right, bottom right, bottom left), laid flat.

    Proportions are worked out from the perspective and become exactly those of A4 (so also A3,
    A5) or an ID-1 card when within 2.5 %. The longer side has `dpi` as if the page were A4 (an
    ID-1 card: at least 300 dpi of its real size), but never more pixels than the frame shows of
    it. Portrait or landscape stays as it lies. About 20 ms. Raises ValueError when the corners
    span less than 16 pixels or are no convex shape in this order.
    """
    around = np.array(corners)
    _check(around)
    ratio = proportions(around, frame)
    width, height = _seen_size(around, ratio)
    flat = _laid_flat(frame, around, width, height)
    longest = _longest_wanted(ratio, dpi)
    if max(width, height) <= longest:
        return flat
    shrunk = longest / max(width, height)
    size = (max(1, round(width * shrunk)), max(1, round(height * shrunk)))
    smaller = cv2.resize(pixels_of(flat), size, interpolation=cv2.INTER_AREA)
    return frame_of(np.asarray(smaller, np.uint8))


def proportions(corners: Reals, frame: Frame) -> float:
    """Width by height of the real sheet, A4 and ID-1 snapped to.

    Source of the method: Zhang and He, Whiteboard scanning and image enhancement, section 3
    (recalled, not read again). It takes the lens's centre for the frame's centre.
    """
    found = _from_perspective(corners, frame)
    for longer, shorter in (A4, ID_CARD):
        for known in (longer / shorter, shorter / longer):
            if abs(found / known - 1) < _SNAP:
                return known
    return found


def _check(corners: Reals) -> None:
    edges = np.roll(corners, -1, axis=0) - corners
    following = np.roll(edges, -1, axis=0)
    turning = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    if not np.isfinite(corners).all() or (turning <= 0).any():
        raise ValueError("the corners do not go round a page clockwise")
    if np.linalg.norm(edges, axis=1).min() < SMALLEST_SIDE:
        raise ValueError("the corners are too near to one another")


def _from_perspective(corners: Reals, frame: Frame) -> float:
    centre = np.array([frame.width / 2, frame.height / 2])
    scale = max(frame.width, frame.height)
    top_left, top_right, bottom_right, bottom_left = (
        np.array([*(corner - centre) / scale, 1.0]) for corner in corners
    )
    diagonal = np.cross(top_left, bottom_right)
    across = (diagonal @ bottom_left) / (np.cross(top_right, bottom_right) @ bottom_left)
    down = (diagonal @ top_right) / (np.cross(bottom_left, bottom_right) @ top_right)
    width = across * top_right - top_left
    height = down * bottom_left - top_left
    focal_squared = _focal_squared(width, height)
    lens = np.array([1 / focal_squared, 1 / focal_squared, 1.0])
    return math.sqrt(float((width * width) @ lens) / float((height * height) @ lens))


def _focal_squared(width: Reals, height: Reals) -> float:
    """From the picture when both directions are tilted enough to tell, else of a usual lens."""
    if min(abs(width[2]), abs(height[2])) > _TELLING_TILT:
        worked_out = -float(width[:2] @ height[:2]) / float(width[2] * height[2])
        if _SHORTEST_LENS**2 < worked_out < _LONGEST_LENS**2:
            return worked_out
    return _USUAL_LENS**2


def _seen_size(corners: Reals, ratio: float) -> tuple[int, int]:
    """Width and height that keep every pixel of the longest visible side."""
    top, right, bottom, left = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width = max(float(top), float(bottom), max(float(left), float(right)) * ratio)
    longest = max(float(top), float(bottom), float(left), float(right))
    shrunk = min(1.0, longest / max(width, width / ratio))
    return max(SMALLEST_SIDE, round(width * shrunk)), max(
        SMALLEST_SIDE, round(width / ratio * shrunk)
    )


def _longest_wanted(ratio: float, dpi: int) -> int:
    is_card = math.isclose(max(ratio, 1 / ratio), ID_CARD[0] / ID_CARD[1])
    millimetres, resolution = (ID_CARD[0], max(dpi, _CARD_DPI)) if is_card else (A4[0], dpi)
    return round(millimetres / _MILLIMETRES_PER_INCH * resolution)


def _laid_flat(frame: Frame, corners: Reals, width: int, height: int) -> Frame:
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    turn = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    flat = cv2.warpPerspective(
        pixels_of(frame),
        turn,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return frame_of(np.asarray(flat, np.uint8))
