"""Pictures of invented papers on a desk, for the demonstration: no real paper is needed."""

from enum import StrEnum, unique
from typing import Final

import cv2
import numpy as np

from devices.camera import specimen_sheets
from devices.camera.api import Frame
from devices.camera.pictures import Pixels, Reals, frame_of

WIDTH: Final = 1600
HEIGHT: Final = 1200
_GRAIN_SEED: Final = 20250101  # the desk always looks the same
_DESK: Final = np.array([74.0, 98.0, 128.0])  # BGR of brown wood
_OUT_OF_FOCUS: Final = 4.0  # pixels of blur that everyone sees


@unique
class Specimen(StrEnum):
    """What can be laid under the camera."""

    REGISTER_PAGE = "register_page"  # 居民户口簿, one page
    FORM = "form"  # A4, filled in
    CARD = "card"  # ID-1
    BLURRED_FORM = "blurred_form"  # the form out of focus, to see the warning
    CUT_OFF_FORM = "cut_off_form"  # the form pushed half out of the picture


# Corners in the picture: top left, top right, bottom right, bottom left; tilted as by hand.
_PLACES: Final[dict[Specimen, tuple[tuple[float, float], ...]]] = {
    Specimen.REGISTER_PAGE: ((262, 196), (1322, 158), (1385, 968), (218, 1001)),
    Specimen.FORM: ((452, 62), (1178, 84), (1216, 1134), (402, 1108)),
    Specimen.CARD: ((498, 372), (1090, 348), (1112, 732), (486, 748)),
    Specimen.BLURRED_FORM: ((470, 70), (1190, 66), (1210, 1128), (430, 1120)),
    Specimen.CUT_OFF_FORM: ((450, 320), (1180, 300), (1230, 1390), (400, 1410)),
}


def on_desk(specimen: Specimen) -> Frame:
    """The paper on the desk, 1600x1200, always the same picture. Up to a second."""
    sheet = _sheet(specimen)
    picture = _laid(_desk(), sheet, np.array(_PLACES[specimen], np.float32))
    if specimen is Specimen.BLURRED_FORM:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), _OUT_OF_FOCUS))
    return frame_of(_seen_by_sensor(picture))


def empty_desk() -> Frame:
    """The desk with nothing on it, 1600x1200."""
    return frame_of(_seen_by_sensor(_desk()))


def _sheet(specimen: Specimen) -> Pixels:
    if specimen is Specimen.REGISTER_PAGE:
        return specimen_sheets.register_page()
    if specimen is Specimen.CARD:
        return specimen_sheets.card()
    return specimen_sheets.filled_form()


def _desk() -> Reals:
    """Brown wood: long soft streaks, brighter towards one corner as under a window."""
    random = np.random.default_rng(_GRAIN_SEED)
    streaks = random.standard_normal((HEIGHT, WIDTH // 16)).astype(np.float32)
    wide = np.asarray(cv2.resize(streaks, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))
    grain = np.asarray(cv2.GaussianBlur(wide, (0, 0), sigmaX=60, sigmaY=2.2))
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    light = 1.08 - 0.16 * x / WIDTH - 0.12 * y / HEIGHT
    desk: Reals = (_DESK * (light * (1 + 0.30 * grain))[:, :, None]).astype(np.float32)
    return desk


def _laid(desk: Reals, sheet: Pixels, corners: Reals) -> Reals:
    """The sheet on the desk in perspective, with the soft shadow of its edge."""
    height, width = sheet.shape[:2]
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(whole, corners.astype(np.float32))
    shrunk = np.sqrt(abs(cv2.contourArea(corners.astype(np.float32))) / (width * height))
    fine = cv2.GaussianBlur(sheet, (0, 0), max(0.3, 0.45 / shrunk))  # else small print flickers
    size = (WIDTH, HEIGHT)
    paper = np.asarray(cv2.warpPerspective(fine, turn, size, flags=cv2.INTER_LINEAR))
    cover = np.full((height, width), 255, np.uint8)
    mask = np.asarray(cv2.warpPerspective(cover, turn, size, flags=cv2.INTER_LINEAR)) / 255
    moved = cv2.warpAffine(mask, np.array([[1.0, 0, 4], [0, 1, 6]]), size)
    shadow = np.asarray(cv2.GaussianBlur(moved, (0, 0), 7))
    shaded = desk * (1 - 0.28 * shadow[:, :, None])
    laid: Reals = shaded * (1 - mask[:, :, None]) + paper * (0.95 * mask[:, :, None])
    return laid


def _seen_by_sensor(picture: Reals) -> Pixels:
    """A little softness and noise, as any camera adds."""
    random = np.random.default_rng(_GRAIN_SEED)
    soft = np.asarray(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 0.5))
    noise = random.standard_normal((HEIGHT, WIDTH, 1)).astype(np.float32) * 1.6
    return np.clip(soft + noise, 0, 255).astype(np.uint8)
