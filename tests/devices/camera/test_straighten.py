"""A page is laid flat in its own proportions, as it lay, and not larger than it was seen."""

import math

import cv2
import numpy as np
import pytest

from devices.camera.api import Frame
from devices.camera.page_edges import Corners
from devices.camera.pictures import frame_of, pixels_of
from devices.camera.straighten import proportions, straighten

_EMPTY = frame_of(np.full((1200, 1600, 3), 90, np.uint8))


def seen_by_a_lens(
    width: float, height: float, *, tilt: float, turn: float, lens: float
) -> Corners:
    """Where a sheet's corners appear in a 1600x1200 picture; angles in degrees."""
    sheet = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * [width / 2, height / 2, 0]
    lean, spin = np.deg2rad(tilt), np.deg2rad(turn)
    turned = np.array(
        [[np.cos(spin), -np.sin(spin), 0], [np.sin(spin), np.cos(spin), 0], [0, 0, 1]]
    )
    axis = np.array([math.cos(0.7), math.sin(0.7), 0.0]) * lean
    placed = sheet @ turned.T @ np.asarray(cv2.Rodrigues(axis)[0]).T
    placed[:, 2] += 2.2 * max(width, height)
    picture = placed[:, :2] / placed[:, 2:] * lens * 1600 + [800, 600]
    a, b, c, d = ((float(x), float(y)) for x, y in picture)
    return a, b, c, d


@pytest.mark.parametrize("tilt", [0, 10, 25])
@pytest.mark.parametrize(
    ("width", "height"), [(297.0, 210.0), (210.0, 297.0), (85.6, 53.98), (143.0, 105.0)]
)
def test_the_sheets_own_proportions_come_back(width: float, height: float, tilt: float) -> None:
    corners = seen_by_a_lens(width, height, tilt=tilt, turn=8, lens=0.85)
    assert proportions(np.array(corners), _EMPTY) == pytest.approx(width / height, rel=0.02)


def test_the_lens_is_worked_out_when_the_page_is_tilted_enough() -> None:
    corners = seen_by_a_lens(143.0, 105.0, tilt=30, turn=5, lens=1.4)
    assert proportions(np.array(corners), _EMPTY) == pytest.approx(143 / 105, rel=0.02)


def test_a_sheet_near_a4_becomes_exactly_a4() -> None:
    page = straighten(_EMPTY, ((100, 100), (1141, 100), (1141, 830), (100, 830)))
    assert page.width / page.height == pytest.approx(297 / 210, abs=0.002)
    assert page.width <= 1042  # not enlarged


def test_portrait_stays_portrait() -> None:
    page = straighten(_EMPTY, ((500, 50), (1100, 60), (1110, 900), (490, 890)))
    assert page.height > page.width


def test_a_large_picture_is_brought_down_to_the_wanted_fineness() -> None:
    large = frame_of(np.zeros((3000, 4000, 3), np.uint8))
    page = straighten(large, ((100, 100), (3901, 100), (3901, 2788), (100, 2788)), dpi=200)
    assert (page.width, page.height) == (2339, 1654)
    card = straighten(large, ((100, 100), (1684, 100), (1684, 1099), (100, 1099)), dpi=200)
    assert (card.width, card.height) == (1011, 638)  # 300 dpi of an ID-1 card


def test_every_corner_of_the_page_comes_to_the_same_corner_of_the_result() -> None:
    pixels = np.zeros((400, 600, 3), np.uint8)
    colours = ((250, 20, 20), (20, 250, 20), (20, 20, 250), (240, 240, 20))
    corners: Corners = ((100, 60), (500, 90), (480, 340), (120, 320))
    centre = np.array(corners).mean(0)
    for corner, colour in zip(corners, colours, strict=True):
        middle = (np.array(corner) + centre) / 2
        cv2.circle(pixels, (int(middle[0]), int(middle[1])), 40, colour, -1)
    page = pixels_of(straighten(frame_of(pixels), corners))
    height, width = page.shape[:2]
    places = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
    for (across, down), colour in zip(places, colours, strict=True):
        seen = page[int(height * down), int(width * across)]
        assert np.abs(seen.astype(int) - colour).max() < 12


@pytest.mark.parametrize(
    "corners",
    [
        ((0, 0), (5, 0), (5, 5), (0, 5)),
        ((0, 0), (0, 100), (100, 100), (100, 0)),
        ((0, 0), (100, 100), (100, 0), (0, 100)),
        ((0, 0), (math.nan, 0), (100, 100), (0, 100)),
    ],
    ids=["tiny", "backwards", "crossed", "nowhere"],
)
def test_corners_that_are_no_page_are_refused(corners: Corners) -> None:
    with pytest.raises(ValueError, match="corners"):
        straighten(Frame(width=100, height=100, bgr=bytes(30000)), corners)
