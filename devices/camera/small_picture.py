"""The picture at working size, in one of two ways of looking for a page."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from devices.camera.pictures import Pixels, Reals

# All constants of this file are own choices, tuned on generated pictures of pages.
COLOUR_WEIGHT: Final = np.array([1.0, 1.3, 1.3])  # of L, a, b: hue survives shadows, lightness not
_STRETCH: Final = 14.0  # a step of one threshold becomes this high for the segment detector
_SOFT: Final = 40.0  # grey steps from which on stretched lightness is pressed together
_AROUND: Final = (41, 41)  # working pixels that count as a place's surroundings


@dataclass(frozen=True, slots=True)
class Search:
    """One way of looking. The lengths are working pixels."""

    side: int  # the longer one of the picture
    against_texture: bool  # measure steps against the desk's grain; else against noise only
    smoothed: int  # box over which the colours beside a line are averaged
    near: float  # from the line at which its two sides are compared ...
    far: float  # ... and again: a printed rule is thinner than this, a page is not
    on_line: float  # a segment this near to a line is part of it
    most_merged: int  # lines that are looked along
    most_per_bin: int  # of each direction: else wood grain crowds out the page
    most_lines: int
    most_pairs: int  # of opposite lines of each direction
    border: float  # what a frame border counts as side: a page may be cut off by one


COARSE: Final = Search(
    side=360,
    against_texture=True,
    smoothed=3,
    near=3.0,
    far=5.0,
    on_line=2.0,
    most_merged=80,
    most_per_bin=12,
    most_lines=48,
    most_pairs=60,
    border=0.36,
)
"""Sees a page on wood or cloth, whose grain disappears, and takes half the time of FINE."""

FINE: Final = Search(
    side=640,
    against_texture=False,
    smoothed=5,
    near=4.0,
    far=7.0,
    on_line=2.5,
    most_merged=60,
    most_per_bin=9,
    most_lines=36,
    most_pairs=50,
    border=0.30,
)
"""Sees white paper on a white desk and narrow slips; lost on wood."""


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """The picture at working size: `lab` (height, width, 3) and the same smoothed."""

    lab: Reals
    smooth: Reals
    scale: float  # original pixels per working pixel
    threshold: float  # the colour difference that counts as a step here
    search: Search

    @property
    def height(self) -> int:
        return int(self.lab.shape[0])

    @property
    def width(self) -> int:
        return int(self.lab.shape[1])


def shrink(pixels: Pixels, search: Search) -> SmallPicture:
    """The picture at working size in CIE Lab as OpenCV scales it (0..255 each)."""
    height, width = pixels.shape[:2]
    scale = max(height, width) / search.side
    size = (max(8, round(width / scale)), max(8, round(height / scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).astype(np.float32)
    lab = np.asarray(cv2.GaussianBlur(lab, (0, 0), 0.8), np.float32)
    smooth = np.asarray(cv2.blur(lab, (search.smoothed, search.smoothed)), np.float32)
    noise = float(np.median(np.abs(cv2.Laplacian(lab[:, :, 0], cv2.CV_32F))))
    if search.against_texture:
        threshold = max(3.0, 2.2 * noise + 1.5, _texture(smooth))
    else:
        threshold = max(5.0, 2.2 * noise + 3)
    return SmallPicture(lab, smooth, scale, threshold, search)


def _texture(smooth: Reals) -> float:
    """How much places 8 working pixels apart usually differ; 0 in the smallest pictures.

    Edges of a page are rare in a picture and hardly move the median; the grain of a desk does.
    """
    coarse = smooth[::4, ::4] * COLOUR_WEIGHT
    if min(coarse.shape[:2]) <= 2:  # noqa: PLR2004
        return 0.0
    across = np.linalg.norm(coarse[:-2, 2:] - coarse[:-2, :-2], axis=2)
    down = np.linalg.norm(coarse[2:, :-2] - coarse[:-2, :-2], axis=2)
    return float(np.median(np.maximum(across, down)))


def views(picture: SmallPicture) -> list[Pixels]:
    """Grey pictures to look for segments in: lightness and hues."""
    found = _quiet_views(picture) if picture.search.against_texture else _plain_views(picture)
    return [np.clip(view, 0, 255).astype(np.uint8) for view in found]


def _quiet_views(picture: SmallPicture) -> list[Reals]:
    """Lightness, stretched the more the quieter the picture is, and the hue that differs most.

    White paper on a light desk differs by 3 steps of 255, too few for the segment detector. On
    wood, where stretching would raise the grain, lightness stays as it is.
    """
    lightness = picture.lab[:, :, 0]
    around = np.asarray(cv2.boxFilter(lightness, -1, _AROUND))
    wide = (lightness - around) * float(np.clip(_STRETCH / picture.threshold, 1, 4))
    # strong edges are pressed together, not cut: cut, they turn into stairs
    stretched = _SOFT * np.arcsinh(wide / _SOFT) + 128
    hues = picture.lab[:, :, 1:] - 128
    some = hues[::4, ::4].reshape(-1, 2)
    some = some - some.mean(0)
    most = np.linalg.eigh(some.T @ some)[1][:, 1]
    return [stretched, hues @ most.astype(np.float32) * 3 + 128]


def _plain_views(picture: SmallPicture) -> list[Reals]:
    """Lightness, its local contrast, and the two hues."""
    lightness, green_red, blue_yellow = (picture.lab[:, :, k] for k in range(3))
    mean = np.asarray(cv2.boxFilter(lightness, -1, _AROUND))
    square = np.asarray(cv2.boxFilter(lightness * lightness, -1, _AROUND))
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    contrast = (lightness - mean) / (spread + 3.0) * 45 + 128
    return [lightness, contrast, (green_red - 128) * 3 + 128, (blue_yellow - 128) * 3 + 128]
