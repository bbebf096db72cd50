"""The live picture: right colours, the sheet framed where it lies, quick, and gone when asked."""

import time

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from devices.camera.api import Frame
from tests.ui.specimens import PAPER_CORNERS, paper_frame
from ui.theme.tokens import Scale
from ui.widgets.camera_view import CameraView


def view(qtbot: QtBot, width: int = 968, height: int = 660) -> CameraView:
    it = CameraView(scale=Scale(1080, 1920))
    qtbot.addWidget(it)
    it.resize(width, height)
    return it


def test_colours_are_not_turned_round(qtbot: QtBot) -> None:
    camera = view(qtbot, 400, 300)
    blue = bytes([250, 10, 20]) * (40 * 30)
    camera.show_frame(Frame(40, 30, blue), None, sure=False)
    colour = camera.grab().toImage().pixelColor(200, 150)
    assert (colour.red(), colour.green(), colour.blue()) == (20, 10, 250)


def test_the_frame_lies_on_the_sheet(qtbot: QtBot) -> None:
    camera = view(qtbot, 640, 480)
    camera.show_frame(paper_frame(), PAPER_CORNERS, sure=True)
    edge = camera.grab().toImage().pixelColor(128, 240)  # left side of the sheet, half the size
    assert edge.green() > edge.red() + 40


def test_a_large_frame_is_painted_in_a_few_milliseconds(qtbot: QtBot) -> None:
    camera = view(qtbot)
    frame = paper_frame()
    target = QImage(camera.size(), QImage.Format.Format_RGB32)
    quickest = 1.0
    for _round in range(10):
        camera.show_frame(frame, PAPER_CORNERS, sure=True)
        begun = time.perf_counter()
        camera.render(target)
        quickest = min(quickest, time.perf_counter() - begun)
    assert quickest < 0.02, f"{quickest * 1000:.1f} ms"  # room for machines under load


def test_nothing_is_left_when_it_forgets(qtbot: QtBot) -> None:
    camera = view(qtbot)
    camera.show_frame(paper_frame(), PAPER_CORNERS, sure=True)
    camera.forget()
    assert not camera.shows_picture
    image = camera.grab().toImage()
    assert image.pixelColor(480, 330) == image.pixelColor(2, 2)
