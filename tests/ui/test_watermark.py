"""A checked scan carries the words on its picture, so that its hash covers them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from devices.camera.ink_stencils import Stencil
from devices.camera.page_file import picture_of
from devices.camera.page_pdf import page_pdf
from kiosk.domain.page import ScanLevel
from ui.specimens import specimen_page
from ui.watermark import NoPicture, checked, watermarked

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


def test_a_page_of_print_carries_the_words_below_its_print(qapp: QApplication) -> None:
    page = specimen_page("m2", "户口簿")
    ink = np.zeros((700, 500), bool)
    ink[300:310, 50:450] = True
    pdf = page_pdf((Stencil(ink, (20, 20, 20)),), width=500, height=700)
    page = replace(page, jpeg=picture_of(pdf), pdf=pdf)
    marked = checked(page, item="最低生活保障对象认定申请", day=DAY)
    assert marked.level is ScanLevel.CHECKED
    assert marked.content == marked.pdf != page.pdf
    assert len(marked.pdf) < 30_000
    assert redness(page.jpeg) == 0
    assert redness(marked.jpeg) > 2000
    line = QImage.fromData(marked.jpeg)
    assert line.pixelColor(line.width() // 2, line.height() * 305 // 700).red() < 90
    assert checked(page, item="最低生活保障对象认定申请", day=DAY) == marked
    with pytest.raises(NoPicture):
        checked(replace(page, pdf=b"%PDF-1.7 nothing"), item="", day=DAY)
