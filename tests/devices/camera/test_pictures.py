"""Foreign picture bytes either become a frame or a ValueError, never anything else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.camera.api import Frame
from devices.camera.pictures import (
    frame_from_file_bytes,
    frame_of,
    from_jpeg,
    is_black,
    pixels_of,
    to_jpeg,
)

_SMALL = Frame(width=24, height=16, bgr=bytes(range(256)) * 4 + bytes(128))
_GOOD = to_jpeg(_SMALL)


def test_a_jpeg_there_and_back_keeps_size_and_colours_nearly() -> None:
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:, :30] = (200, 40, 90)
    back = from_jpeg(to_jpeg(frame_of(pixels), quality=95))
    assert (back.width, back.height) == (60, 40)
    assert np.abs(pixels_of(back)[20, 10].astype(int) - (200, 40, 90)).max() < 8


def test_a_jpeg_carries_no_exif() -> None:
    assert b"Exif" not in _GOOD


def test_grey_arrays_become_frames_with_three_equal_colours() -> None:
    assert frame_of(np.full((2, 3), 7, np.uint8)) == Frame(width=3, height=2, bgr=b"\x07" * 18)


@pytest.mark.parametrize(
    "broken", [b"", b"\xff\xd8\xff", b"GIF89a", b"\x89PNG\r\n\x1a\n", _GOOD[4:]]
)
def test_what_is_no_jpeg_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"JPEG|picture"):
        from_jpeg(broken)


def _frame_or_value_error(content: bytes) -> None:
    for unpack in (from_jpeg, frame_from_file_bytes):
        try:
            frame = unpack(content)
        except ValueError:
            continue
        assert len(frame.bgr) == frame.width * frame.height * 3


@given(st.binary(max_size=400))
def test_any_bytes_are_a_picture_or_a_value_error(content: bytes) -> None:
    _frame_or_value_error(content)
    _frame_or_value_error(b"\xff\xd8\xff" + content)


@given(st.integers(0, len(_GOOD) - 1), st.integers(0, 255), st.integers(0, len(_GOOD)))
def test_a_damaged_or_cut_jpeg_is_a_picture_or_a_value_error(at: int, to: int, end: int) -> None:
    damaged = bytearray(_GOOD)
    damaged[at] = to
    _frame_or_value_error(bytes(damaged[:end]))


def test_only_a_picture_of_nothing_is_black() -> None:
    assert is_black(Frame(width=100, height=100, bgr=bytes(30000)))
    dim = np.zeros((100, 100, 3), np.uint8)
    dim[30:70, 30:70] = 60
    assert not is_black(frame_of(dim))
