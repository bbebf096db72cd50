"""Cuts the pages that cases lack into requests, and knows what is across. No I/O, one thread.

A page that several cases have travels once. The pieces of one page follow each other: the next one
leaves when the one before was answered. Cases are asked for in the request that completes them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.domain.case import Case, CaseId
from sync.api import PagesAnswer, PagesWanted
from sync.pieces import Piece


class Unsendable(Exception):
    """A page cannot be sent as it is here; the text says why, without personal data."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request: pieces of pages, and the cases whose standing is asked with it."""

    pieces: tuple[Piece, ...] = field(repr=False)
    asked: tuple[Case, ...]


@dataclass(slots=True)
class _Page:
    sha256: str
    size: int
    offset: int  # up to here the gateway has it, or it is on its way
    under_way: bool = False

    @property
    def left(self) -> int:
        return self.size - self.offset


class PagePlan:
    """The pages of some cases in the order in which they should arrive.

    `read` gives the bytes of a page or raises Unsendable; the cases with that page are then in
    `spoilt`, with the reason, and left out. What else it raises comes out of `next`.
    """

    def __init__(self, *, read: Callable[[str], bytes]) -> None:
        self._read = read
        self.spoilt: dict[CaseId, str] = {}
        self._content: dict[str, bytes] = {}  # of pages that are cut at the moment
        self._pages: dict[str, _Page] = {}  # not whole at the gateway yet, in order
        self._cases: dict[CaseId, Case] = {}  # not asked for yet
        self._lacks: dict[CaseId, set[str]] = {}
        self._across: set[str] = set()  # in this plan's time; who joins later may not know yet

    def add(self, case: Case, wanted: PagesWanted) -> None:
        """Send this one too, after those before."""
        sizes = sizes_of(case)
        self._cases[case.case_id] = case
        lacking = {sha256: at for sha256, at in wanted.offsets if sha256 not in self._across}
        self._lacks[case.case_id] = set(lacking)
        for sha256, offset in lacking.items():
            self._pages.setdefault(sha256, _Page(sha256, sizes[sha256], offset))

    @property
    def left(self) -> int:
        """Bytes that are neither across nor on their way."""
        return sum(page.left for page in self._pages.values())

    @property
    def is_over(self) -> bool:
        """Nothing is left to be sent or asked for."""
        return not self._pages and not self._cases

    def next(self, most: int) -> Parcel | None:
        """The next request with about `most` bytes; None when there is none just now."""
        pieces: list[Piece] = []
        room = most
        for page in list(self._pages.values()):
            if room <= 0:
                break
            if page.under_way or page.sha256 not in self._pages:
                continue
            try:
                pieces.append(self._cut(page, room))
            except Unsendable as reason:
                self.spoilt |= dict.fromkeys(self._cases_with(page.sha256), str(reason))
                self._forget_page(page.sha256)
            else:
                room -= len(pieces[-1].content)
        whole = {piece.sha256 for piece in pieces if piece.end == piece.size}
        asked = self._completed_by(whole)
        return Parcel(tuple(pieces), asked) if pieces or asked else None

    def answered(self, parcel: Parcel, answer: PagesAnswer) -> None:
        """The gateway has these pieces; where it names another place, the page goes on there.

        A page of which it has no more than before is left to the next time, like one that failed:
        sent again at once it could be sent for ever.
        """
        partial = dict(answer.partial)
        begun = {piece.sha256: piece.offset for piece in parcel.pieces}
        for sha256, before in begun.items():
            page = self._pages.get(sha256)
            if page is None:
                continue
            page.under_way = False
            if sha256 in partial:
                page.offset = min(partial[sha256], page.size)
                if page.offset <= before:
                    self._forget_page(sha256)
            elif sha256 not in answer.unlisted:
                self._is_across(sha256)
        for sha256 in answer.unlisted:
            self._forget_page(sha256)

    def failed(self, parcel: Parcel) -> None:
        """Nobody knows what arrived of it: its pages are left to the next time."""
        for piece in parcel.pieces:
            self._forget_page(piece.sha256)

    def _cut(self, page: _Page, most: int) -> Piece:
        content = self._content.get(page.sha256)
        if content is None:
            content = self._content[page.sha256] = self._read(page.sha256)
        begin = page.offset
        page.offset = min(page.size, begin + most)
        page.under_way = True
        return Piece(page.sha256, page.size, begin, memoryview(content)[begin : page.offset])

    def _completed_by(self, whole: set[str]) -> tuple[Case, ...]:
        ready = [case_id for case_id, lacks in self._lacks.items() if lacks <= whole]
        for case_id in ready:
            if not self._lacks[case_id]:
                del self._lacks[case_id]
        return tuple(self._cases.pop(case_id) for case_id in ready if case_id in self._cases)

    def _is_across(self, sha256: str) -> None:
        self._across.add(sha256)
        self._drop(sha256)
        for lacks in self._lacks.values():
            lacks.discard(sha256)
        for case_id in [c for c, lacks in self._lacks.items() if not lacks]:
            if case_id not in self._cases:
                del self._lacks[case_id]

    def _cases_with(self, sha256: str) -> list[CaseId]:
        return [case_id for case_id, lacks in self._lacks.items() if sha256 in lacks]

    def _forget_page(self, sha256: str) -> None:
        """Whoever has it is not waited for, and what only they have is not sent."""
        for case_id in self._cases_with(sha256):
            self._cases.pop(case_id, None)
            del self._lacks[case_id]
        wanted = {one for lacks in self._lacks.values() for one in lacks}
        for one in [one for one in self._pages if one not in wanted]:
            self._drop(one)

    def _drop(self, sha256: str) -> None:
        self._pages.pop(sha256, None)
        self._content.pop(sha256, None)


def sizes_of(case: Case) -> dict[str, int]:
    """The size of every page of the case, by hash."""
    pages = (*case.pages, *((case.signature,) if case.signature else ()))
    return {page.sha256: page.size for page in pages}
