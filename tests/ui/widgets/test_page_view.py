"""Pages on the screen: the place under the fingers stays, and memory does not grow."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.device import DeviceError
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.papers.compose import pdf
from kiosk.papers.form_paper import form_paper
from ui.theme.tokens import Scale
from ui.widgets.page_view import MOST, PageView

SIZE = QSize(1000, 1200)
SCREENS = 3  # of pixels: what is seen, and half a screen above and below, with room for rounding


@pytest.fixture(scope="module")
def document() -> bytes:
    """Two pages."""
    item = next(item for item in packaged_catalog() if item.key == "dibao_apply")
    return pdf(form_paper(item, filled=True))


@pytest.fixture
def view(qtbot: QtBot, document: bytes) -> PageView:
    shown = PageView(Scale(1080, 1920))
    qtbot.addWidget(shown)
    shown.resize(SIZE)
    shown.show()
    shown.show_pdf(document, "form")
    shown.render_now()
    return shown


def pixels_kept(view: PageView) -> int:
    return sum(piece.image.width() * piece.image.height() for piece in view._pieces)


def black(view: PageView) -> int:
    """Dark dots on the screen, in a coarse picture of it."""
    picture = view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    small = picture.scaled(250, 300)
    return sum(
        small.pixelColor(x, y).lightness() < 140
        for x in range(small.width())
        for y in range(small.height())
    )


def test_the_first_page_fills_the_width_and_shows_its_words(view: PageView) -> None:
    assert (view.pages, view.page, view.zoom) == (2, 1, 1.0)
    assert black(view) > 500
    view.forget()
    assert black(view) < 50
    assert view.pages == 0


def test_larger_and_smaller_have_an_end(view: PageView) -> None:
    while view.may_grow:
        view.grow()
        view.render_now()
        assert pixels_kept(view) <= SCREENS * SIZE.width() * SIZE.height()
    assert view.zoom == MOST
    while view.may_shrink:
        view.shrink()
    assert view.zoom < 1.0
    view.whole_page()
    view.render_now()
    assert pixels_kept(view) <= SCREENS * SIZE.width() * SIZE.height()


def test_two_fingers_pinch_around_the_place_between_them(view: PageView) -> None:
    finger = QTest.createTouchDevice(QPointingDevice.DeviceType.TouchScreen)
    before = view._at
    middle = QPoint(500, 600)
    near, far = QPoint(50, 0), QPoint(100, 0)
    QTest.touchEvent(view, finger).press(0, middle - near).press(1, middle + near).commit()
    QTest.touchEvent(view, finger).move(0, middle - far).move(1, middle + far).commit()
    QTest.touchEvent(view, finger).release(0, middle - far).release(1, middle + far).commit()
    assert view.zoom == pytest.approx(2.0)
    # what lay under the middle of the fingers lies there still
    assert view._at.y() + 600 == pytest.approx((before.y() + 600) * 2, abs=2)


def test_one_finger_pushes(view: PageView) -> None:
    finger = QTest.createTouchDevice(QPointingDevice.DeviceType.TouchScreen)
    QTest.touchEvent(view, finger).press(0, QPoint(500, 900)).commit()
    QTest.touchEvent(view, finger).move(0, QPoint(500, 300)).commit()
    QTest.touchEvent(view, finger).release(0, QPoint(500, 300)).commit()
    top = view._at.y()
    assert top > 200
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(500, 900))
    QTest.mouseMove(view, QPoint(500, 100))
    QApplication.processEvents()
    assert view.page == 2


def test_what_is_moved_is_rendered_soon(qtbot: QtBot, view: PageView) -> None:
    old = view._pieces
    view.grow()
    qtbot.waitUntil(lambda: view._pieces is not old)


def test_what_is_no_document_is_refused(view: PageView) -> None:
    with pytest.raises(DeviceError):
        view.show_pdf(b"<html>", "form")
