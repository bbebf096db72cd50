"""Reads QR codes and barcodes in camera pictures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

import cv2
import numpy as np
import zxingcpp

from devices.camera.api import Frame
from devices.camera.code_places import CodePlace, bar_places, busy_places, cut_out
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


_Found = tuple[Code, ...]
_KINDS: Final = {
    zxingcpp.BarcodeFormat.QRCode: CodeFormat.QR,
    zxingcpp.BarcodeFormat.Code128: CodeFormat.CODE_128,
    zxingcpp.BarcodeFormat.PDF417: CodeFormat.PDF_417,
    zxingcpp.BarcodeFormat.DataMatrix: CodeFormat.DATA_MATRIX,
    zxingcpp.BarcodeFormat.EAN13: CodeFormat.EAN_13,
}
_LONGEST_ENLARGED: Final = 3200  # pixels; above it enlarging costs seconds and finds nothing more
_TILES: Final = (4, 3)  # across and down: the parts in which a live frame is enlarged
_OVERLAP: Final = 0.35  # of a tile, so that no code is cut by all of them
_LIVE_PLACES: Final = 5
_LEAST_BROKEN: Final = 100.0  # pixels of area


def _enlarged(grey: Pixels, times: float = 2.0) -> Pixels:
    """For codes of few pixels a module."""
    height, width = grey.shape[:2]
    factor = min(times, _LONGEST_ENLARGED / max(height, width))
    if factor <= 1:
        return grey
    size = (round(width * factor), round(height * factor))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _crisp(grey: Pixels, width: float, strength: float) -> Pixels:
    """For codes out of focus: unsharp masking, `width` the deviation of the blur in pixels."""
    soft = cv2.GaussianBlur(grey, (0, 0), width)
    return np.asarray(cv2.addWeighted(grey, 1 + strength, soft, -strength, 0), np.uint8)


def _plain(grey: Pixels) -> _Found:
    return _read(grey)


def _in_large(grey: Pixels) -> _Found:
    return _read(_enlarged(grey))


def _in_large_and_crisp(grey: Pixels) -> _Found:
    """The figures are the reference measurement's."""
    return _read(_crisp(_enlarged(grey), 2.2, 1.6))


def _evenly_lit(grey: Pixels) -> _Found:
    """For codes in shadow or under a reflection (CLAHE, the reference measurement's figures)."""
    return _read(np.asarray(cv2.createCLAHE(4.0, (12, 12)).apply(grey), np.uint8))


def _in_large_and_soft(grey: Pixels) -> _Found:
    """For codes on a screen or in coarse dots."""
    return _read(np.asarray(cv2.GaussianBlur(_enlarged(grey), (0, 0), 1.6), np.uint8))


def _at(grey: Pixels, place: CodePlace, scale: float, width: float, strength: float) -> _Found:
    part = cut_out(grey, place, scale)
    return () if part is None else _read(_crisp(part, width, strength))


def _at_bars(grey: Pixels) -> _Found:
    return _joined(_at(grey, place, 2, 2.2, 1.6) for place in bar_places(grey))


def _at_bars_larger(grey: Pixels) -> _Found:
    return _joined(_at(grey, place, 3, 4.0, 3.0) for place in bar_places(grey))


def _evenly_lit_large(grey: Pixels) -> _Found:
    return _evenly_lit(_enlarged(grey))


def _at_places(grey: Pixels) -> _Found:
    """At each in its own direction."""
    return _joined(_at(grey, place, 2, 2.2, 1.6) for place in busy_places(grey))


def _at_places_larger(grey: Pixels) -> _Found:
    return _joined(_at(grey, place, 3, 2.5, 1.0) for place in busy_places(grey))


def _at_broken(grey: Pixels) -> _Found:
    """Where a code was seen that could not be read: once more, straightened.

    Not for PDF417: with a third of its words mended anything comes out (measured once in 90).
    """
    broken = _broken(_crisp(_enlarged(grey), 2.2, 1.6), grey.shape[1])
    codes = _joined(_at(grey, place, 2, 2.2, 1.6) for place in broken)
    return tuple(code for code in codes if code.format is not CodeFormat.PDF_417)


_STEPS: Final[tuple[Callable[[Pixels], _Found], ...]] = (
    _plain,
    _at_bars,
    _at_places,
    _in_large,
    _in_large_and_crisp,
    _evenly_lit,
    _in_large_and_soft,
    _at_bars_larger,
    _evenly_lit_large,
    _at_places_larger,
    _at_broken,
)


