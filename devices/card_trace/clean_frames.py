"""Takes the person out of what a SAM reader sent, whole, cut off or damaged, byte for byte as long.

Frames: see devices/id_card/sam_frame.py. Damage stays damage and right checksums are right again.
"""

from datetime import date
from typing import Final

from devices.card_trace.invented import invented_block, invented_text
from devices.id_card.sam_frame import (
    LENGTH_SIZE,
    LONGEST_BODY,
    NEWEST_ADDRESS_SIZE,
    PREAMBLE,
    SAM_NUMBER,
    SHORTEST_BODY,
    TEXT_SIZE,
    Command,
    checksum,
    request,
)

KEPT_NOISE: Final = frozenset({0x00, *PREAMBLE})
OTHER_NOISE: Final = 0x55
STATUS_END: Final = LENGTH_SIZE + 3  # length, SW1 SW2 SW3
SIZES: Final = 4  # of text and photo, before them


def clean_frames(stream: bytes, asked: bytes, today: date) -> bytes:
    """The same stream without a person; `asked`: the request before it."""
    told = b""
    at = 0
    while (start := stream.find(PREAMBLE, at)) >= 0:
        told += _noise(stream[at:start]) + PREAMBLE
        at = start + len(PREAMBLE)
        size = int.from_bytes(stream[at : at + LENGTH_SIZE])
        if len(stream) < at + LENGTH_SIZE or not SHORTEST_BODY <= size <= LONGEST_BODY:
            continue
        body = stream[at : at + LENGTH_SIZE + size]
        if (inner := body.find(PREAMBLE)) >= 0 and checksum(body) != 0:
            body = body[:inner]  # its length is wrong: another answer begins in it
        told += _body(body, size, asked, today)
        at += len(body)
    return told + _noise(stream[at:])


def _body(body: bytes, size: int, asked: bytes, today: date) -> bytes:
    whole = body.ljust(LENGTH_SIZE + size, b"\0")
    told = whole[:STATUS_END] + _content(whole[STATUS_END:-1], asked, today)
    # What was wrong with the checksum stays wrong with it.
    return (told + bytes([checksum(told) ^ checksum(whole)]))[: len(body)]


def _content(content: bytes, asked: bytes, today: date) -> bytes:
    size = len(content)
    if asked == request(Command.READ_SAM_NUMBER) and size == SAM_NUMBER.size:
        return content  # of the reader, not of a person
    if size == NEWEST_ADDRESS_SIZE:
        return invented_text(content)
    if content[:2] == TEXT_SIZE.to_bytes(2) and size > SIZES:
        text = invented_block(content[SIZES : SIZES + TEXT_SIZE], today)
        return (content[:SIZES] + text).ljust(size, b"\0")[:size]
    return bytes(size)


def _noise(stream: bytes) -> bytes:
    return bytes(byte if byte in KEPT_NOISE else OTHER_NOISE for byte in stream)
