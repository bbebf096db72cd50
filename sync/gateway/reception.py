"""Takes cases in: checks, keeps, asks for pages, and signs for a case when all of it is on disk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.service_item import ServiceCatalog
from sync import wire
from sync.gateway import official_numbers, page_image
from sync.gateway.blobs import Blobs
from sync.gateway.checks import reasons_against
from sync.gateway.ledger import CaseRow, Ledger
from sync.gateway.signing import SigningKey


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The case is not taken as it is. Nothing of it needs to be sent again unchanged."""

    reasons: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another text is kept under this number; the first one stays."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """This one must come again later."""


class NewerTerminal(Exception):
    """The text is of a version that this gateway does not know yet; it must come again later."""


Answer = wire.Received | wire.Wanted | NotTaken | Conflict


class Reception:
    """May be called from any thread. Raises OSError and sqlite3.Error; then it is as before."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        blobs: Blobs,
        signing_key: SigningKey,
        catalog: ServiceCatalog | None,
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._signing_key = signing_key
        self._catalog = catalog
        self._now = now

    def receive(self, terminal_id: str, case_id: str, body: bytes) -> Answer:
        """The answer to a text, the same however often it is asked.

        Costs up to 20 ms a page when the last page has come, else a few. Raises NewerTerminal,
        NumbersExhausted.
        """
        text = _read(body)
        if isinstance(text, NotTaken):
            return text
        if text.case_id != case_id:
            return NotTaken(("case_id: 与地址不符",))
        kept = self._kept(terminal_id, text)
        if not isinstance(kept, CaseRow):
            return kept
        looked = self._looked_through(kept)
        return looked or wire.Received(self._sign_for(kept))

    def receive_all(self, terminal_id: str, bodies: Sequence[bytes]) -> list[Answer | NotNow]:
        """The answers to many texts, in their order, with two waits for the disk for all of them.

        Costs half a millisecond a case besides, and what `receive` says for pages.
        """
        texts = [_read_or_later(body) for body in bodies]
        with self._ledger.together():
            kept = [
                self._kept(terminal_id, text) if isinstance(text, wire.CaseText) else text
                for text in texts
            ]
        looked = [
            self._looked_through(row) or row if isinstance(row, CaseRow) else row for row in kept
        ]
        with self._ledger.together():
            return [
                self._signed_or_later(answer) if isinstance(answer, CaseRow) else answer
                for answer in looked
            ]

    def _signed_or_later(self, row: CaseRow) -> Answer | NotNow:
        try:
            return wire.Received(self._sign_for(row))
        except official_numbers.NumbersExhausted:
            return NotNow()

    def _kept(self, terminal_id: str, text: wire.CaseText) -> CaseRow | NotTaken | Conflict:
        """The case as the ledger has it now."""
        row = self._ledger.case(text.case_id)
        if row is None:
            reasons = reasons_against(text, self._catalog)
            if reasons:
                return NotTaken(reasons)
            row = self._ledger.begin_case(terminal_id, text, now=self._now())
        if (row.terminal_id, row.fingerprint) != (terminal_id, wire.fingerprint(text)):
            return Conflict()
        return row

    def _looked_through(self, row: CaseRow) -> Answer | None:
        """None when the case can be signed for."""
        if row.acknowledgement is not None:
            return wire.Received(row.acknowledgement)
        pages = row.text.every_page()
        offsets = [(p, self._blobs.offset(row.terminal_id, p.sha256, p.size)) for p in pages]
        wanted = tuple(
            wire.PageWanted(page.sha256, offset) for page, offset in offsets if offset is not None
        )
        if wanted:
            return wire.Wanted(wanted)
        reasons = tuple(self._complaints(row))
        return NotTaken(reasons) if reasons else None

    def _complaints(self, row: CaseRow) -> list[str]:
        found = []
        for page in row.text.every_page():
            path = self._blobs.path(page.sha256)
            wrong_size = "大小与清单不符" if path.stat().st_size != page.size else ""
            complaint = wrong_size or page_image.complaint_about(path)
            if complaint:
                found.append(f"pages.{page.material}: {complaint}")
        return found

    def _sign_for(self, row: CaseRow) -> bytes:
        now = self._now()
        code = official_numbers.task_code(row.text.item_code)
        day = official_numbers.day_of(now)

        def sign(serial: int) -> tuple[str, bytes]:
            number = official_numbers.official_number(code, day, serial)
            word = wire.Acknowledgement(
                case_id=row.case_id,
                terminal_id=row.terminal_id,
                fingerprint=row.fingerprint,
                pages=tuple(page.sha256 for page in row.text.every_page()),
                official_number=number,
                received_at=now,
            )
            return number, self._signing_key.acknowledgement(word)

        return self._ledger.complete_case(row.case_id, task_code=code, day=day, now=now, sign=sign)


def _read(body: bytes) -> wire.CaseText | NotTaken:
    try:
        if wire.decoded(body, wire.Versioned).version > wire.VERSION:
            raise NewerTerminal
        return wire.decoded(body, wire.CaseText)
    except wire.Unreadable as error:
        return NotTaken((f"case: {error}",))


def _read_or_later(body: bytes) -> wire.CaseText | NotTaken | NotNow:
    try:
        return _read(body)
    except NewerTerminal:
        return NotNow()