def read_codes(frame: Frame) -> tuple[Code, ...]:
    """Every code in one picture, trying all ways until one finds any.

    2 ms when the first way succeeds; about a second at 1280x960 when there is no code, so use
    CodeReader on a live picture. Any text may come back, also an empty one. An EAN-13 counts only
    when the first way or two others find it: one check digit is little in a sharpened picture.
    """
    grey = _grey(frame)
    unsure: set[Code] = set()
    for number, step in enumerate(_STEPS):
        found = step(grey)
        codes = tuple(c for c in found if number == 0 or _is_safe(c) or c in unsure)
        if codes:
            return codes
        unsure.update(found)
    return ()


class CodeReader:
    """Reads a live picture: each frame gets one way of looking, the next frame the next one.

    First the whole frame, then the places where a code may lie, then enlarged parts of the frame,
    and again. So no frame takes long (about 10 ms at 1280x960), and a hard code that lies still
    is read within `SWEEP` frames. Keeps to the way that last found something. For one thread.
    """

    SWEEP: Final = 2 + _LIVE_PLACES + _TILES[0] * _TILES[1]
    """Frames after which every way was tried once."""

    def __init__(self) -> None:
        self._turn = 0
        self._places: tuple[CodePlace, ...] = ()
        self._unsure: set[Code] = set()

    def read(self, frame: Frame) -> tuple[Code, ...]:
        """The codes seen this time. Empty does not mean that there is none: ask again."""
        found = self._look(_grey(frame))
        codes = tuple(c for c in found if self._turn == 0 or _is_safe(c) or c in self._unsure)
        if self._turn == 0:
            self._unsure.clear()
        self._unsure.update(found)
        if not codes:
            self._turn = (self._turn + 1) % self.SWEEP
        return codes

    def _look(self, grey: Pixels) -> _Found:
        turn = self._turn
        if turn == 0:
            return _plain(grey)
        if turn == 1:
            self._places = (*bar_places(grey)[:2], *busy_places(grey))[:_LIVE_PLACES]
            return ()
        number = turn - 2
        if number < _LIVE_PLACES:
            place = self._places[number] if number < len(self._places) else None
            return () if place is None else _at(grey, place, 2, 2.2, 1.6)
        tile = _enlarged(_tile(grey, number - _LIVE_PLACES))
        return _read(_crisp(tile, 2.2, 1.6), large_ones=False)


def _tile(grey: Pixels, number: int) -> Pixels:
    across, down = _TILES
    column, row = number % across, number // across
    height, width = grey.shape[:2]
    tile_width, tile_height = width / across, height / down
    x, y = (column - _OVERLAP / 2) * tile_width, (row - _OVERLAP / 2) * tile_height
    right, bottom = x + tile_width * (1 + _OVERLAP), y + tile_height * (1 + _OVERLAP)
    return grey[max(0, int(y)) : int(bottom) + 1, max(0, int(x)) : int(right) + 1]


def _is_safe(code: Code) -> bool:
    return code.format is not CodeFormat.EAN_13


def _joined(found: Iterable[_Found]) -> _Found:
    return tuple(dict.fromkeys(code for codes in found for code in codes))


def _grey(frame: Frame) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels_of(frame), cv2.COLOR_BGR2GRAY), np.uint8)


def _read(grey: Pixels, *, large_ones: bool = True) -> _Found:
    """`large_ones`: look at smaller copies too, where codes of large modules are found."""
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey),
        formats=zxingcpp.BarcodeFormats(list(_KINDS)),
        try_downscale=large_ones,
        text_mode=zxingcpp.TextMode.Plain,  # the text as written, no brackets put in for people
    )
    return tuple(
        Code(code.text, kind) for code in found if (kind := _KINDS.get(code.format)) is not None
    )


def _broken(large: Pixels, width: int) -> list[CodePlace]:
    """Places of codes whose check fails, in pixels of a picture `width` wide."""
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(large),
        formats=zxingcpp.BarcodeFormats(list(_KINDS)),
        return_errors=True,
    )
    places = []
    for code in found:
        at = code.position
        corners = np.array(
            [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)],
            np.float64,
        )
        if not code.valid and cv2.contourArea(corners.astype(np.float32)) > _LEAST_BROKEN:
            places.append(CodePlace(corners * (width / large.shape[1]), bars=False))
    return places
