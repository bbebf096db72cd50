"""From one picture to a page that can be kept, with its doubts."""

import cv2
import numpy as np
import pytest

from devices.camera.api import Frame
from devices.camera.page_edges import FoundPage, find_page
from devices.camera.pictures import frame_of, from_jpeg, pixels_of
from devices.camera.scan_page import keep_page, scan_page
from devices.camera.specimen_pages import Specimen, empty_desk, on_desk
from kiosk.domain.page import PageDoubt


@pytest.mark.parametrize("specimen", [Specimen.FORM, Specimen.REGISTER_PAGE, Specimen.CARD])
def test_a_good_page_has_no_doubts(specimen: Specimen) -> None:
    page = scan_page(on_desk(specimen), material="household_register")
    assert page.doubts == frozenset()
    assert page.material == "household_register"
    kept = from_jpeg(page.jpeg)
    assert (kept.width, kept.height) == (page.width, page.height)


def test_a_page_out_of_focus_is_blurred() -> None:
    page = scan_page(on_desk(Specimen.BLURRED_FORM), material="form")
    assert page.doubts == {PageDoubt.BLURRED}


def test_a_page_pushed_out_of_the_picture_is_cut_off() -> None:
    assert PageDoubt.CUT_OFF in scan_page(on_desk(Specimen.CUT_OFF_FORM), material="form").doubts


def test_an_empty_desk_is_kept_whole_and_called_no_page() -> None:
    page = scan_page(empty_desk(), material="form")
    assert page.doubts == {PageDoubt.NO_PAGE}
    assert (page.width, page.height) == (1600, 1200)


def test_a_page_in_the_dark_is_called_dark() -> None:
    night = frame_of((pixels_of(on_desk(Specimen.FORM)) * 0.22).astype(np.uint8))
    assert PageDoubt.DARK in scan_page(night, material="form").doubts


def test_a_reflection_on_the_page_is_called_glare() -> None:
    pixels = pixels_of(on_desk(Specimen.FORM)).astype(np.float32) * 0.8
    y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
    spot = 400 * np.exp(-((x - 800) ** 2 + (y - 700) ** 2) / (2 * 90**2))
    shining = frame_of((pixels + spot[:, :, None]).clip(0, 255).astype(np.uint8))
    assert scan_page(shining, material="form").doubts == {PageDoubt.GLARE}


def test_a_blank_sheet_is_not_called_blurred() -> None:
    desk = pixels_of(empty_desk()).copy()
    cv2.fillPoly(desk, [np.array([[300, 200], [1200, 220], [1190, 860], [310, 840]])], (235,) * 3)
    page = scan_page(frame_of(desk), material="form")
    assert page.doubts == frozenset()


def test_corners_set_by_hand_are_used() -> None:
    by_hand = FoundPage(
        corners=((300, 200), (900, 200), (900, 600), (300, 600)), sureness=1.0, cut_off=False
    )
    page = keep_page(on_desk(Specimen.REGISTER_PAGE), by_hand, material="register")
    assert page.width == pytest.approx(600, abs=2)


def test_the_smallest_pictures_do_not_fail() -> None:
    for width, height in ((1, 1), (17, 2), (40, 40)):
        frame = Frame(width=width, height=height, bgr=bytes([99]) * (width * height * 3))
        assert find_page(frame) is None
        assert scan_page(frame, material="form").doubts == {PageDoubt.NO_PAGE}


def test_a_shape_too_small_to_read_is_no_page() -> None:
    """The frames matrix saw a page in noise of 4x29 pixels, which could not be straightened."""
    for number, (width, height) in enumerate([(4, 29), (2, 34), (15, 200), (31, 8)]):
        noise = np.random.default_rng(number).integers(0, 256, (height, width, 3), np.uint8)
        assert scan_page(frame_of(noise), material="form").doubts == {PageDoubt.NO_PAGE}
