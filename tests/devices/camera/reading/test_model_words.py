import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.camera.reading.model_words import metadata_of


def field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + size(len(content)) + content


def size(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + size(value >> 7)


def test_notes_are_found_among_other_fields() -> None:
    entry = field(1, b"character") + field(2, "一\n二".encode())
    model = b"\x08\x07" + field(7, b"x" * 300) + b"\x1d1234" + b"\x1912345678" + field(14, entry)
    assert metadata_of(model) == {"character": "一\n二"}


@pytest.mark.parametrize("model", [field(7, b"abc")[:-1], b"\xff" * 12, b"\x0b", b"\x1d12"])
def test_what_is_no_model_is_refused(model: bytes) -> None:
    with pytest.raises(ValueError, match=r"protocol buffer|without an end"):
        metadata_of(model)


@given(st.binary(max_size=200))
def test_any_bytes_give_notes_or_a_value_error(content: bytes) -> None:
    with contextlib.suppress(ValueError):
        metadata_of(content)
