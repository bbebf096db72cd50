"""The face on a card, or a silhouette."""

from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from kiosk.domain.identity import Portrait
from ui.theme.tokens import Scale
from ui.widgets.face import HEIGHT, face

RED, BLUE = bytes([255, 0, 0]), bytes([0, 0, 255])
RED_ABOVE_BLUE = Portrait(102, 126, RED * 102 * 63 + BLUE * 102 * 63)
SCALE = Scale(1080, 1920)


def test_a_face_is_shown_as_it_is(qtbot: QtBot) -> None:
    label = face(RED_ABOVE_BLUE, SCALE)
    qtbot.addWidget(label)
    image = label.pixmap().toImage()
    assert image.height() == SCALE.px(HEIGHT)
    assert image.pixelColor(image.width() // 2, 5) == QColor("red")
    assert image.pixelColor(image.width() // 2, image.height() - 5) == QColor("blue")


def test_without_a_face_there_is_a_silhouette_of_the_same_size(qtbot: QtBot) -> None:
    silhouette, shown = face(None, SCALE), face(RED_ABOVE_BLUE, SCALE)
    qtbot.addWidget(silhouette)
    qtbot.addWidget(shown)
    assert silhouette.pixmap().height() == shown.pixmap().height()
    assert abs(silhouette.width() - shown.width()) <= 1
    image = silhouette.pixmap().toImage()
    assert image.pixelColor(image.width() // 2, image.height() * 2 // 5).alpha() == 255
