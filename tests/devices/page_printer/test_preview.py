"""The picture of a document's first page."""

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.device import DeviceError
from devices.page_printer.api import Sides
from devices.page_printer.preview import (
    Part,
    first_page_png,
    page_part,
    page_picture,
    page_sizes,
    sides_wanted,
)
from kiosk.domain.fault import Fault


def test_an_a4_page_has_the_size_that_was_asked_for(pdf: bytes) -> None:
    for dpi, size in ((100, (827, 1170)), (50, (414, 585))):
        with Image.open(io.BytesIO(first_page_png(pdf, dpi=dpi))) as picture:
            assert picture.format == "PNG"
            assert abs(picture.width - size[0]) <= 1
            assert abs(picture.height - size[1]) <= 1
            assert picture.convert("L").getextrema() == (0, 255)


@pytest.mark.parametrize("rubbish", [b"", b"%PDF-1.4\n", b"<html></html>"])
def test_what_is_no_document_is_refused(rubbish: bytes) -> None:
    with pytest.raises(DeviceError) as raised:
        first_page_png(rubbish)
    assert raised.value.fault is Fault.PAGE_JOB_REFUSED


def test_a_part_is_the_same_as_in_the_whole_page(pdf: bytes) -> None:
    whole = page_picture(pdf, dpi=144)
    part = page_part(pdf, 0, scale=2.0, part=Part(150, 700, 300, 400))
    cut = whole.crop((150, 700, 450, 1100))
    assert Image.frombytes("RGB", (300, 400), part.pixels, "raw", "BGRX").tobytes() == cut.tobytes()


@pytest.mark.parametrize(
    "part", [Part(0, 0, 0, 10), Part(0, 0, 10, -1), Part(0, 0, 100_000, 100_000)]
)
def test_a_part_that_is_none_or_too_large_is_refused(pdf: bytes, part: Part) -> None:
    with pytest.raises(DeviceError):
        page_part(pdf, 0, scale=1.0, part=part)


def test_a_page_that_is_not_there_is_refused(pdf: bytes) -> None:
    assert len(page_sizes(pdf)) == 1
    with pytest.raises(DeviceError):
        page_part(pdf, 1, scale=1.0, part=Part(0, 0, 10, 10))
    with pytest.raises(DeviceError):
        page_picture(pdf, number=1)


@pytest.mark.parametrize(
    ("wanted", "sides"),
    [
        (b"/DuplexFlipLongEdge", Sides.TWO),
        (b"/Simplex", Sides.ONE),
        (b"", Sides.ONE),
    ],
)
def test_a_document_says_itself_whether_it_wants_both_sides(wanted: bytes, sides: Sides) -> None:
    preference = b"/ViewerPreferences << /Duplex %s >>" % wanted if wanted else b""
    document = _PDF.replace(b"/Type /Catalog", b"/Type /Catalog " + preference)
    assert sides_wanted(document) is sides
    assert sides_wanted(b"<html>") is Sides.ONE


@settings(deadline=None, max_examples=100)
@given(at=st.integers(0, 380), with_byte=st.integers(0, 255))
def test_a_damaged_document_gives_a_picture_or_is_refused(at: int, with_byte: int) -> None:
    damaged = bytearray(_PDF)
    damaged[at % len(damaged)] = with_byte
    with contextlib.suppress(DeviceError):
        assert first_page_png(bytes(damaged), dpi=20).startswith(b"\x89PNG")


_PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    b"trailer\n<< /Size 4 /Root 1 0 R >>\n%%EOF\n"
)
