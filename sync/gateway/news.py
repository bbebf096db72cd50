"""What is new for one terminal since it last asked: one cursor for everything that comes down."""

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

from sync import wire
from sync.gateway.catalogues import Catalogues
from sync.gateway.news_book import Kind, NewsBook, NewsRow

_Entry = TypeVar("_Entry", bound=msgspec.Struct)
AT_ONCE: Final = 20  # entries of one answer; each may bring a document


class News:
    """Answers pulls. May be called from any thread."""

    def __init__(self, *, book: NewsBook, catalogues: Catalogues, epoch: str) -> None:
        """`epoch`: of this database; another one makes its terminals begin anew."""
        self._book = book
        self._catalogues = catalogues
        self._epoch = epoch

    def since(self, terminal_id: str, cursor: str, *, catalog: str) -> wire.ChangesPage:
        """One page of news. A cursor of another gateway's database starts at the beginning.

        `catalog`: SHA-256 of the catalogue's file that the terminal has, "" when none. The
        catalogue is offered on the last page only.
        """
        epoch, _, seen = cursor.partition(".")
        known = epoch == self._epoch and seen.isascii() and seen.isdecimal()
        start = min(int(seen[:18]), 1 << 62) if known else 0
        found = self._book.since(terminal_id, start, AT_ONCE + 1)
        more, newest = len(found) > AT_ONCE, found[:AT_ONCE][-1].seq if found else start
        page = _last_words(found[:AT_ONCE])
        return wire.ChangesPage(
            changes=_of(page, Kind.STEP, wire.ChangeEntry),
            notices=_of(page, Kind.NOTICE, wire.NoticeEntry),
            withdrawn=_ids(page, Kind.WITHDRAWN),
            visits=_of(page, Kind.VISIT, wire.VisitEntry),
            ended_visits=_ids(page, Kind.VISIT_ENDED),
            configuration=_newest(page, Kind.CONFIGURATION),
            vouched=_newest(page, Kind.VOUCHED),
            staff=tuple(row.entry for row in page if row.kind == Kind.STAFF),
            catalog=None if more else self._catalogues.offer(catalog),
            cursor=f"{self._epoch}.{newest}",
            more=more,
        )


def _last_words(page: Sequence[NewsRow]) -> list[NewsRow]:
    """Of each notice and each home visit the last word alone.

    The page tells them apart by kind and not in their order: a notice that was taken down and put
    up again would be gone.
    """
    last = {_about(row): row for row in page}
    return [row for row in page if last[_about(row)] is row]


def _about(row: NewsRow) -> tuple[str, str]:
    match row.kind:
        case Kind.NOTICE:
            return Kind.NOTICE, wire.decoded(row.entry, wire.NoticeEntry).notice_id
        case Kind.VISIT:
            return Kind.VISIT, wire.decoded(row.entry, wire.VisitEntry).visit_id
        case Kind.WITHDRAWN:
            return Kind.NOTICE, msgspec.json.decode(row.entry, type=str)
        case Kind.VISIT_ENDED:
            return Kind.VISIT, msgspec.json.decode(row.entry, type=str)
        case _:
            return row.kind, str(row.seq)


def _of(page: Sequence[NewsRow], kind: Kind, form: type[_Entry]) -> tuple[_Entry, ...]:
    return tuple(wire.decoded(row.entry, form) for row in page if row.kind == kind)


def _ids(page: Sequence[NewsRow], kind: Kind) -> tuple[str, ...]:
    return tuple(msgspec.json.decode(row.entry, type=str) for row in page if row.kind == kind)


def _newest(page: Sequence[NewsRow], kind: Kind) -> bytes:
    return next((row.entry for row in reversed(page) if row.kind == kind), b"")
