"""Draws onto a checked scan what makes it a B-level one: 国办函〔2016〕108号 (domain.md 3.2)."""

from datetime import date
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

# The words of the rule; what the paper is for stands in the gap.
WORDS: Final = "此件经与原件核对无误，仅供办理“{item}”使用"
INK: Final = QColor(176, 30, 30, 85)  # red as a stamp; what lies below stays readable
LETTERS_PER_LINE: Final = 26  # so that the words go across the page in two or three lines
SLANT: Final = -24.0  # degrees
QUALITY: Final = 90  # as the camera's own pages: a second pass must not blur the letters


class NoPicture(Exception):
    """The bytes are no picture."""


def watermarked(jpeg: bytes, *, item: str, day: date) -> bytes:
    """The same picture as JPEG with the words, item and day across it.

    About 80 ms for an A4 page: not on the interface's thread. Raises NoPicture.
    """
    picture = QImage.fromData(jpeg)
    if picture.isNull():
        raise NoPicture
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    font = QFont("Noto Sans CJK SC")
    font.setPixelSize(max(12, picture.width() // LETTERS_PER_LINE))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(INK)
    painter.translate(picture.width() / 2, picture.height() / 2)
    painter.rotate(SLANT)
    across = QRectF(-picture.width() * 0.45, -picture.height() / 2, picture.width() * 0.9, 0)
    across.setHeight(picture.height())
    words = f"{WORDS.format(item=item)}\n{day.year}年{day.month}月{day.day}日"
    flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWrapAnywhere)
    painter.drawText(across, flags, words)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPEG", QUALITY)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
