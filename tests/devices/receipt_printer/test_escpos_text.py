"""Slips as text: wrapped by columns, and nothing sent that the printer has not."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.receipt_printer.escpos_text import (
    DOUBLE_BYTE,
    NotInCharacterSet,
    encoded,
    text_pieces,
    wrapped,
)
from devices.receipt_printer.profile import DoubleByte, PrinterProfile
from kiosk.domain.receipt import Receipt
from tests.counterparts.escpos_parser import MISSING
from tests.counterparts.printer_kinds import KINDS, printed

WORDS = st.text(st.sampled_from("办件 ab1/-.，。：（）《》养老保险¥￥%"), max_size=60)


@settings(deadline=None)
@given(words=WORDS, columns=st.integers(4, 48))
def test_wrapping_keeps_every_sign_and_no_line_is_too_long(words: str, columns: int) -> None:
    lines = list(wrapped(words, columns, "gb2312"))
    assert all(len(line) <= columns for line in lines)
    kept = b"".join(lines).replace(b" ", b"")
    assert kept == encoded(words, "gb2312").replace(b" ", b"")
    for line in lines:
        line.decode("gb18030")  # no Hanzi is cut in two


def test_a_number_is_not_broken_and_no_line_begins_with_a_comma() -> None:
    lines = [line.decode("gb18030") for line in wrapped("请拨打电话0433-1234567问", 16, "gb2312")]
    assert lines == ["请拨打电话", "0433-1234567问"]
    lines = [line.decode("gb18030") for line in wrapped("一二三四，五", 8, "gb2312")]
    assert lines == ["一二三", "四，五"]


@pytest.mark.parametrize("char", ["䶮", "가", "𬭩", "\x1b", "\n", "\x7f", "\ue001", "😀"])
def test_what_the_printer_has_not_is_refused_and_not_named(char: str) -> None:
    with pytest.raises(NotInCharacterSet) as raised:
        encoded(f"王{char}", "gb2312")
    assert char not in str(raised.value)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_words_come_out_whole_or_are_refused(words: str) -> None:
    for kind in KINDS:
        profile = PrinterProfile(character_set=kind.rom, text=True)
        try:
            job = b"".join(text_pieces(Receipt("", "", (), notes=(words,)), profile))
        except NotInCharacterSet:
            continue
        slip = printed(job, kind)
        shown = slip.text.replace("\n", "").replace("-", "").replace(" ", "")
        said = words.replace("¥", "￥").replace("-", "").replace(" ", "")
        assert shown == said
        assert MISSING not in shown
        assert not slip.unknown


@pytest.mark.parametrize("way", get_args(DoubleByte))
def test_a_printer_that_knows_no_double_byte_command_gets_none(way: DoubleByte) -> None:
    profile = PrinterProfile(character_set="gbk", text=True, double_byte=way)
    job = b"".join(text_pieces(Receipt("回执", "", ()), profile))
    assert (DOUBLE_BYTE in job) is (way == "switched")
