"""The bytes of a slip: every picture comes back dot for dot, in small pieces."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.receipt_printer.escpos_raster import FEED_AND_CUT, RESET, black_and_white, raster_job
from kiosk.domain.receipt import Receipt
from kiosk.papers.slip_layout import SlipLayout
from tests.counterparts.escpos_parser import SlipParser


def _printed(job: bytes, width: int) -> Image.Image:
    parser = SlipParser(width=width)
    parser.buffer += job
    while parser.next_step() is not None:
        pass
    assert not parser.buffer
    slip = parser.take_slip()
    assert slip.cut
    assert slip.unknown == []
    page = slip.picture()
    return page.crop((16, 16, page.width - 16, page.height - 16))


@settings(deadline=None)
@given(
    width=st.integers(1, 80),
    rows=st.lists(st.one_of(st.just(0), st.integers(0, 2**80 - 1)), min_size=1, max_size=300),
)
def test_any_picture_comes_out_dot_for_dot(width: int, rows: list[int]) -> None:
    dots = np.array([[row >> at & 1 for at in range(width)] for row in rows], np.uint8)
    picture = Image.fromarray(np.where(dots, 0, 255).astype(np.uint8))
    printed = _printed(raster_job(picture), 88)
    assert printed.crop((0, 0, *picture.size)).tobytes() == picture.tobytes()


def test_a_real_slip_comes_out_dot_for_dot_in_bands_of_at_most_128_rows(
    layout: SlipLayout, receipt: Receipt
) -> None:
    picture = layout.picture(receipt)
    job = raster_job(picture)
    assert job.startswith(RESET)
    assert job.endswith(FEED_AND_CUT)
    printed = _printed(job, 576)
    assert printed.crop((0, 0, *picture.size)).tobytes() == picture.convert("L").tobytes()
    parser = SlipParser()
    parser.buffer += job
    bands = []
    while (step := parser.next_step()) is not None:
        if step.raw.startswith(b"\x1dv0"):
            bands.append(int.from_bytes(step.raw[6:8], "little"))
    assert max(bands) <= 128


def test_white_paper_is_fed_and_not_drawn() -> None:
    job = raster_job(Image.new("1", (576, 300), 1))
    assert job == RESET + b"\x1bJ\xff\x1bJ\x2d" + FEED_AND_CUT


def test_grey_below_the_threshold_is_black_and_nothing_is_dithered() -> None:
    picture = Image.new("L", (4, 1))
    picture.putdata([0, 149, 150, 255])
    assert list(black_and_white(picture).convert("L").tobytes()) == [0, 0, 255, 255]
