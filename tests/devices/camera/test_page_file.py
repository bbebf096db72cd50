"""Print is kept as a small PDF with its colours, all else as it was; and comes back as it was."""

import hashlib
import io
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from devices.camera.api import Frame
from devices.camera.ink_stencils import Stencil, painted, stencils
from devices.camera.page_file import (
    is_pdf,
    kept_page,
    page_file,
    picture_of,
    shape_of,
    with_words_below,
)
from devices.camera.page_light import flattened, is_paper
from devices.camera.page_pdf import page_pdf, underlaid
from devices.camera.pictures import Pixels, frame_from_file_bytes, frame_of, pixels_of
from devices.device import DeviceError
from kiosk.domain.page import PageDoubt, PageRef, ScanLevel

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SEAL = (slice(1700, 2000), slice(1000, 1300))
A4_AT_200_DPI = (1654, 2339)
BUDGET = 35 * 1024


def sheet(*, shadow: bool = True) -> Pixels:
    """An invented letter at 200 dpi with a red seal over print and blue writing, as a camera sees
    it: uneven light, a shadow, noise."""
    image = Image.new("RGB", A4_AT_200_DPI, (250, 250, 248))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, 38)
    for line in range(22):
        draw.text(
            (170, 260 + line * 66),
            "经村民委员会核实情况属实同意上报" * 2,
            font=font,
            fill=(25, 25, 25),
        )
    draw.ellipse((1000, 1700, 1300, 2000), outline=(205, 30, 35), width=12)
    draw.text((300, 1850), "测试甲", font=ImageFont.truetype(FONT, 90), fill=(30, 30, 150))
    page = np.array(image)[:, :, ::-1].astype(np.float32)
    if shadow:
        across = np.linspace(0.75, 1.0, page.shape[1], dtype=np.float32)[None, :, None]
        page *= across
        page[:, 900:] *= 0.6
    noise = np.random.default_rng(7).standard_normal(page.shape) * 4
    return np.clip(cv2.GaussianBlur(page, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def shadowed() -> Frame:
    return frame_of(sheet())


@pytest.fixture(scope="module")
def kept(shadowed: Frame) -> bytes:
    return page_file(shadowed, ()).pdf


def red_share(picture: Pixels) -> float:
    blue, green, red = (picture[SEAL][:, :, n].astype(int) for n in range(3))
    return float(((red - green > 60) & (red - blue > 60)).mean())


def test_a_page_of_print_is_small_and_keeps_its_colours(kept: bytes) -> None:
    assert is_pdf(kept)
    assert len(kept) < BUDGET
    seen = pixels_of(frame_from_file_bytes(picture_of(kept)))
    large = cv2.resize(seen, A4_AT_200_DPI, interpolation=cv2.INTER_AREA)
    assert red_share(np.asarray(large, np.uint8)) > 0.05
    signature = large[1850:1960, 300:580].astype(int)
    assert (signature[:, :, 0] - signature[:, :, 2] > 40).mean() > 0.05


def test_same_pixels_give_the_same_bytes(shadowed: Frame, kept: bytes) -> None:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        again = page_file(shadowed, ()).pdf
    finally:
        cv2.setNumThreads(threads)
    assert hashlib.sha256(again).digest() == hashlib.sha256(kept).digest()


def test_two_other_programs_show_the_same_page(kept: bytes, tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(kept)
    poppler = "pdftoppm -r 100 -png -singlefile page.pdf poppler"
    ghostscript = (
        "gs -q -dNOPAUSE -dBATCH -sDEVICE=png16m -r200 -sOutputFile=ghostscript.png page.pdf"
    )
    for command in (poppler, ghostscript):
        subprocess.run(command.split(), cwd=tmp_path, check=True, timeout=60, capture_output=True)
    pictures = []
    for name in ("poppler", "ghostscript"):
        seen = pixels_of(frame_from_file_bytes((tmp_path / f"{name}.png").read_bytes()))
        pictures.append(cv2.resize(seen, (414, 585), interpolation=cv2.INTER_AREA).astype(int))
    unlike = np.abs(pictures[0] - pictures[1]).max(axis=2)
    assert (unlike > 60).mean() < 0.01
    subprocess.run(["qpdf", "--check", str(tmp_path / "page.pdf")], check=True, timeout=60)


def test_the_shadow_goes_and_the_seal_stays_red(shadowed: Frame) -> None:
    pixels = pixels_of(shadowed)
    flat = flattened(pixels)
    assert is_paper(pixels)
    paper = flat[2100:2300]
    assert int(np.percentile(paper, 5)) > 235
    assert red_share(flat) > 0.05


def test_a_seal_over_the_lines_of_a_form_stays_red() -> None:
    flat = np.full((900, 1200, 3), 255, np.uint8)
    for at in range(50, 900, 100):
        flat[at : at + 5, 50:1150] = 30
    for at in range(50, 1151, 220):
        flat[50:855, at : at + 5] = 30
    cv2.circle(flat, (600, 450), 150, (35, 30, 205), 12)
    cv2.circle(flat, (600, 400), 30, (35, 30, 205), -1)  # wider than the window around a pixel
    soft = np.asarray(cv2.GaussianBlur(flat, (0, 0), 0.9), np.uint8)
    shown = painted(stencils(soft), 900, 1200).astype(int)
    redness = shown[:, :, 2] - shown[:, :, 1]
    ring = redness[np.abs(np.hypot(*(np.indices((900, 1200)) - [[[450]], [[600]]])) - 150) < 4]
    assert (ring > 60).mean() > 0.9
    assert (redness[385:415, 590:610] > 60).all()
    assert (redness[:250] > 60).mean() == 0
    assert (redness[250:650, :420] > 60).mean() == 0


def test_letters_below_the_seal_stay_black(shadowed: Frame) -> None:
    layers = stencils(flattened(pixels_of(shadowed)))
    assert len(layers) == 3
    black, red, blue = (layer.colour for layer in layers)
    assert max(black) < 70
    assert red[0] > 150 > red[1]
    assert blue[2] > blue[0] + 30


def test_pages_with_doubts_cards_and_photographs_stay_as_taken() -> None:
    page = frame_of(sheet())
    assert page_file(page, {PageDoubt.BLURRED}).pdf == b""
    assert page_file(page, {PageDoubt.CUT_OFF}).pdf != b""
    card = frame_of(cv2.resize(sheet(shadow=False), (1011, 638)).astype(np.uint8))
    assert page_file(card, ()).pdf == b""
    noise = np.random.default_rng(1).integers(0, 255, (60, 80, 3)).astype(np.uint8)
    photograph = cv2.resize(noise, (1200, 900), interpolation=cv2.INTER_CUBIC)
    taken = page_file(frame_of(np.asarray(photograph, np.uint8)), ())
    assert taken.pdf == b""
    assert frame_from_file_bytes(taken.jpeg).width == 1200


def test_a_page_comes_back_with_its_picture_level_and_bytes(kept: bytes) -> None:
    name = PageRef(hashlib.sha256(kept).hexdigest(), "m1", len(kept), ScanLevel.CHECKED)
    page = kept_page(name, kept)
    assert page.reference() == name
    assert page.content == kept
    assert page.jpeg.startswith(b"\xff\xd8\xff")
    assert kept_page(name, b"\xff\xd8 other").content == b"\xff\xd8 other"


def test_words_below_leave_the_print_on_top(kept: bytes) -> None:
    width, height = shape_of(kept)
    words = np.full((height, width, 3), 255, np.uint8)
    words[800:1200, 100:1500] = 0
    marked = with_words_below(kept, frame_of(words), (229, 180, 180))
    assert len(marked.pdf) < BUDGET
    before, after = (frame_from_file_bytes(picture_of(pdf)) for pdf in (kept, marked.pdf))
    dark = [pixels_of(seen).max(axis=2) < 90 for seen in (before, after)]
    assert abs(float(dark[0].mean()) - float(dark[1].mean())) < 0.005
    assert with_words_below(kept, frame_of(words), (229, 180, 180)) == marked


def test_what_is_no_pdf_is_refused() -> None:
    speck = Stencil(np.ones((2, 2), bool), (0, 0, 0))
    for content in (b"", b"%PDF-1.7 nothing"):
        with pytest.raises(ValueError, match="PDF"):
            underlaid(content, speck)
    empty = io.BytesIO()
    pikepdf.Pdf.new().save(empty)
    with pytest.raises(ValueError, match="without a page"):
        underlaid(empty.getvalue(), speck)
    with pytest.raises(DeviceError):
        shape_of(b"%PDF-1.7 nothing")
    assert picture_of(b"%PDF-1.7 nothing") == b""


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_pages_of_any_size_are_kept(width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)
    file = page_file(frame_of(pixels), ())
    assert file.jpeg.startswith(b"\xff\xd8\xff")


def test_stencils_are_painted_where_they_lie() -> None:
    ink = np.zeros((40, 60), bool)
    ink[10:20, 30:50] = True
    layer = Stencil(ink, (200, 20, 30))
    seen = pixels_of(frame_from_file_bytes(picture_of(page_pdf((layer,), width=60, height=40))))
    shown = cv2.resize(seen, (60, 40), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(shown - painted((layer,), 40, 60).astype(int)).max(axis=2).mean() < 12
