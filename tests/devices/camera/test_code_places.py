"""Places of codes are found and cut out upright."""

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from devices.camera.code_places import CodePlace, bar_places, busy_places, cut_out
from devices.camera.pictures import Pixels, Reals

_TEXT = "ZJ0123456789"


def _symbol(kind: str, module: int) -> Pixels:
    made = zxingcpp.create_barcode(_TEXT, getattr(zxingcpp.BarcodeFormat, kind))
    drawn = np.array(made.to_image(scale=1, add_quiet_zones=False))
    if kind == "Code128":
        drawn = np.repeat(drawn[:1], 30, axis=0)
    return np.kron(drawn, np.ones((module, module))).astype(np.uint8)


def _turned(kind: str, degrees: float) -> tuple[Pixels, Reals]:
    """A frame with one code, turned; and where its corners lie."""
    symbol = _symbol(kind, 5)
    height, width = symbol.shape
    centre = np.array([500.0, 480.0])
    turn = np.radians(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.array([width / 2, height / 2])
    corners = (np.array([[0, 0], [width, 0], [width, height], [0, height]]) - middle) @ rotation.T
    corners = corners + centre
    moved = np.column_stack([rotation, centre - rotation @ middle])
    frame = cv2.warpAffine(symbol, moved, (1000, 960), borderValue=235)
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), 0.8), np.uint8), corners


def _overlap(one: Reals, other: Reals) -> float:
    a, b = one.astype(np.float32), other.astype(np.float32)
    shared = cv2.intersectConvexConvex(a, b)[0]
    return float(shared / (cv2.contourArea(a) + cv2.contourArea(b) - shared))


@pytest.mark.parametrize("degrees", [0, 17, 45])
def test_a_turned_matrix_code_is_cut_out_upright(degrees: float) -> None:
    frame, corners = _turned("DataMatrix", degrees)
    place = max(busy_places(frame), key=lambda one: _overlap(one.corners, corners))
    assert _overlap(place.corners, corners) > 0.5
    assert not place.bars
    part = cut_out(frame, place, 2)
    assert part is not None
    texts = [code.text for code in zxingcpp.read_barcodes(part, try_rotate=True)]
    assert texts == [_TEXT]


@pytest.mark.parametrize("degrees", [0, 30])
def test_bars_are_known_for_bars(degrees: float) -> None:
    frame, _ = _turned("Code128", degrees)
    assert busy_places(frame)[0].bars
    assert all(place.bars for place in bar_places(frame))
    assert bar_places(frame)


def test_nothing_to_see_gives_no_place() -> None:
    blank = np.full((480, 640), 200, np.uint8)
    assert busy_places(blank) == ()
    assert bar_places(blank) == ()


def test_too_small_and_too_large_places_are_not_cut_out() -> None:
    frame = np.zeros((500, 500), np.uint8)
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    assert cut_out(frame, CodePlace(square, bars=False), 2) is None
    assert cut_out(frame, CodePlace(square * 5000, bars=False), 2) is None


@given(arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 90))))
def test_any_picture_gets_an_answer(grey: Pixels) -> None:
    for place in (*busy_places(grey), *bar_places(grey)):
        cut_out(grey, place, 2)
