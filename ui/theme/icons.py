"""Our own simple pictures, drawn in a colour of the tokens at the size asked for."""

from enum import StrEnum, unique
from functools import cache
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel

INK: Final = "#000"  # stands in every file where the colour goes


@unique
class Picture(StrEnum):
    """The value is the name of the file in ui/theme/icons."""

    HOME = "home"
    BACK = "back"
    NEXT = "next"
    SEARCH = "search"
    CAMERA = "camera"
    PRINTER = "printer"
    CLOUD_OK = "cloud_ok"
    CLOUD_OFF = "cloud_off"
    CHECK = "check"
    TICK = "tick"
    WARNING = "warning"
    INFO = "info"
    CLOCK = "clock"
    CLOSE = "close"
    SHIELD = "shield"
    LIST = "list"
    DOCUMENT = "document"
    EYE = "eye"
    UP = "up"
    DOWN = "down"
    SOUND = "sound"
    COMFORT = "comfort"
    STICK = "stick"
    PENSION = "pension"
    MEDICAL = "medical"
    RELIEF = "relief"
    JOBS = "jobs"
    HOUSE = "house"
    PERMIT = "permit"
    ELDER = "elder"
    RURAL = "rural"
    AGAIN = "again"
    PHONE = "phone"
    CARD = "card"
    FACE = "face"  # 102 x 126, as the photo of an ID card
    # 480 x 300: what is to be done at the A4 printer
    PRINTER_PAPER = "printer_paper"
    PRINTER_COVER = "printer_cover"
    PRINTER_JAM = "printer_jam"
    PRINTER_TONER = "printer_toner"
    PRINTER_OFF = "printer_off"
    PRINTER_PAUSED = "printer_paused"
    PRINTER_STALLED = "printer_stalled"
    PRINTER_WRONG = "printer_wrong"
    CARD_ON_READER = "card_on_reader"  # 480 x 300
    CODE_TO_CAMERA = "code_to_camera"  # 480 x 300


@cache
def picture(name: Picture, colour: str, height: int) -> QPixmap:
    """The picture in that #RRGGBB, that many pixels high, on a clear ground.

    About 1 ms the first time. All of a terminal's take about 2 MB: they are kept.
    """
    file = files("ui.theme") / "icons" / f"{name.value}.svg"
    svg = file.read_text(encoding="utf-8").replace(INK, colour)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = renderer.defaultSize()
    width = round(height * size.width() / size.height())
    pixmap = QPixmap(QSize(width, height))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, width, height))
    painter.end()
    return pixmap


def icon(name: Picture, colour: str, height: int) -> QIcon:
    """The same for a button; use with `setIconSize(QSize(height, height))`."""
    return QIcon(picture(name, colour, height))


def shown(name: Picture, colour: str, height: int) -> QLabel:
    """The same as a label of exactly that size."""
    label = QLabel()
    pixmap = picture(name, colour, height)
    label.setPixmap(pixmap)
    label.setFixedSize(pixmap.size())
    return label
