"""Finds the sheet or card that lies under the camera."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from devices.camera.api import Frame
from devices.camera.page_candidates import Candidates, candidates, different
from devices.camera.page_lines import find_lines
from devices.camera.page_sides import refine
from devices.camera.pictures import Pixels, Places, Reals, pixels_of
from devices.camera.small_picture import COARSE, FINE, Search, SmallPicture, shrink

Corner = tuple[float, float]
Corners = tuple[Corner, Corner, Corner, Corner]

# All constants of this file are own choices, tuned on generated pictures of pages.
_SECOND_LOOK: Final = 30  # shapes whose inside is compared with their outside
_SAME_COLOUR_PENALTY: Final = 0.516
# Logistic regression on generated pages and empty pictures (600 and 200 for COARSE, 320 and 90 for
# FINE): the evidence of page_candidates, then how alike inside and outside are, then a constant.
_SURE: Final = {
    COARSE: np.array([1.09, 1.6, -1.59, 0.29, -1.65, -0.8, 1.13, -0.47, -1.4, -3.9, -0.11]),
    FINE: np.array([1.88, 2.38, -5.76, 2.24, -2.49, -1.59, -0.01, 1.81, -0.81, -5.66, 0.07]),
}
_LEAST_SURE: Final = 0.5  # of 70 empty pictures 4 still pass
_SURE_ENOUGH: Final = 0.85  # three of four pages: no finer look is worth its time
_BORDER: Final = 3.0  # pixels: a corner this near to the border is taken for cut off


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Where the page lies. Corners are pixels of the frame; those of a cut-off page may lie
    outside it. The first is the page's corner nearest to the frame's top left: no text is read,
    so a page that lies upside down stays upside down."""

    corners: Corners  # top left, top right, bottom right, bottom left
    sureness: float  # 0..1: the share of right answers among such on generated pictures
    cut_off: bool  # a corner or a whole side is not in the picture


@dataclass(frozen=True, slots=True)
class _Seen:
    shape: Candidates  # the one that looks most like a page
    sureness: float
    scale: float  # original pixels per pixel of the shape


def find_page(frame: Frame) -> FoundPage | None:
    """The page in the frame with sides fitted at full resolution, or None when there is none.

    For taking a picture. Looks coarsely, and finely too where that left doubt. At 1280x960 about
    70 ms on one core; three times that for the quarter of pages, and the desks, that leave doubt.
    """
    pixels = pixels_of(frame)
    seen = _look(pixels, COARSE)
    if seen is None or seen.sureness < _SURE_ENOUGH:
        finer = _look(pixels, FINE)
        if seen is None or (finer is not None and finer.sureness >= seen.sureness):
            seen = finer
    return _fitted(pixels, seen, frame)


def outline_page(frame: Frame) -> FoundPage | None:
    """Like find_page, without the finer look. For the live outline."""
    pixels = pixels_of(frame)
    return _fitted(pixels, _look(pixels, COARSE), frame)


def _look(pixels: Pixels, search: Search) -> _Seen | None:
    small = shrink(pixels, search)
    lines = find_lines(small)
    shapes = candidates(lines, small) if lines is not None else None
    if shapes is None:
        return None
    shape, sureness = _best(different(shapes, _SECOND_LOOK), small)
    return _Seen(shape, sureness, small.scale)


def _fitted(pixels: Pixels, seen: _Seen | None, frame: Frame) -> FoundPage | None:
    """The page at full resolution, if it is sure enough to be one."""
    if seen is None or seen.sureness < _LEAST_SURE:
        return None
    on_border = seen.shape.on_border[0]
    rough = (seen.shape.corners[0] + 0.5) * seen.scale - 0.5
    fitted = refine(pixels, rough, on_border, 2.2 * seen.scale)
    return FoundPage(
        corners=in_order(fitted),
        sureness=seen.sureness,
        cut_off=bool(on_border.any()) or _leaves(fitted, frame),
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
    sureness = 1 / (1 + math.exp(-float(evidence @ _SURE[picture.search])))
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
