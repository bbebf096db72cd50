"""Reads QR codes and barcodes in camera pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

import cv2
import numpy as np
import zxingcpp

from devices.camera.api import Frame
from devices.camera.pictures import Pixels, pixels_of


@unique
class CodeFormat(StrEnum):
    """The kinds that are looked for. Fewer kinds, fewer wrong readings."""

    QR = "qr"
    CODE_128 = "code_128"
    PDF_417 = "pdf_417"
    DATA_MATRIX = "data_matrix"
    EAN_13 = "ean_13"


@dataclass(frozen=True, slots=True)
class Code:
    """What one code says. The text may be personal, so repr hides it.

    Show it to the person before it is used: of the five kinds only EAN-13 has so weak a check
    (one digit) that a wrong text was ever measured, but a code may also be the wrong code.
    """

    text: str = field(repr=False)
    format: CodeFormat


_KINDS: Final = {
    zxingcpp.BarcodeFormat.QRCode: CodeFormat.QR,
    zxingcpp.BarcodeFormat.Code128: CodeFormat.CODE_128,
    zxingcpp.BarcodeFormat.PDF417: CodeFormat.PDF_417,
    zxingcpp.BarcodeFormat.DataMatrix: CodeFormat.DATA_MATRIX,
    zxingcpp.BarcodeFormat.EAN13: CodeFormat.EAN_13,
}
_LONGEST_ENLARGED: Final = 3200  # pixels; above it enlarging costs seconds and finds nothing more


def _plain(grey: Pixels) -> Pixels:
    return grey


def _enlarged(grey: Pixels) -> Pixels:
    """For codes of few pixels a module."""
    height, width = grey.shape[:2]
    factor = min(2.0, _LONGEST_ENLARGED / max(height, width))
    if factor <= 1:
        return grey
    size = (round(width * factor), round(height * factor))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _enlarged_and_crisp(grey: Pixels) -> Pixels:
    """For codes out of focus. The figures are the reference measurement's."""
    large = _enlarged(grey)
    soft = cv2.GaussianBlur(large, (0, 0), 2.2)
    return np.asarray(cv2.addWeighted(large, 2.6, soft, -1.6, 0), np.uint8)


def _evenly_lit(grey: Pixels) -> Pixels:
    """For codes in shadow or under a reflection (CLAHE, the reference measurement's figures)."""
    return np.asarray(cv2.createCLAHE(4.0, (12, 12)).apply(grey), np.uint8)


def _enlarged_and_soft(grey: Pixels) -> Pixels:
    """For codes on a screen or in coarse dots."""
    return np.asarray(cv2.GaussianBlur(_enlarged(grey), (0, 0), 1.6), np.uint8)


_STEPS: Final[tuple[Callable[[Pixels], Pixels], ...]] = (
    _plain,
    _enlarged,
    _enlarged_and_crisp,
    _evenly_lit,
    _enlarged_and_soft,
)


def read_codes(frame: Frame) -> tuple[Code, ...]:
    """Every code in one picture, trying all ways until one finds any.

    2 ms when the first way succeeds; up to half a second at 1600x1200 when there is no code, so
    use CodeReader on a live picture. Any text may come back, also an empty one.
    """
    grey = _grey(frame)
    for prepare in _STEPS:
        codes = _read(prepare(grey))
        if codes:
            return codes
    return ()


class CodeReader:
    """Reads a live picture: each frame gets one way of looking, the next frame the next one.

    So a hard code is read within five frames and no frame takes long. Keeps to the way that last
    found something. For one thread.
    """

    def __init__(self) -> None:
        self._step = 0

    def read(self, frame: Frame) -> tuple[Code, ...]:
        """The codes seen this time. Empty does not mean that there is none: ask again."""
        codes = _read(_STEPS[self._step](_grey(frame)))
        if not codes:
            self._step = (self._step + 1) % len(_STEPS)
        return codes


def _grey(frame: Frame) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels_of(frame), cv2.COLOR_BGR2GRAY), np.uint8)


def _read(grey: Pixels) -> tuple[Code, ...]:
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey),
        formats=zxingcpp.BarcodeFormats(list(_KINDS)),
        text_mode=zxingcpp.TextMode.Plain,  # the text as written, no brackets put in for people
    )
    return tuple(
        Code(code.text, kind) for code in found if (kind := _KINDS.get(code.format)) is not None
    )
