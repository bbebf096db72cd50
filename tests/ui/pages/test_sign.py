"""The signature: enough ink, a black picture on white, wiped when asked and when it is over."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPointingDevice
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.flow.intake_flow import SIGNATURE
from kiosk.flow.steps import Step
from tests.ui.specimens import NAME
from tests.ui.visits import Shown, all_words, shown
from ui.pages.sign import KEPT_AFTER_MS, SignPage


@pytest.fixture
def sign(qtbot: QtBot) -> Shown[SignPage]:
    it = shown(SignPage, "dibao_apply", Step.SIGN)
    qtbot.addWidget(it.desk)
    return it


def write(sign: Shown[SignPage], *points: tuple[int, int]) -> None:
    pad, left = sign.page.pad, Qt.MouseButton.LeftButton
    QTest.mousePress(pad, left, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(pad, QPoint(*point))
    QTest.mouseRelease(pad, left, pos=QPoint(*points[-1]))


def write_name(sign: Shown[SignPage]) -> None:
    write(sign, (100, 100), (150, 200), (200, 100))
    write(sign, (250, 100), (300, 250), (400, 120), (420, 260))


def test_a_name_becomes_a_black_picture_on_white(sign: Shown[SignPage], qtbot: QtBot) -> None:
    assert not sign.page.can_go_next
    with qtbot.waitSignal(sign.page.next_changed):
        write_name(sign)
    picture = sign.flow.view.signature
    assert picture is not None
    assert picture.material == SIGNATURE
    assert picture.jpeg.startswith(b"\xff\xd8")
    image = QImage.fromData(picture.jpeg)
    assert (image.width(), image.height()) == (picture.width, picture.height)
    assert picture.width < 500  # trimmed to the ink
    assert image.pixelColor(2, 2).lightness() > 240
    darkest = min(
        image.pixelColor(x, y).lightness()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    )
    assert darkest < 40
    assert sign.page.can_go_next


def test_a_dot_is_not_a_name(sign: Shown[SignPage], qtbot: QtBot) -> None:
    with qtbot.waitSignal(sign.page.next_changed):
        write(sign, (100, 100), (104, 100))
    assert sign.flow.view.signature is None
    assert sign.texts.say("sign.too_little") in set(all_words(sign.page))


def test_a_finger_writes_and_a_second_one_does_not(sign: Shown[SignPage]) -> None:
    pad = sign.page.pad
    device = QTest.createTouchDevice()
    assert isinstance(device, QPointingDevice)
    QTest.touchEvent(pad, device).press(0, QPoint(100, 100), pad)
    QTest.touchEvent(pad, device).move(0, QPoint(200, 200), pad).press(1, QPoint(600, 400), pad)
    QTest.touchEvent(pad, device).move(0, QPoint(300, 100), pad).stationary(1)
    QTest.touchEvent(pad, device).release(0, QPoint(300, 100), pad).release(1, QPoint(600, 400))
    assert len(pad._strokes) == 1
    assert max(point.x() for point in pad._strokes[0]) < 400


def test_signing_again_wipes_the_first_one(sign: Shown[SignPage], qtbot: QtBot) -> None:
    with qtbot.waitSignal(sign.page.next_changed):
        write_name(sign)
    assert len(sign.cases.pages) == 1
    sign.page.again.click()
    assert sign.flow.view.signature is None
    assert sign.cases.pages == {}
    assert sign.page.pad.blank


def test_it_is_said_what_is_signed_and_by_whom(sign: Shown[SignPage]) -> None:
    told = " ".join(all_words(sign.page))
    assert sign.flow.view.item.title in told
    assert NAME in told
    assert "家庭经济状况信息核对授权书" in told
    assert "授权委托书" not in told  # only an agent's


def test_neither_name_nor_strokes_stay(sign: Shown[SignPage], qtbot: QtBot) -> None:
    with qtbot.waitSignal(sign.page.next_changed):
        write_name(sign)
    sign.page.forget()
    assert sign.page.pad.blank
    assert NAME not in " ".join(all_words(sign.page))


def test_a_signature_from_before_is_shown_again(sign: Shown[SignPage], qtbot: QtBot) -> None:
    with qtbot.waitSignal(sign.page.next_changed):
        write_name(sign)
    sign.page.pad.clear()
    sign.page.draw(sign.flow.view)
    assert not sign.page.pad.blank


def test_what_somebody_else_wrote_never_becomes_the_next_ones_signature(
    sign: Shown[SignPage], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(sign.page.next_changed):
        write_name(sign)
    holder = sign.flow.view.holder
    assert holder is not None
    other = replace(holder, name="另一人", number="220182199001011234")
    sign.page.left()
    sign.flow.view = replace(sign.flow.view, holder=other, signature=None)
    sign.page.entered()
    sign.page.draw(sign.flow.view)
    assert sign.page.pad.blank
    qtbot.wait(2 * KEPT_AFTER_MS)
    assert sign.flow.view.signature is None


def test_looking_at_an_earlier_signature_again_keeps_it(
    sign: Shown[SignPage], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(sign.page.next_changed):
        write_name(sign)
    signature = sign.flow.view.signature
    sign.page.pad.clear()  # as a page made anew
    sign.page.draw(sign.flow.view)
    sign.page.left()
    sign.page.entered()
    sign.page.draw(sign.flow.view)
    qtbot.wait(2 * KEPT_AFTER_MS)
    assert signature is not None
    assert sign.flow.view.signature == signature
