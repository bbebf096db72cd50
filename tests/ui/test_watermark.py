"""A checked scan carries the words on its picture, so that its hash covers them."""

from datetime import date

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from ui.specimens import specimen_page
from ui.watermark import NoPicture, watermarked

DAY = date(2026, 5, 12)


def redness(jpeg: bytes) -> int:
    image = QImage.fromData(jpeg)
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(colour.red() - colour.blue() > 40 for colour in pixels)


def test_the_words_are_on_the_picture_and_the_paper_stays_below(qapp: QApplication) -> None:
    page = specimen_page("m2", "户口簿")
    marked = watermarked(page.jpeg, item="最低生活保障对象认定申请", day=DAY)
    before, after = QImage.fromData(page.jpeg), QImage.fromData(marked)
    assert after.size() == before.size()
    assert redness(page.jpeg) == 0
    share = redness(marked) / (after.width() * after.height())
    assert 0.002 < share < 0.3
    assert marked == watermarked(page.jpeg, item="最低生活保障对象认定申请", day=DAY)
    other = watermarked(page.jpeg, item="高龄津贴申领", day=DAY)
    assert other != marked
    assert watermarked(page.jpeg, item="高龄津贴申领", day=date(2026, 5, 13)) != other


def test_what_is_no_picture_is_refused(qapp: QApplication) -> None:
    with pytest.raises(NoPicture):
        watermarked(b"nothing", item="", day=DAY)
