"""Keeps the texts of many cases and signs for those that are whole, all in one transaction.

Everything here may be done again, for others together with it or alone (see Database), so it only
asks and changes the database.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final

from sync import wire
from sync.gateway import follow_ups, official_numbers
from sync.gateway.case_book import CaseBook, Kept, Offered, PageHere, Receipt
from sync.gateway.database import Kind, Writing
from sync.gateway.packs import Content, Packed, Packs, note_all
from sync.gateway.signing import SigningKey
from sync.pieces import Ask

OTHER_SIZE: Final = "大小与清单不符"


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The case is not taken as it is. Nothing of it needs to be sent again unchanged."""

    reasons: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another text is kept under this id; the first one stays, this one is kept beside it."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """It must come again later: from a newer terminal, or today's numbers are used up."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No text ever came under this id."""


@dataclass(frozen=True, slots=True)
class Open:
    """These pages, (hash, size), are not in a pack. How much has come of each is not known here."""

    ask: Ask
    lacking: tuple[tuple[str, int], ...]


CaseStanding = wire.Received | NotTaken | Conflict | NotNow | Unknown | Open


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that one terminal offers in one request."""

    terminal_id: str
    offered: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """Whole pages of one request, or a pack that they are in, and the cases it asks for."""

    terminal_id: str
    asked: tuple[Ask, ...]
    contents: tuple[Content, ...] = field(default=(), repr=False)
    packed: Packed | None = None


@dataclass(frozen=True, slots=True)
class _Whole:
    """A case that is signed for next."""

    terminal_id: str
    fingerprint: str
    text: wire.CaseText


class Registrar:
    """Its two kinds of wishes are for Database.ask.

    Measured: 0.1 to 0.2 ms a case when eight come together, a third of it the signature; when a
    case comes alone 0.4 ms in SQLite, 1 to 2 ms in PostgreSQL.
    """

    def __init__(self, packs: Packs, signing_key: SigningKey, now: Callable[[], datetime]) -> None:
        self._packs = packs
        self._signing_key = signing_key
        self._now = now
        self.texts: Final = Kind(self._keep_texts)
        self.pages: Final = Kind(self._keep_pages, first=self._into_one_pack)

    def _keep_texts(self, w: Writing, requests: Sequence[Texts]) -> list[list[CaseStanding]]:
        """How each case stands once its text is kept, request by request, in their order."""
        now = self._now()
        every = [(one.terminal_id, offered) for one in requests for offered in one.offered]
        before = CaseBook.kept(w, [offered.text.case_id for _, offered in every])
        new: dict[str, tuple[str, Offered]] = {}
        for terminal_id, offered in every:
            if offered.text.case_id not in before and not offered.objections:
                new.setdefault(offered.text.case_id, (terminal_id, offered))
        refused = follow_ups.objections(w, new)
        for case_id in refused:
            del new[case_id]
        told = self._new(w, list(new.values()), now) if new else {}
        kept = before | {
            case_id: Kept(terminal_id, offered.fingerprint, None)
            for case_id, (terminal_id, offered) in new.items()
        }
        told |= self._closed(
            w,
            {
                offered.text.case_id: Ask(offered.text.case_id, offered.fingerprint)
                for terminal_id, offered in every
                if _is_open(before.get(offered.text.case_id), terminal_id, offered.fingerprint)
            },
            kept,
            now,
        )
        standings: list[CaseStanding] = []
        for terminal_id, offered in every:
            case_id = offered.text.case_id
            if offered.objections and case_id not in before:
                standings.append(NotTaken(offered.objections))
                continue
            if case_id in refused:
                reasons = refused[case_id]
                standings.append(NotTaken(reasons) if reasons else NotNow())
                continue
            standings.append(_standing(kept, told, terminal_id, case_id, offered.fingerprint))
            if isinstance(standings[-1], Conflict):
                CaseBook.add_conflict(w, terminal_id, offered, now=now)
        following = iter(standings)
        return [list(islice(following, len(one.offered))) for one in requests]

    def _keep_pages(self, w: Writing, requests: Sequence[Pages]) -> list[list[CaseStanding]]:
        """How the cases that were asked for stand once these packs count."""
        note_all(w, [one.packed for one in requests if one.packed is not None])
        ids = [ask.case_id for one in requests for ask in one.asked]
        kept = CaseBook.kept(w, ids)
        still = {
            ask.case_id: ask
            for one in requests
            for ask in one.asked
            if _is_open(kept.get(ask.case_id), one.terminal_id, ask.fingerprint)
        }
        told = self._closed(w, still, kept, self._now())
        return [
            [
                _standing(kept, told, one.terminal_id, ask.case_id, ask.fingerprint)
                for ask in one.asked
            ]
            for one in requests
        ]

    def _into_one_pack(self, requests: Sequence[Pages]) -> list[Pages]:
        """One file, and one wait for the disk, for the pages of all requests."""
        contents = [content for one in requests for content in one.contents]
        if not contents:
            return list(requests)
        packed = self._packs.write(contents)
        following = iter(packed.spans)
        return [
            replace(
                one,
                contents=(),
                packed=replace(packed, spans=tuple(islice(following, len(one.contents)))),
            )
            if one.contents
            else one
            for one in requests
        ]

    def _new(
        self, w: Writing, new: Sequence[tuple[str, Offered]], now: datetime
    ) -> dict[str, CaseStanding]:
        """Keep cases that were never seen; how each stands, by id."""
        here = CaseBook.here(
            w, [page.sha256 for _, offered in new for page in offered.text.every_page()]
        )
        told: dict[str, CaseStanding] = {}
        whole = []
        for terminal_id, offered in new:
            text = offered.text
            pages = [
                PageHere(page.sha256, page.size, *here.get(page.sha256, (None, "")))
                for page in text.every_page()
            ]
            standing = _looked_at(Ask(text.case_id, offered.fingerprint), pages, text)
            if standing is None:
                whole.append(_Whole(terminal_id, offered.fingerprint, text))
            else:
                told[text.case_id] = standing
        receipts = self._signed(w, whole, now)
        CaseBook.add(w, new, receipts, now=now)
        follow_ups.add(w, [offered.text for _, offered in new])
        return told | _told(whole, receipts)

    def _closed(
        self, w: Writing, still: dict[str, Ask], kept: dict[str, Kept], now: datetime
    ) -> dict[str, CaseStanding]:
        """Sign for those of these kept cases that are whole; how each stands, by id."""
        if not still:
            return {}
        pages = CaseBook.pages(w, list(still))
        told: dict[str, CaseStanding] = {}
        whole = []
        for case_id, ask in still.items():
            first = kept[case_id]
            text = wire.decoded(first.text or b"", wire.CaseText)
            standing = _looked_at(ask, pages[case_id], text)
            if standing is None:
                whole.append(_Whole(first.terminal_id, first.fingerprint, text))
            else:
                told[case_id] = standing
        receipts = self._signed(w, whole, now)
        if receipts:
            CaseBook.complete(w, list(receipts.values()), now=now)
        return told | _told(whole, receipts)

    def _signed(self, w: Writing, whole: Sequence[_Whole], now: datetime) -> dict[str, Receipt]:
        """Number and receipt for each, by id; none for whom today's numbers do not reach.

        What follows a case has the number of that.
        """
        day = official_numbers.day_of(now)
        known = follow_ups.numbers(w, [one.text for one in whole])
        codes = [official_numbers.task_code(one.text.item_code) for one in whole]
        counts = Counter(
            (code, day)
            for one, code in zip(whole, codes, strict=True)
            if one.text.case_id not in known
        )
        last = CaseBook.serials(w, counts) if counts else {}
        following = {key: last[key] - count for key, count in counts.items()}
        receipts = {}
        for one, code in zip(whole, codes, strict=True):
            number = known.get(one.text.case_id, "")
            if not number:
                following[code, day] += 1
                try:
                    number = official_numbers.official_number(code, day, following[code, day])
                except official_numbers.NumbersExhausted:
                    continue
            word = wire.Acknowledgement(
                case_id=one.text.case_id,
                terminal_id=one.terminal_id,
                fingerprint=one.fingerprint,
                pages=tuple(page.sha256 for page in one.text.every_page()),
                official_number=number,
                received_at=now,
            )
            signed = self._signing_key.acknowledgement(word)
            follows = one.text.case_id in known
            receipts[one.text.case_id] = Receipt(one.text.case_id, number, signed, follows)
        return receipts


def _standing(
    kept: dict[str, Kept],
    told: dict[str, CaseStanding],
    terminal_id: str,
    case_id: str,
    fingerprint: str,
) -> CaseStanding:
    first = kept.get(case_id)
    if first is None:
        return Unknown()
    if not first.is_of(terminal_id, fingerprint):
        return Conflict()
    if first.acknowledgement is not None:
        return wire.Received(first.acknowledgement)
    return told[case_id]


def _is_open(kept: Kept | None, terminal_id: str, fingerprint: str) -> bool:
    return (
        kept is not None and kept.acknowledgement is None and kept.is_of(terminal_id, fingerprint)
    )


def _looked_at(ask: Ask, pages: Sequence[PageHere], text: wire.CaseText) -> CaseStanding | None:
    """None when every page is here and none has a flaw."""
    if lacking := tuple((page.sha256, page.size) for page in pages if page.here is None):
        return Open(ask, lacking)
    flaws = {
        page.sha256: page.flaw if page.here == page.size else OTHER_SIZE
        for page in pages
        if page.flaw or page.here != page.size
    }
    if not flaws:
        return None
    return NotTaken(
        tuple(
            f"pages.{page.material}: {flaws[page.sha256]}"
            for page in text.every_page()
            if page.sha256 in flaws
        )
    )


def _told(whole: Sequence[_Whole], receipts: dict[str, Receipt]) -> dict[str, CaseStanding]:
    told: dict[str, CaseStanding] = {}
    for one in whole:
        receipt = receipts.get(one.text.case_id)
        told[one.text.case_id] = wire.Received(receipt.signed) if receipt else NotNow()
    return told
