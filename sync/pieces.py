"""Pages in pieces: how many of them, whole or in part, travel in one request. No I/O.

POST /v1/pages. The body is: u32 length and JSON of `Asked`, then pieces, each a head (`HEAD`) and
its bytes. Every piece says where it belongs, so whatever part of a body arrived before the line
broke is of use (frames of reference/sync.md section 6). The answer is a `Kept`.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from sync import batch, wire
from sync.strict import read_strictly

PIECES: Final = "application/vnd.doorstep.pages"
# SHA-256 of the page, its size, offset of the piece, length of the piece, CRC-32 of its bytes.
HEAD: Final = struct.Struct(">32sIIII")
LENGTH: Final = struct.Struct(">I")
ASKED_LIMIT: Final = 64 * 1024  # bytes of the JSON
LARGEST_PAGE: Final = 8 * 1024 * 1024  # bytes; a page at 300 dpi has 0.2 to 2 MB
MOST_ASKED: Final = 256  # cases of one request, as many as one frame of texts holds


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case that the gateway should know by now, and by which text."""

    case_id: wire.Name
    fingerprint: wire.Hash


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands first in the body. `cases` are answered once the pieces are kept."""

    cases: Annotated[tuple[Ask, ...], Meta(max_length=MOST_ASKED)] = ()
    version: int = wire.VERSION


class Kept(msgspec.Struct, frozen=True):
    """What the gateway has now.

    `cases`: for each that was asked, in order; None: its text has never come. `partial`: pages of
    this request that are not whole yet, with the place to go on. `unlisted`: no case of this
    terminal has these pages; their bytes were not kept.
    """

    cases: tuple[batch.Reply | None, ...] = ()
    partial: tuple[wire.PageWanted, ...] = ()
    unlisted: tuple[wire.Hash, ...] = ()
    version: int = wire.VERSION


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a page and where they belong. `size`: of the whole page."""

    sha256: str
    size: int
    offset: int
    content: bytes | memoryview = field(repr=False)

    @property
    def end(self) -> int:
        """Where the next piece of the page begins."""
        return self.offset + len(self.content)

    @property
    def is_whole(self) -> bool:
        """All of the page at once."""
        return not self.offset and len(self.content) == self.size


def head_of(asked: Asked) -> bytes:
    """The beginning of a body."""
    content = wire.canonical(asked)
    return LENGTH.pack(len(content)) + content


def body_of(asked: Asked, pieces: Sequence[Piece]) -> list[bytes | memoryview]:
    """A body in parts; the bytes of the pages are not copied."""
    parts: list[bytes | memoryview] = [head_of(asked)]
    for piece in pieces:
        parts += [_head(piece), piece.content]
    return parts


def _head(piece: Piece) -> bytes:
    return HEAD.pack(
        bytes.fromhex(piece.sha256),
        piece.size,
        piece.offset,
        len(piece.content),
        zlib.crc32(piece.content),
    )


class Unpacking:
    """Takes a body apart as it arrives. Everything is checked before it is given out."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._head: tuple[str, int, int, int, int] | None = None
        self._given = 0  # bytes of the piece under way that were given out by `rest`
        self._sum = 0
        self.asked: Asked | None = None  # None until it has come

    def take(self, arrived: bytes) -> Iterator[Piece]:
        """The pieces that are complete now. Raises wire.Unreadable; those given before are good."""
        self._waiting += arrived
        if self.asked is None and not self._take_asked():
            return
        while (piece := self._next()) is not None:
            yield piece

    def rest(self) -> Piece | None:
        """What has come of the piece under way and was not given out; for a line that is slow.

        Its sum is not checked yet: only the whole page's hash will tell.
        """
        if self._head is None or not self._waiting:
            return None
        sha256, size, offset, length, _ = self._head
        content = bytes(self._waiting[: length - self._given])
        del self._waiting[: len(content)]
        piece = Piece(sha256, size, offset + self._given, content)
        self._sum = zlib.crc32(content, self._sum)
        self._given += len(content)
        return piece

    @property
    def waiting(self) -> int:
        """Bytes that arrived and were not given out yet."""
        return len(self._waiting)

    @property
    def is_over(self) -> bool:
        """True when the body may end here."""
        return self.asked is not None and self._head is None and not self._waiting

    def _take_asked(self) -> bool:
        if len(self._waiting) < LENGTH.size:
            return False
        (length,) = LENGTH.unpack_from(self._waiting)
        if length > ASKED_LIMIT:
            raise wire.Unreadable("what is asked is too long")
        end = LENGTH.size + length
        if len(self._waiting) < end:
            return False
        self.asked = read_strictly(bytes(self._waiting[LENGTH.size : end]), Asked)
        del self._waiting[:end]
        return True

    def _next(self) -> Piece | None:
        if self._head is None and not self._take_head():
            return None
        assert self._head is not None
        sha256, size, offset, length, total = self._head
        left = length - self._given
        if len(self._waiting) < left:
            return None
        content = bytes(self._waiting[:left])
        if zlib.crc32(content, self._sum) != total:
            self._head = None  # so that `rest` does not give it out
            raise wire.Unreadable("a piece changed on its way")
        del self._waiting[:left]
        piece = Piece(sha256, size, offset + self._given, content)
        self._head, self._given, self._sum = None, 0, 0
        return piece

    def _take_head(self) -> bool:
        if len(self._waiting) < HEAD.size:
            return False
        digest, size, offset, length, total = HEAD.unpack_from(self._waiting)
        if not 0 < size <= LARGEST_PAGE or offset + length > size or not length:
            raise wire.Unreadable("a piece beyond its page")
        self._head = (digest.hex(), size, offset, length, total)
        del self._waiting[: HEAD.size]
        return True
