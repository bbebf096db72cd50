"""Draws invented passports and permits with a machine-readable zone, for the demonstration."""

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from devices.camera.api import Frame
from devices.camera.pictures import Pixels, frame_of
from devices.camera.reading.specimen_cards import photographed

OCR_B: Final = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")  # Debian fonts-ocr-b
_INSTEAD: Final = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_MONOSPACED: Final = 7  # the face Noto Sans Mono CJK SC inside that collection
_DOTS: Final = 12  # a millimetre: 300 dpi
_PITCH: Final = 2.54  # millimetres of one letter, ten to the inch (Doc 9303-3, recalled)
_PASSPORT: Final = (125, 88)  # millimetres, ID-3 (ISO/IEC 7810)
_CARD: Final = (85.6, 54)
_LINE_STEP: Final = 6.35  # millimetres, Doc 9303-4 (recalled); cards have less room
_CARD_STEP: Final = 4.6
_INK: Final = (26, 26, 30)


def passport_page(zone: str) -> Pixels:
    """护照资料页: two lines of 44 letters at the foot of an ID-3 page, BGR."""
    return _drawn(zone, _PASSPORT, _LINE_STEP, foot=7)


def card_back(zone: str) -> Pixels:
    """The back of a permit: three lines of 30 letters at the foot of an ID-1 card, BGR."""
    return _drawn(zone, _CARD, _CARD_STEP, foot=4)


def photographed_document(zone: str) -> Frame:
    """The document with that zone under the camera, 1600x1200, always the same picture."""
    sheet = card_back(zone) if zone.count("\n") > 1 else passport_page(zone)
    random = np.random.default_rng(3)
    return frame_of(photographed(sheet, random, share=0.65, size=(1600, 1200))[0])


def _drawn(zone: str, size: tuple[float, float], step: float, foot: float) -> Pixels:
    width, height = round(size[0] * _DOTS), round(size[1] * _DOTS)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = 5 * np.sin(x / 7 + 6 * np.sin(y / 50))
    ground = np.array((226, 222, 228), np.float32) + waves[:, :, None] * np.array([1, -0.5, 0.6])
    image = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    heading = ImageFont.truetype(_INSTEAD, round(5 * _DOTS), index=2)
    pen.text((width * 0.3, height * 0.12), "样张 SAMPLE", font=heading, fill=(150, 70, 70))
    pen.rectangle((width * 0.05, height * 0.1, width * 0.24, height * 0.5), fill=(190, 196, 204))
    lines = zone.split("\n")
    font = _font()
    for at, line in enumerate(lines):
        middle = height - (foot + step * (len(lines) - 1 - at)) * _DOTS
        left = (width - len(line) * _PITCH * _DOTS) / 2
        for place, letter in enumerate(line):
            x_place = left + (place + 0.5) * _PITCH * _DOTS
            pen.text((x_place, middle), letter, font=font, fill=_INK, anchor="mm")
    return np.ascontiguousarray(np.asarray(image, np.uint8)[:, :, ::-1])


def _font() -> ImageFont.FreeTypeFont:
    """OCR-B where it is installed; else letters of equal width that look otherwise."""
    if OCR_B.is_file():
        return ImageFont.truetype(OCR_B, round(_PITCH * _DOTS / 0.723))
    return ImageFont.truetype(_INSTEAD, round(_PITCH * _DOTS / 0.5), index=_MONOSPACED)
