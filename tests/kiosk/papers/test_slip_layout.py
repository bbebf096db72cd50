"""The drawn slip: its width, its code, what it refuses and what stays out of the log."""

import dataclasses

import pytest
import zxingcpp
from PIL import Image

from devices.receipt_printer.layout import UnprintableReceipt
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt
from kiosk.papers.slip_layout import SlipLayout
from tests.devices.receipt_printer.conftest import QR


def test_the_slip_is_as_wide_as_the_paper_and_black_and_white(
    layout: SlipLayout, narrow_layout: SlipLayout, receipt: Receipt
) -> None:
    for one, width in ((layout, 576), (narrow_layout, 384)):
        picture = one.picture(receipt)
        assert (picture.width, picture.mode) == (width, "1")


def test_the_code_can_be_read_at_both_widths(
    layout: SlipLayout, narrow_layout: SlipLayout, receipt: Receipt
) -> None:
    for one in (layout, narrow_layout):
        codes = zxingcpp.read_barcodes(one.picture(receipt).convert("L"))
        assert [code.text for code in codes] == [QR]


@pytest.mark.parametrize("length", [1, 60, 300, 500])
def test_codes_of_every_usable_length_can_be_read(
    narrow_layout: SlipLayout, receipt: Receipt, length: int
) -> None:
    content = "7" * length
    picture = narrow_layout.picture(dataclasses.replace(receipt, qr=content))
    assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [content]


def test_a_code_that_would_be_too_fine_is_refused(
    narrow_layout: SlipLayout, receipt: Receipt
) -> None:
    for content in ("秘" * 700, "秘" * 5000):
        with pytest.raises(UnprintableReceipt) as raised:
            narrow_layout.picture(dataclasses.replace(receipt, qr=content))
        assert raised.value.fault is Fault.RECEIPT_UNPRINTABLE
        assert "秘" not in str(raised.value)


def test_nothing_reaches_the_paper_edge_even_with_words_that_cannot_be_broken(
    layout: SlipLayout, narrow_layout: SlipLayout
) -> None:
    receipt = Receipt(
        title="暂存回执（尚未上传至受理部门）접수증" * 2,
        site="延边朝鲜族自治州示范县示范镇向阳村民委员会便民服务站",
        lines=(
            ("编号", "220182101001-01-300102-0137X"),
            ("最晚补交材料的日期", "A" * 90),
            ("신청인", "阿卜杜热依木·买买提·" + "가" * 30),
        ),
        materials=("B" * 60,),
        notes=("C" * 60,),
        footer="D" * 17,
    )
    for one in (layout, narrow_layout):
        picture = one.picture(receipt).convert("L")
        for left in (0, picture.width - 4):
            edge = picture.crop((left, 0, left + 4, picture.height))
            assert edge.getextrema() == (255, 255)


def test_the_first_line_is_set_large_when_it_is_a_number(
    layout: SlipLayout, receipt: Receipt
) -> None:
    plain = dataclasses.replace(receipt, lines=(("姓名", "王䶮"), *receipt.lines))
    numbered = dataclasses.replace(receipt, lines=(receipt.lines[0], ("姓名", "王䶮")))
    assert _widest_stroke_row(layout.picture(numbered)) > _widest_stroke_row(layout.picture(plain))


def _widest_stroke_row(picture: Image.Image) -> int:
    """The highest run of inked rows below the head: how tall the tallest line there is."""
    grey = picture.convert("L")
    runs, run = [0], 0
    for top in range(180, 330):
        inked = grey.crop((0, top, grey.width, top + 1)).getextrema()[0] == 0
        run = run + 1 if inked else 0
        runs.append(run)
    return max(runs)


@pytest.mark.parametrize("words", ["王\U000322a3", "王\ue001", "a\x07b", "😀"])
def test_a_character_that_no_font_has_is_refused_without_naming_it(
    layout: SlipLayout, receipt: Receipt, words: str
) -> None:
    with pytest.raises(UnprintableReceipt) as raised:
        layout.picture(dataclasses.replace(receipt, lines=(("申请人", words),)))
    assert raised.value.fault is Fault.RECEIPT_UNPRINTABLE
    assert words not in str(raised.value)
    assert raised.value.__cause__ is None


def test_words_are_never_taken_as_markup(layout: SlipLayout) -> None:
    receipt = Receipt(title='#panic("x") *a*', site="#v(99cm)", lines=(("$x$", '"\\u{0}'),))
    assert layout.picture(receipt).height < 700


def test_a_slip_without_any_words_is_still_a_slip(layout: SlipLayout) -> None:
    assert layout.picture(Receipt(title="", site="", lines=())).height > 0


def test_paper_of_another_width_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="512"):
        SlipLayout(512)
