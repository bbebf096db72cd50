"""Takes pages in, whole or in pieces: what is whole goes into a pack, the rest waits as a part."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sync import wire
from sync.gateway import page_image
from sync.gateway.body_file import BodyFile
from sync.gateway.case_book import CaseBook, Lacking
from sync.gateway.database import Database, Writing
from sync.gateway.packs import Content, Packed, Packs, Span
from sync.gateway.parts import Parts
from sync.pieces import Piece

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of the pieces; see sync.pieces.Kept."""

    partial: tuple[wire.PageWanted, ...] = ()
    unlisted: tuple[str, ...] = ()


class PageIntake:
    """Any thread. Raises OSError, DatabaseTrouble; pieces may then come again."""

    def __init__(self, *, database: Database, book: CaseBook, packs: Packs, parts: Parts) -> None:
        self._database = database
        self._book = book
        self._packs = packs
        self._parts = parts

    def keep(
        self, terminal_id: str, pieces: Sequence[Piece], then: Callable[[Writing], T]
    ) -> tuple[Intake, T]:
        """Keep these pieces; `then` is part of the transaction that notes the whole pages.

        Everything is on the disk when this returns. Reads and hashes what it is given once.
        """
        listed = self._book.listed(terminal_id, sorted({piece.sha256 for piece in pieces}))
        unlisted = {p.sha256 for p in pieces if listed.get(p.sha256, (0,))[0] != p.size}
        whole: dict[str, bytes] = {}
        partial: dict[str, int] = {}
        for piece in joined(pieces):
            if piece.sha256 in unlisted or listed[piece.sha256][1] or piece.sha256 in whole:
                continue
            content = self._content_with(terminal_id, piece)
            if isinstance(content, bytes):
                whole[piece.sha256] = content
                partial.pop(piece.sha256, None)
            else:
                partial[piece.sha256] = content
        packed = self._packed(whole)
        result = self._noted(packed, then)
        for sha256 in whole:
            self._parts.drop(terminal_id, sha256)
        wanted = tuple(wire.PageWanted(sha256, offset) for sha256, offset in partial.items())
        return Intake(wanted, tuple(sorted(unlisted))), result

    def adopt(
        self, terminal_id: str, body: BodyFile, then: Callable[[Writing], T]
    ) -> tuple[Intake, T]:
        """The same for a body that lies in a file on our disk: it becomes the pack itself.

        Only when all its pages are whole, new and right; else their bytes are copied.
        """
        placed = body.placed
        listed = self._book.listed(terminal_id, [piece.sha256 for _, piece in placed])
        fits = all(
            piece.is_whole
            and listed.get(piece.sha256) == (piece.size, False)
            and hashlib.sha256(piece.content).hexdigest() == piece.sha256
            for _, piece in placed
        )
        if not fits or not placed:
            return self.keep(terminal_id, [piece for _, piece in placed], then)
        spans = [
            Span(p.sha256, place, p.size, page_image.complaint_about(bytes(p.content)))
            for place, p in placed
        ]
        return Intake(), self._noted(self._packs.adopt(body.path, spans), then)

    def missing(self, terminal_id: str, lacking: Sequence[Lacking]) -> tuple[wire.PageWanted, ...]:
        """From where on each of these pages is still to come; a full part is settled.

        A crash between the last byte and the note leaves a full part: without this it would be
        asked for "from its end on" for ever (reference/sync.md section 4, the bug found there).
        """
        wanted, whole = [], dict[str, bytes]()
        for page in lacking:
            path = self._parts.whole(terminal_id, page.sha256, page.size)
            if path is not None:
                whole[page.sha256] = path.read_bytes()
            else:
                offset = self._parts.length(terminal_id, page.sha256)
                wanted.append(wire.PageWanted(page.sha256, offset))
        if whole:
            self._noted(self._packed(whole), lambda _: None)
            for sha256 in whole:
                self._parts.drop(terminal_id, sha256)
        return tuple(wanted)

    def _content_with(self, terminal_id: str, piece: Piece) -> bytes | int:
        """The whole page, when this piece completes it; else the place to go on."""
        if piece.is_whole:
            content = bytes(piece.content)
            return content if hashlib.sha256(content).hexdigest() == piece.sha256 else 0
        length = self._parts.write(terminal_id, piece.sha256, piece.offset, bytes(piece.content))
        if length < piece.size:
            return self._parts.length(terminal_id, piece.sha256)
        path = self._parts.whole(terminal_id, piece.sha256, piece.size)
        return path.read_bytes() if path is not None else 0

    def _packed(self, whole: dict[str, bytes]) -> Packed | None:
        if not whole:
            return None
        return self._packs.write(
            [
                Content(sha256, content, page_image.complaint_about(content))
                for sha256, content in whole.items()
            ]
        )

    def _noted(self, packed: Packed | None, then: Callable[[Writing], T]) -> T:
        def work(w: Writing) -> T:
            if packed is not None:
                packed.note(w)
            return then(w)

        return self._database.write(work)


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
