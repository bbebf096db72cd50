"""The face on an ID card, or a silhouette where it cannot be decoded."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel

from kiosk.domain.identity import Portrait
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale

HEIGHT = 168  # as wide as four characters of a name


def face(portrait: Portrait | None, scale: Scale) -> QLabel:
    """A label of that picture; it goes with the label, nothing keeps it."""
    high = scale.px(HEIGHT)
    if portrait is None:
        return shown(Picture.FACE, scale.ink(Colour.TEXT_QUIET), high)
    width, height = portrait.width, portrait.height
    image = QImage(portrait.rgb, width, height, 3 * width, QImage.Format.Format_RGB888)
    smooth = Qt.TransformationMode.SmoothTransformation
    label = QLabel()
    label.setPixmap(QPixmap.fromImage(image.copy()).scaledToHeight(high, smooth))
    label.setFixedSize(label.pixmap().size())
    return label
