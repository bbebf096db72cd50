"""Takes apart what cards answer in tag-length-value form (BER-TLV)."""

from collections.abc import Mapping
from typing import Final

LONG_FORM: Final = 0x80
MORE_OF_THE_TAG: Final = 0x1F  # all five low bits: a second byte belongs to the tag


def fields_of(content: bytes) -> Mapping[int, bytes]:
    """Tags of one or two bytes and their values, the first of each; what is cut off is left out.

    BER-TLV as in ISO 8825-1 (recalled), lengths of any form but the indefinite one, which is taken
    as empty. Never raises.
    """
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(content):
        tag = content[at]
        at += 1
        if tag & MORE_OF_THE_TAG == MORE_OF_THE_TAG:
            tag = tag << 8 | content[at]
            at += 1
        if at >= len(content):
            break
        size = content[at]
        at += 1
        if size > LONG_FORM:
            count = size - LONG_FORM
            size = int.from_bytes(content[at : at + count])
            at += count
        elif size == LONG_FORM:
            size = 0
        if at + size > len(content):
            break
        found.setdefault(tag, content[at : at + size])
        at += size
    return found


def field(tag: int, value: bytes) -> bytes:
    """One field with a tag of one byte and a value of less than 128 bytes."""
    assert len(value) < LONG_FORM
    return bytes([tag, len(value)]) + value
