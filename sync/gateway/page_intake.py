"""Takes pages in, whole or in pieces: what is whole goes into a pack, the rest waits as a part."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sync import wire
from sync.gateway import page_image
from sync.gateway.body_file import BodyFile
from sync.gateway.case_book import CaseBook
from sync.gateway.database import Database
from sync.gateway.packs import Content, Packed, Packs, Span
from sync.gateway.parts import Parts
from sync.pieces import Piece

Lacking = Sequence[tuple[str, int]]  # hash and size of pages
MOST_EXPECTED: Final = 100_000  # pages; 20 MB of memory


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of the pieces; see sync.pieces.Kept.

    `pages`: all that the pieces were of. `whole`: those still to be put into a pack; `packed`: the
    pack that they are in, still to be noted. `parts`: whose part is of no use then.
    """

    pages: tuple[str, ...] = ()
    whole: tuple[Content, ...] = field(default=(), repr=False)
    partial: tuple[wire.PageWanted, ...] = ()
    unlisted: tuple[str, ...] = ()
    packed: Packed | None = None
    parts: tuple[str, ...] = ()


class PageIntake:
    """Any thread. Raises OSError, DatabaseTrouble; pieces may then come again."""

    def __init__(self, *, database: Database, book: CaseBook, packs: Packs, parts: Parts) -> None:
        self._database = database
        self._book = book
        self._packs = packs
        self._parts = parts
        # Pages that a terminal was told to send a moment ago, with their size: most often they
        # come next, and the database need not be asked (0.2 ms).
        self._expected: dict[tuple[str, str], int] = {}

    def keep(self, terminal_id: str, pieces: Sequence[Piece]) -> Intake:
        """Keep these pieces; everything is on the disk, and noted, when this returns."""
        intake = self.store(terminal_id, pieces)
        if intake.whole:
            self._database.write(self._packs.write(intake.whole).note)
        self.settle(terminal_id, intake)
        return intake

    def store(self, terminal_id: str, pieces: Sequence[Piece]) -> Intake:
        """Check these pieces. Parts are on the disk when this returns, whole pages not yet.

        Reads and hashes what it is given once. What nobody lists or what is here is not kept.
        """
        pages = tuple(sorted({piece.sha256 for piece in pieces}))
        listed = self._listed(terminal_id, pages)
        unlisted = {p.sha256 for p in pieces if listed.get(p.sha256, (0,))[0] != p.size}
        whole: dict[str, bytes | memoryview] = {}
        partial: dict[str, int] = {}
        for piece in joined(pieces):
            if piece.sha256 in unlisted or listed[piece.sha256][1] or piece.sha256 in whole:
                continue
            content = self._content_with(terminal_id, piece)
            if isinstance(content, int):
                partial[piece.sha256] = content
            else:
                whole[piece.sha256] = content
                partial.pop(piece.sha256, None)
        wanted = tuple(wire.PageWanted(sha256, offset) for sha256, offset in partial.items())
        return Intake(
            pages,
            _looked_at(whole),
            wanted,
            tuple(sorted(unlisted)),
            parts=tuple(one for one in whole if self._parts.exists(terminal_id, one)),
        )

    def adopt(self, terminal_id: str, body: BodyFile) -> Intake:
        """The same for a body that lies in a file on our disk: it becomes the pack itself.

        Only when all its pages are whole, new and right; else their bytes are copied.
        """
        placed = body.placed
        listed = self._listed(terminal_id, [piece.sha256 for _, piece in placed])
        fits = all(
            piece.is_whole
            and listed.get(piece.sha256) == (piece.size, False)
            and hashlib.sha256(piece.content).hexdigest() == piece.sha256
            for _, piece in placed
        )
        if not fits or not placed:
            return self.store(terminal_id, [piece for _, piece in placed])
        spans = [
            Span(p.sha256, place, p.size, page_image.complaint_about(p.content))
            for place, p in placed
        ]
        pages = tuple(span.sha256 for span in spans)
        return Intake(
            pages,
            packed=self._packs.adopt(body.path, spans),
            parts=tuple(one for one in pages if self._parts.exists(terminal_id, one)),
        )

    def settle(self, terminal_id: str, intake: Intake) -> None:
        """The pack is noted: parts of its pages are of no use any more."""
        for sha256 in intake.pages:
            self._expected.pop((terminal_id, sha256), None)
        for sha256 in intake.parts:
            self._parts.drop(terminal_id, sha256)

    def has_parts(self, terminal_id: str, lacking: Lacking) -> bool:
        """True when anything has come of one of these pages."""
        return any(self._parts.exists(terminal_id, sha256) for sha256, _ in lacking)

    def missing(self, terminal_id: str, lacking: Lacking) -> tuple[wire.PageWanted, ...]:
        """From where on each of these pages is still to come; a full part is settled.

        A crash between the last byte and the note leaves a full part: without this it would be
        asked for "from its end on" for ever (reference/sync.md section 4, the bug found there).
        """
        if len(self._expected) > MOST_EXPECTED:
            self._expected.clear()
        self._expected |= {(terminal_id, sha256): size for sha256, size in lacking}
        if not self.has_parts(terminal_id, lacking):
            return tuple(wire.PageWanted(sha256, 0) for sha256, _ in lacking)
        wanted, whole = [], dict[str, bytes | memoryview]()
        for sha256, size in lacking:
            path = self._parts.whole(terminal_id, sha256, size)
            if path is not None:
                whole[sha256] = path.read_bytes()
            else:
                wanted.append(wire.PageWanted(sha256, self._parts.length(terminal_id, sha256)))
        if whole:
            self._database.write(self._packs.write(_looked_at(whole)).note)
            for sha256 in whole:
                self._parts.drop(terminal_id, sha256)
        return tuple(wanted)

    def _listed(self, terminal_id: str, pages: Sequence[str]) -> dict[str, tuple[int, bool]]:
        """See CaseBook.listed. A page that was expected may be here by now: it is kept once."""
        expected = {one: self._expected.get((terminal_id, one)) for one in pages}
        if None in expected.values():
            return self._book.listed(terminal_id, pages)
        return {one: (size, False) for one, size in expected.items() if size is not None}

    def _content_with(self, terminal_id: str, piece: Piece) -> bytes | memoryview | int:
        """The whole page, when this piece completes it; else the place to go on."""
        if piece.is_whole:
            is_right = hashlib.sha256(piece.content).hexdigest() == piece.sha256
            return piece.content if is_right else 0
        length = self._parts.write(terminal_id, piece.sha256, piece.offset, piece.content)
        if length < piece.size:
            return self._parts.length(terminal_id, piece.sha256)
        path = self._parts.whole(terminal_id, piece.sha256, piece.size)
        return path.read_bytes() if path is not None else 0


def _looked_at(whole: dict[str, bytes | memoryview]) -> tuple[Content, ...]:
    return tuple(
        Content(sha256, content, page_image.complaint_about(content))
        for sha256, content in whole.items()
    )


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The same pieces, those that follow each other on one page put together."""
    together: list[Piece] = []
    for piece in pieces:
        last = together[-1] if together else None
        if last is not None and last.sha256 == piece.sha256 and last.end == piece.offset:
            content = bytes(last.content) + bytes(piece.content)
            together[-1] = Piece(last.sha256, last.size, last.offset, content)
        else:
            together.append(piece)
    return together
