"""The receipt printer of the tests itself: text by its ROM, and any bytes without trouble."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counterparts.escpos_parser import MISSING, Rom, SlipParser
from tests.counterparts.escpos_sink import EmulatedPrinter, Paper


def _text(data: bytes, *, rom: Rom = "gb18030", hanzi: bool = True) -> str:
    parser = SlipParser(rom=rom, hanzi_at_power_on=hanzi)
    parser.buffer += data
    while parser.next_step() is not None:
        pass
    return parser.take_slip().text.rstrip("\n")


def test_text_is_printed_as_the_hanzi_memory_allows() -> None:
    data = b"\x1b@\x1c&" + "王䶮：연변 12".encode("gb18030")
    assert _text(data) == "王䶮：연변 12"
    assert _text(b"\x1b@\x1c&" + "王䶮".encode("gb18030"), rom="gbk") == "王" + MISSING
    assert MISSING in _text(b"\x1b@\x1c&" + "王連".encode("gbk"), rom="gb2312")


def test_without_hanzi_mode_the_bytes_come_out_as_latin_rubbish() -> None:
    assert _text("王".encode("gb18030"), hanzi=False) == "═⌡"


@pytest.mark.parametrize("rom", get_args(Rom))
def test_the_answers_carry_paper_and_cover(rom: Rom) -> None:
    printer = EmulatedPrinter(rom=rom)
    questions = b"\x10\x04\x01\x10\x04\x02\x10\x04\x04"
    assert printer.receive(questions + b"\x1dr\x01").hex() == "12121200"
    printer.set_paper(Paper.NEAR_END)
    assert printer.receive(questions + b"\x1dr\x01").hex() == "12121e03"
    printer.set_paper(Paper.OUT)
    assert printer.receive(questions).hex() == "1a327e"
    printer.set_paper(Paper.ENOUGH)
    printer.open_cover()
    assert printer.receive(questions).hex() == "1a1612"


def test_what_came_while_it_was_off_line_is_printed_and_confirmed_later() -> None:
    printer = EmulatedPrinter()
    printer.set_paper(Paper.OUT)
    assert printer.receive(b"\x1b@slip\n\x1dVB\x00\x1dr\x01") == b""
    assert printer.jobs == []
    printer.set_paper(Paper.ENOUGH)
    assert printer.receive(b"\x10\x04\x04") == b"\x00\x12"
    assert printer.wait_for_job(1.0).slip.text == "slip\n"


@settings(deadline=None, max_examples=200)
@given(pieces=st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_in_any_pieces_are_taken(pieces: list[bytes]) -> None:
    printer = EmulatedPrinter(width=384)
    for piece in pieces:
        printer.receive(piece)
    for job in printer.jobs:
        assert job.picture().width == 384 + 32
