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
    """Takes a body apart as it arrives. One thread at a time.

    Heads are checked before anything is given out, and the sum of every piece but a whole page:
    its name is its sum, and whoever keeps it has to check that. Bytes are not copied when a body
    comes at once: pieces are views of it.
    """

    def __init__(self) -> None:
        self._arrived: list[bytes | memoryview] = []
        self._size = 0  # of what arrived and was not given out yet
        self._head: tuple[str, int, int, int, int] | None = None
        self._given = 0  # bytes of the piece under way that were given out by `rest`
        self._sum = 0
        self.asked: Asked | None = None  # None until it has come

    def take(self, arrived: bytes | memoryview) -> Iterator[Piece]:
        """The pieces that are complete now. Raises wire.Unreadable; those given before are good."""
        if arrived:
            self._arrived.append(arrived)
            self._size += len(arrived)
        if self.asked is None and not self._take_asked():
            return
        while (piece := self._next()) is not None:
            yield piece

    def rest(self) -> Piece | None:
        """What has come of the piece under way and was not given out; for a line that is slow.

        Its sum is not checked yet: only the whole page's hash will tell.
        """
        if self._head is None or not self._size:
            return None
        sha256, size, offset, length, _ = self._head
        content = self._cut(min(self._size, length - self._given))
        piece = Piece(sha256, size, offset + self._given, content)
        self._sum = zlib.crc32(content, self._sum)
        self._given += len(content)
        return piece

    @property
    def waiting(self) -> int:
        """Bytes that arrived and were not given out yet."""
        return self._size

    @property
    def is_over(self) -> bool:
        """True when the body may end here."""
        return self.asked is not None and self._head is None and not self._size

    def _take_asked(self) -> bool:
        if self._size < LENGTH.size:
            return False
        (length,) = LENGTH.unpack(self._look(LENGTH.size))
        if length > ASKED_LIMIT:
            raise wire.Unreadable("what is asked is too long")
        if self._size < LENGTH.size + length:
            return False
        self._cut(LENGTH.size)
        self.asked = read_strictly(bytes(self._cut(length)), Asked)
        return True

    def _next(self) -> Piece | None:
        if self._head is None and not self._take_head():
            return None
        assert self._head is not None
        sha256, size, offset, length, total = self._head
        left = length - self._given
        if self._size < left:
            return None
        content = self._look(left)
        piece = Piece(sha256, size, offset + self._given, content)
        if not piece.is_whole and zlib.crc32(content, self._sum) != total:
            self._head = None  # so that `rest` does not give it out
            raise wire.Unreadable("a piece changed on its way")
        self._cut(left)
        self._head, self._given, self._sum = None, 0, 0
        return piece

    def _take_head(self) -> bool:
        if self._size < HEAD.size:
            return False
        digest, size, offset, length, total = HEAD.unpack(self._look(HEAD.size))
        if not 0 < size <= LARGEST_PAGE or offset + length > size or not length:
            raise wire.Unreadable("a piece beyond its page")
        self._head = (digest.hex(), size, offset, length, total)
        self._cut(HEAD.size)
        return True

    def _look(self, size: int) -> memoryview:
        """The next bytes, of which there must be enough; put together only when they have to be."""
        if not size:
            return memoryview(b"")
        if len(self._arrived[0]) < size:
            self._arrived = [b"".join(self._arrived)]
        return memoryview(self._arrived[0])[:size]

    def _cut(self, size: int) -> memoryview:
        content = self._look(size)
        if size:
            self._arrived[0] = memoryview(self._arrived[0])[size:]
            if not self._arrived[0]:
                del self._arrived[0]
        self._size -= size
        return content
