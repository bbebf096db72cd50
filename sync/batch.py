"""Many cases in one request: how their texts are put together and the answers taken apart. No I/O.

POST /v1/cases, both ways one frame of sync/packing.py. 200 forms one by one cost 200 round trips
and 1.2 times their bytes, together one round trip and a quarter (reference/sync.md section 2, D).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from sync import wire
from sync.packing import Unpackable, unpacked
from sync.strict import read_strictly

BATCH: Final = "application/vnd.doorstep.cases"
# The numbers of the dictionaries a gateway knows, with commas between; sent with a 415.
DICTIONARIES_HEADER: Final = "Doorstep-Dictionaries"
MOST_CASES: Final = 256
PACKED_LIMIT: Final = 1024 * 1024  # bytes of a frame on the wire
UNPACKED_LIMIT: Final = 4 * 1024 * 1024  # bytes of what is in it
MOST_TEXT: Final = UNPACKED_LIMIT // 2  # what a terminal puts into one frame


class Cases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts as they are; each is judged alone, so one that is unreadable spoils no other."""

    cases: list[msgspec.Raw]
    version: int = wire.VERSION


class Brief(msgspec.Struct, frozen=True, tag="brief"):
    """An acknowledgement without what the terminal knows already.

    The terminal puts the signed body together again from its own text; the signature then shows
    that both mean the same. 90 bytes instead of 1,300.
    """

    number: str
    at: datetime
    signature: bytes
    key: str


class NotTaken(msgspec.Struct, frozen=True, tag="not-taken"):
    """Useless to send again. `reasons` are "field: reason"."""

    reasons: tuple[str, ...]


class Later(msgspec.Struct, frozen=True, tag="later"):
    """Not this one, not now."""


Reply = wire.Received | wire.Wanted | Brief | NotTaken | Later


class Replies(msgspec.Struct, frozen=True):
    """One for each text, in their order."""

    replies: tuple[Reply, ...]
    version: int = wire.VERSION


def cases_in(frame: bytes) -> tuple[bytes, list[bytes]]:
    """What the frame holds, whole and text by text. At the gateway.

    Raises wire.Unreadable, packing.DictionaryUnknown.
    """
    try:
        content = unpacked(frame, limit=UNPACKED_LIMIT)
    except Unpackable as error:
        raise wire.Unreadable(str(error)) from None
    texts = [bytes(text) for text in read_strictly(content, Cases).cases]
    if len(texts) > MOST_CASES:
        raise wire.Unreadable(f"more than {MOST_CASES} cases")
    return content, texts


def replies_in(frame: bytes) -> tuple[Reply, ...]:
    """The gateway's answers. At the terminal. Raises wire.Unreadable."""
    try:
        content = unpacked(frame, limit=UNPACKED_LIMIT)
    except Unpackable as error:
        raise wire.Unreadable(str(error)) from None
    return wire.decoded(content, Replies).replies


def frames_of(texts: Sequence[bytes], *, most: int = MOST_TEXT) -> Iterator[Sequence[bytes]]:
    """The texts in order, `most` bytes and one frame's limits together; every text is in one."""
    most = min(most, MOST_TEXT)
    begun, size = 0, 0
    for end, text in enumerate(texts):
        if end > begun and (end - begun == MOST_CASES or size + len(text) > most):
            yield texts[begun:end]
            begun, size = end, 0
        size += len(text)
    if begun < len(texts):
        yield texts[begun:]


def together(texts: Sequence[bytes]) -> bytes:
    """The content of a frame with these texts."""
    return wire.canonical(Cases([msgspec.Raw(text) for text in texts]))


def brief(signed: bytes, terminal_id: str) -> Brief | wire.Received:
    """The short form of this acknowledgement, or the long one where the short would not do."""
    envelope = wire.decoded(signed, wire.Signed)
    word = wire.decoded(envelope.body, wire.Acknowledgement)
    # What was signed by an older program in another form cannot be put together again.
    as_today = word.terminal_id == terminal_id and wire.canonical(word) == envelope.body
    if not as_today:
        return wire.Received(signed)
    return Brief(word.official_number, word.received_at, envelope.signature, envelope.key)


def in_full(short: Brief, text: wire.CaseText, terminal_id: str) -> bytes:
    """The acknowledgement as it was signed, if it was signed for this text. Not checked here."""
    word = wire.Acknowledgement(
        case_id=text.case_id,
        terminal_id=terminal_id,
        fingerprint=wire.fingerprint(text),
        pages=tuple(page.sha256 for page in text.every_page()),
        official_number=short.number,
        received_at=short.at,
    )
    return wire.canonical(wire.Signed(wire.canonical(word), short.signature, short.key))
