"""Only a picture with a head and an end is taken for a page."""

import io

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sync.gateway.page_image import LARGEST_SIDE, complaint_about
from tests.counterparts.village import picture

JPEG = picture(side=120).jpeg


def blank(width: int, height: int, kind: str = "JPEG") -> bytes:
    written = io.BytesIO()
    Image.new("L", (width, height)).save(written, kind)
    return written.getvalue()


def test_a_jpeg_is_taken() -> None:
    assert complaint_about(JPEG) == ""
    assert complaint_about(blank(2480, 3508)) == ""


def test_another_kind_of_picture_is_not() -> None:
    assert complaint_about(blank(100, 100, "PNG")) == "不是 JPEG 图片或 PDF 文件"
    assert complaint_about(b"") == "不是 JPEG 图片或 PDF 文件"


def test_a_pdf_with_head_and_end_is_taken() -> None:
    pdf = blank(100, 140, "PDF")
    assert complaint_about(pdf) == ""
    assert complaint_about(memoryview(pdf)) == ""
    assert complaint_about(pdf[:-9]) == "文件不完整"
    assert complaint_about(b"%PDF-1.7") == "文件不完整"
    assert complaint_about(pdf.replace(b"startxref\n", b"startxref\n9999999")) == "文件不完整"


def test_half_a_picture_is_not() -> None:
    assert complaint_about(JPEG[: len(JPEG) // 2]) == "图片不完整"
    assert complaint_about(JPEG[:-1]) == "图片不完整"
    assert complaint_about(JPEG + b"behind its end") == ""


def test_the_end_of_a_thumbnail_in_the_head_is_not_the_end_of_the_picture() -> None:
    thumbnail = blank(20, 20)
    segment = b"\xff\xe1" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail
    with_thumbnail = JPEG[:2] + segment + JPEG[2:]
    assert complaint_about(with_thumbnail) == ""
    assert complaint_about(with_thumbnail[:-2]) == "图片不完整"


def test_sizes_have_limits() -> None:
    assert complaint_about(blank(8, 400)) == "图片过小"
    assert complaint_about(blank(LARGEST_SIDE + 1, 20)) == "图片尺寸过大"
    assert complaint_about(blank(11_000, 11_000)) != ""


@given(st.binary(max_size=300), st.integers(0, len(JPEG)))
def test_any_bytes_get_an_answer(noise: bytes, at: int) -> None:
    complaint_about(noise)
    complaint_about(JPEG[:at] + noise + JPEG[at + len(noise) :])
