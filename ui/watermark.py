"""Draws onto a checked scan what makes it a B-level one: 国办函〔2016〕108号 (domain.md 3.2)."""

from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from devices.camera.api import Frame
from devices.camera.page_file import shape_of, with_words_below
from devices.device import DeviceError
from kiosk.domain.page import ScanLevel, ScannedPage

# The words of the rule; what the paper is for stands in the gap.
WORDS: Final = "此件经与原件核对无误，仅供办理“{item}”使用"
INK: Final = QColor(176, 30, 30, 85)  # red as a stamp; what lies below stays readable
PALE_INK: Final = (229, 180, 180)  # what INK looks like on white paper; painted below the print
LETTERS_PER_LINE: Final = 26  # so that the words go across the page in two or three lines
SLANT: Final = -24.0  # degrees
QUALITY: Final = 90  # as the camera's own pages: a second pass must not blur the letters


class NoPicture(Exception):
    """The bytes are no picture."""


def checked(page: ScannedPage, *, item: str, day: date) -> ScannedPage:
    """The same page as a B-level one, with the words, item and day across it.

    A page of print keeps its sharp stencils: the words lie below them. About 0.2 s for an A4
    page: not on the interface's thread. Raises NoPicture.
    """
    done = replace(page, level=ScanLevel.CHECKED, overridden=bool(page.doubts))
    if not page.pdf:
        return replace(done, jpeg=watermarked(page.jpeg, item=item, day=day))
    try:
        marked = with_words_below(page.pdf, _words_alone(page.pdf, item, day), PALE_INK)
    except (DeviceError, ValueError) as error:
        raise NoPicture from error
    return replace(done, jpeg=marked.jpeg, pdf=marked.pdf)


def watermarked(jpeg: bytes, *, item: str, day: date) -> bytes:
    """The same picture as JPEG with the words, item and day across it.

    About 80 ms for an A4 page: not on the interface's thread. Raises NoPicture.
    """
    picture = QImage.fromData(jpeg)
    if picture.isNull():
        raise NoPicture
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    _write(picture, INK, item, day)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPEG", QUALITY)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _words_alone(pdf: bytes, item: str, day: date) -> Frame:
    """Black on white, as large as the page."""
    width, height = shape_of(pdf)
    picture = QImage(width, height, QImage.Format.Format_BGR888)
    picture.fill(Qt.GlobalColor.white)
    _write(picture, QColor(Qt.GlobalColor.black), item, day)
    rows = bytes(picture.constBits())
    step = picture.bytesPerLine()  # rows begin at multiples of four bytes
    packed = b"".join(rows[y * step : y * step + width * 3] for y in range(height))
    return Frame(width, height, packed)


def _write(picture: QImage, ink: QColor, item: str, day: date) -> None:
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    font = QFont("Noto Sans CJK SC")
    font.setPixelSize(max(12, picture.width() // LETTERS_PER_LINE))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(ink)
    painter.translate(picture.width() / 2, picture.height() / 2)
    painter.rotate(SLANT)
    across = QRectF(-picture.width() * 0.45, -picture.height() / 2, picture.width() * 0.9, 0)
    across.setHeight(picture.height())
    words = f"{WORDS.format(item=item)}\n{day.year}年{day.month}月{day.day}日"
    flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWrapAnywhere)
    painter.drawText(across, flags, words)
    painter.end()
