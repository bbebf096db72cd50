"""Finds the list of characters inside an ONNX model file, without the library for such files."""

from collections.abc import Iterator
from typing import Final

# onnx.proto3 of ONNX: ModelProto.metadata_props is field 14, a StringStringEntryProto with key
# (field 1) and value (field 2). Wire types and varints: Protocol Buffers' encoding document.
_METADATA: Final = 14
_KEY, _VALUE = 1, 2
_VARINT, _EIGHT_BYTES, _SIZED, _FOUR_BYTES = 0, 1, 2, 5
_LONGEST_VARINT: Final = 10  # bytes
_PLAIN_SIZES: Final = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}


def metadata_of(model: bytes) -> dict[str, str]:
    """The notes inside a model file. Raises ValueError when it is no such file."""
    view = memoryview(model)
    found = {}
    for number, content in _fields(view):
        if number == _METADATA:
            entry = dict(_fields(content))
            key, value = (bytes(entry.get(part, b"")) for part in (_KEY, _VALUE))
            found[key.decode()] = value.decode()
    return found


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and content of every field that has a length; the others are passed over."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == _VARINT:
            _, at = _varint(message, at)
            continue
        if kind == _SIZED:
            size, at = _varint(message, at)
        elif kind in _PLAIN_SIZES:
            size = _PLAIN_SIZES[kind]
        else:
            raise ValueError("no protocol buffer")
        if at + size > len(message):
            raise ValueError("a protocol buffer that was cut off")
        if kind == _SIZED:
            yield tag >> 3, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(message[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:  # noqa: PLR2004
            return value, at + shift + 1
    raise ValueError("a number without an end")
