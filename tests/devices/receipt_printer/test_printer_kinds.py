"""On six kinds of printer every line comes out right, or is refused before anything is printed."""

import pytest
import zxingcpp
from escpos.printer import Dummy

from devices.receipt_printer.escpos_job import job_pieces
from devices.receipt_printer.profile import PrinterProfile
from kiosk.domain.receipt import Receipt
from kiosk.papers.slip_layout import SlipLayout
from tests.counterparts.printer_kinds import (
    KINDS,
    Fate,
    Kind,
    corpora,
    is_drawn,
    ours,
    printed,
    same_ink,
)
from tests.counterparts.raster_reader import raster_of
from tests.devices.receipt_printer.conftest import QR

WORDS = corpora()


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("corpus", WORDS)
def test_every_line_is_right_or_refused(kind: Kind, corpus: str, layout: SlipLayout) -> None:
    fates = {words: ours(words, kind, layout) for words in WORDS[corpus]}
    assert Fate.WRONG not in fates.values(), fates
    if corpus == "common text":
        assert set(fates.values()) == {Fate.TEXT}
    if corpus == "Korean":
        assert Fate.TEXT not in fates.values(), "no common printer has these as text"
    if corpus == "rare names":
        assert Fate.PICTURE in fates.values()
        assert kind.rom == "gb18030" or Fate.TEXT not in fates.values()


def test_the_judge_finds_out_wrong_lines() -> None:
    """What python-escpos sends, and what our own text would be without the refusal."""
    lines = {"gbk/on": "王䶮", "gb18030/off": "연변", "gb2312/on": "：《》"}
    for kind in KINDS:
        if (words := lines.get(str(kind))) is not None:
            library = Dummy()
            library.text(words + "\n")
            assert not is_drawn(printed(library.output, kind), words)
            blunt = b"\x1b@\x1c&" + "王㙓𬭩".encode("gb18030") + b"\n"
            right = kind.rom == "gb18030"
            assert is_drawn(printed(blunt, kind), "王㙓𬭩") is right


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("way", ["picture", "text", "text with native code"])
def test_every_code_can_be_read_from_the_paper(
    width: int, way: str, receipt: Receipt, layout: SlipLayout, narrow_layout: SlipLayout
) -> None:
    plain = Receipt("受理通知书", "示范站", (("受理编号", "220182-000137"),), qr=receipt.qr)
    profile = PrinterProfile(
        width_dots=width,
        character_set="gb2312",
        text=way != "picture",
        native_qr="native" in way,
    )
    for one in (plain, receipt):
        drawn_by = layout if width == 576 else narrow_layout
        job = b"".join(job_pieces(one, layout=drawn_by, profile=profile))
        for kind in KINDS:
            slip = printed(job, kind, width=width)
            codes = zxingcpp.read_barcodes(slip.picture())
            assert [code.text for code in codes] == [QR], (str(kind), way)


def test_a_second_reader_of_raster_agrees_dot_for_dot(receipt: Receipt, layout: SlipLayout) -> None:
    job = b"".join(job_pieces(receipt, layout=layout, profile=PrinterProfile()))
    wanted = layout.picture(receipt).convert("L")
    assert same_ink(raster_of(job), wanted)
    assert same_ink(printed(job, KINDS[0]).picture(), wanted)


def test_a_picture_takes_less_than_half_of_what_the_library_sends(
    receipt: Receipt, layout: SlipLayout
) -> None:
    library = Dummy()
    library.image(layout.picture(receipt), center=False)
    library.cut()
    job = b"".join(job_pieces(receipt, layout=layout, profile=PrinterProfile()))
    assert len(job) <= 0.45 * len(library.output), (len(job), len(library.output))
