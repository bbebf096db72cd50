"""Pages are found on real photographs and on specimens, and none on empty desks."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from devices.camera.api import Frame
from devices.camera.page_edges import Corners, find_page, outline_page
from devices.camera.pictures import frame_from_file_bytes, frame_of
from devices.camera.specimen_pages import Specimen, empty_desk, on_desk

PAGES = Path(__file__).parents[2] / "samples" / "pages"
LEAST_MEAN_OVERLAP = 0.99
LEAST_MEAN_OVERLAP_OF_OUTLINE = 0.96


def overlap(a: Corners, b: Corners, frame: Frame) -> float:
    """Intersection over union of two shapes inside the frame."""
    masks = []
    for corners in (a, b):
        mask = np.zeros((frame.height, frame.width), np.uint8)
        cv2.fillPoly(mask, [np.round(np.array(corners) * 16).astype(np.int32)], 1, shift=4)
        masks.append(mask > 0)
    return float((masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum())


def flat_pages() -> list[tuple[Frame, Corners]]:
    listed = json.loads((PAGES / "corners.json").read_text(encoding="utf-8"))
    return [
        (frame_from_file_bytes((PAGES / p["file"]).read_bytes()), p["corners_tl_tr_br_bl"])
        for p in listed
        if p["flat"]
    ]


@pytest.fixture(scope="module")
def photographs() -> list[tuple[Frame, Corners]]:
    return flat_pages()


def test_pages_on_real_photographs_are_found_almost_exactly(
    photographs: list[tuple[Frame, Corners]],
) -> None:
    overlaps = []
    for frame, corners in photographs:
        found = find_page(frame)
        overlaps.append(overlap(found.corners, corners, frame) if found else 0.0)
    assert len(overlaps) >= 10
    assert np.mean(overlaps) >= LEAST_MEAN_OVERLAP
    assert min(overlaps) >= 0.95


def test_the_live_outline_is_good_on_real_photographs(
    photographs: list[tuple[Frame, Corners]],
) -> None:
    overlaps = []
    for frame, corners in photographs:
        found = outline_page(frame)
        overlaps.append(overlap(found.corners, corners, frame) if found else 0.0)
    assert np.mean(overlaps) >= LEAST_MEAN_OVERLAP_OF_OUTLINE


@pytest.mark.parametrize("specimen", [Specimen.REGISTER_PAGE, Specimen.FORM, Specimen.CARD])
def test_specimens_are_found_whole_and_surely(specimen: Specimen) -> None:
    for find in (find_page, outline_page):
        found = find(on_desk(specimen))
        assert found is not None
        assert not found.cut_off
        assert found.sureness > 0.6


def test_corners_come_clockwise_from_the_top_left() -> None:
    found = find_page(on_desk(Specimen.FORM))
    assert found is not None
    wanted = ((452, 62), (1178, 84), (1216, 1134), (402, 1108))
    assert np.abs(np.array(found.corners) - wanted).max() < 3


def test_a_page_that_leaves_the_picture_is_called_cut_off() -> None:
    found = find_page(on_desk(Specimen.CUT_OFF_FORM))
    assert found is not None
    assert found.cut_off


def _striped(stripe: int) -> Frame:
    columns = (np.arange(640) // stripe % 2 * 60 + 80).astype(np.uint8)
    return frame_of(np.tile(columns, (480, 1)))


def _noisy() -> Frame:
    noise = np.random.default_rng(1).normal(128, 12, (480, 640, 3))
    return frame_of(noise.clip(0, 255).astype(np.uint8))


def _window_light() -> Frame:
    y, x = np.mgrid[0:480, 0:640]
    return frame_of((60 + 0.15 * x + 0.1 * y).astype(np.uint8))


def _edge_of_the_table() -> Frame:
    pixels = np.full((480, 640, 3), (70, 90, 120), np.uint8)
    pixels[400:] = (30, 30, 30)
    return frame_of(pixels)


@pytest.mark.parametrize("find", [find_page, outline_page])
@pytest.mark.parametrize(
    "empty",
    [
        empty_desk(),
        _noisy(),
        _striped(40),
        _window_light(),
        _edge_of_the_table(),
        Frame(width=640, height=480, bgr=bytes(640 * 480 * 3)),
        Frame(width=640, height=480, bgr=b"\xff" * (640 * 480 * 3)),
        Frame(width=1, height=1, bgr=b"\x10\x20\x30"),
        Frame(width=9, height=3000, bgr=b"\x10" * (9 * 3000 * 3)),
    ],
    ids=["desk", "noise", "stripes", "light", "edge", "black", "white", "dot", "strip"],
)
def test_a_picture_without_a_page_gives_none(find: object, empty: Frame) -> None:
    assert callable(find)
    assert find(empty) is None
