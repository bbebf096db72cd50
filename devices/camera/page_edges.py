"""Finds the sheet or card that lies under the camera."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from devices.camera.api import Frame
from devices.camera.page_candidates import Candidates, candidates, different
from devices.camera.page_lines import SmallPicture, find_lines, shrink
from devices.camera.page_sides import refine
from devices.camera.pictures import Places, Reals, pixels_of

Corner = tuple[float, float]
Corners = tuple[Corner, Corner, Corner, Corner]

# All constants of this file are own choices, tuned on generated pictures of pages.
_WORKING_SIDE: Final = (
    360  # pixels; at 640 the grain of wood hides the page, and it takes twice as long
)
_LINES: Final = 48
_PREVIEW_SIDE: Final = 320
_PREVIEW_LINES: Final = 28
_SECOND_LOOK: Final = 30  # shapes whose inside is compared with their outside
_SAME_COLOUR_PENALTY: Final = 0.516
# Logistic regression on 600 generated pages and 200 empty pictures: the evidence of
# page_candidates, then how alike inside and outside are, then a constant.
_SURE: Final = np.array([1.09, 1.6, -1.59, 0.29, -1.65, -0.8, 1.13, -0.47, -1.4, -3.9, -0.11])
_LEAST_SURE: Final = 0.55  # 6 of the 200 empty pictures still pass, and 20 of 553 pages are lost
_BORDER: Final = 3.0  # pixels: a corner this near to the border is taken for cut off


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Where the page lies. Corners are pixels of the frame; those of a cut-off page may lie
    outside it. The first is the page's corner nearest to the frame's top left: no text is read,
    so a page that lies upside down stays upside down."""

    corners: Corners  # top left, top right, bottom right, bottom left
    sureness: float  # 0..1: the share of right answers among such on generated pictures
    cut_off: bool  # a corner or a whole side is not in the picture


def find_page(frame: Frame) -> FoundPage | None:
    """The page in the frame with sides fitted at full resolution, or None when there is none.

    For taking a picture. About 45 ms on one core of a desktop processor at 1280x960; the cost
    hardly depends on the frame's size.
    """
    return _find(frame, working_side=_WORKING_SIDE, most_lines=_LINES)


def outline_page(frame: Frame) -> FoundPage | None:
    """Like find_page, a third quicker and a little rougher. For the live outline."""
    return _find(frame, working_side=_PREVIEW_SIDE, most_lines=_PREVIEW_LINES)


def _find(frame: Frame, *, working_side: int, most_lines: int) -> FoundPage | None:
    pixels = pixels_of(frame)
    small = shrink(pixels, working_side)
    lines = find_lines(small, most_lines)
    shapes = candidates(lines, small) if lines is not None else None
    if shapes is None:
        return None
    best, sureness = _best(different(shapes, _SECOND_LOOK), small)
    if sureness < _LEAST_SURE:
        return None
    rough = (best.corners[0] + 0.5) * small.scale - 0.5
    fitted = refine(pixels, rough, best.on_border[0], 2.2 * small.scale)
    return FoundPage(
        corners=in_order(fitted),
        sureness=sureness,
        cut_off=bool(best.on_border[0].any()) or _leaves(fitted, frame),
    )


def in_order(corners: Reals) -> Corners:
    """The four corners clockwise on the screen, from the one nearest to the top left."""
    offsets = corners - corners.mean(0)
    clockwise = corners[np.argsort(np.arctan2(offsets[:, 1], offsets[:, 0]))]
    turned = np.roll(clockwise, -int(clockwise.sum(1).argmin()), axis=0)
    a, b, c, d = ((float(x), float(y)) for x, y in turned)
    return a, b, c, d


def _leaves(corners: Reals, frame: Frame) -> bool:
    limits = np.array([frame.width - 1 - _BORDER, frame.height - 1 - _BORDER])
    return bool(((corners < _BORDER) | (corners > limits)).any())


def _best(shapes: Candidates, picture: SmallPicture) -> tuple[Candidates, float]:
    """The shape with the best score, its inside unlike its surroundings, and how sure it is."""
    tones = _tones(picture)
    alike = np.array([_alike(tones, corners / 4) for corners in shapes.corners])
    scores = shapes.scores - _SAME_COLOUR_PENALTY * alike
    top = int(scores.argmax())
    evidence = np.array([*shapes.evidence[top], alike[top], 1.0])
    sureness = 1 / (1 + math.exp(-float(evidence @ _SURE)))
    return shapes.chosen(np.array([top])), sureness


_TONES: Final = 4800  # 12 of lightness, 20 of each hue


def _tones(picture: SmallPicture) -> Places:
    """A quarter-size picture of tone numbers: colours so coarse that they can be counted."""
    size = (max(2, picture.width // 4), max(2, picture.height // 4))
    lab = np.asarray(cv2.resize(picture.lab, size, interpolation=cv2.INTER_AREA))
    lightness = np.clip(lab[:, :, 0] / 21.4, 0, 11).astype(int)
    hues = np.clip((lab[:, :, 1:] - 128) / 5 + 10, 0, 19).astype(int)
    tones: Places = lightness * 400 + hues[:, :, 0] * 20 + hues[:, :, 1]
    return tones


def _alike(tones: Places, corners: Reals) -> float:
    """0..1 how much the colours inside are those around it (Bhattacharyya coefficient)."""
    centre = corners.mean(0)
    inside = np.zeros(tones.shape, np.uint8)
    around = np.zeros(tones.shape, np.uint8)
    cv2.fillConvexPoly(inside, _whole(centre + (corners - centre) * 0.96), 1)
    cv2.fillConvexPoly(around, _whole(centre + (corners - centre) * 1.5), 1)
    cv2.fillConvexPoly(around, _whole(centre + (corners - centre) * 1.04), 0)
    within = np.bincount(tones[inside > 0], minlength=_TONES)
    beyond = np.bincount(tones[around > 0], minlength=_TONES)
    if beyond.sum() < 8:  # noqa: PLR2004
        return 0.3  # the shape fills the picture: nothing to compare with
    shares = within / max(1, within.sum()) * beyond / beyond.sum()
    return float(np.sqrt(shares).sum())


def _whole(corners: Reals) -> "np.ndarray[tuple[int, ...], np.dtype[np.int32]]":
    return np.round(corners).astype(np.int32)
