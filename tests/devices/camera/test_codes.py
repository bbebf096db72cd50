"""Codes are read from photographs, hard ones by looking in another way at the next picture."""

from pathlib import Path

import numpy as np
import pytest

from devices.camera.codes import Code, CodeFormat, CodeReader, read_codes
from devices.camera.pictures import frame_from_file_bytes, frame_of
from devices.camera.specimen_pages import empty_desk

BARCODES = Path(__file__).parents[2] / "samples" / "barcodes"
PICTURES = sorted(p for p in BARCODES.iterdir() if p.suffix in {".png", ".webp"})


def _wanted(picture: Path) -> Code:
    text = picture.with_suffix(".txt").read_bytes().decode("utf-8")
    kind = next(kind for kind in CodeFormat if picture.stem.startswith(kind.value))
    return Code(text, kind)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: p.stem)
def test_the_code_on_a_photograph_is_read(picture: Path) -> None:
    assert _wanted(picture) in read_codes(frame_from_file_bytes(picture.read_bytes()))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: p.stem)
def test_a_live_reader_gets_every_code_within_one_sweep(picture: Path) -> None:
    frame = frame_from_file_bytes(picture.read_bytes())
    reader = CodeReader()
    wanted = _wanted(picture)
    needed = next(turn for turn in range(CodeReader.SWEEP) if wanted in reader.read(frame))
    assert needed > 0 or not picture.stem.endswith("_hard")
    assert wanted in reader.read(frame), "it keeps to the way that worked"


def test_pictures_without_a_code_give_nothing() -> None:
    assert read_codes(empty_desk()) == ()
    assert read_codes(frame_of(np.zeros((1, 1, 3), np.uint8))) == ()
    reader = CodeReader()
    assert [reader.read(empty_desk()) for _ in range(7)] == [()] * 7


def test_the_text_of_a_code_stays_out_of_its_repr() -> None:
    assert "测试甲" not in repr(Code("测试甲", CodeFormat.QR))
