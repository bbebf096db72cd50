"""Takes the person out of what a SAM reader sent, whole, cut off or damaged, byte for byte as long.

Frames: see devices/id_card/sam_frame.py. Damage stays damage and right checksums are right again.
Of a damaged answer only the length is kept: where a byte was lost, nobody knows what is a letter.
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
    Command,
    checksum,
    request,
    text_and_photo,
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
        if len(body) == LENGTH_SIZE + size and checksum(body) == 0:
            told += _body(body, asked, today)
        else:
            inner = stream.find(PREAMBLE, at, at + len(body) + len(PREAMBLE) - 1)
            if inner >= 0:
                body = stream[at:inner]  # it was cut short: another answer begins in it
            told += _damaged(body, size)
        at += len(body)
    return told + _noise(stream[at:])


def _body(body: bytes, asked: bytes, today: date) -> bytes:
    told = body[:STATUS_END] + _content(body[STATUS_END:-1], asked, today)
    return told + bytes([checksum(told)])


def _damaged(body: bytes, size: int) -> bytes:
    """As long and with a wrong checksum; the status goes too, a letter may stand in its place."""
    told = body[:LENGTH_SIZE] + bytes([OTHER_NOISE]) * (size - 1)
    return (told + bytes([checksum(told) ^ OTHER_NOISE]))[: len(body)]


def _content(content: bytes, asked: bytes, today: date) -> bytes:
    size = len(content)
    if asked == request(Command.READ_SAM_NUMBER) and size == SAM_NUMBER.size:
        return content  # of the reader, not of a person
    if size == NEWEST_ADDRESS_SIZE:
        return invented_text(content)
    if (parts := text_and_photo(content)) is not None:
        text, photo = parts
        return content[:SIZES] + invented_block(text, today) + bytes(len(photo))
    return bytes([OTHER_NOISE]) * size


def _noise(stream: bytes) -> bytes:
    return bytes(byte if byte in KEPT_NOISE else OTHER_NOISE for byte in stream)
