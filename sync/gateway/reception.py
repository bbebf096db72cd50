"""Takes cases in: checks, keeps, asks for pages, and signs for a case when all of it is on disk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.service_item import ServiceCatalog
from sync import wire
from sync.gateway import official_numbers
from sync.gateway.body_file import BodyFile
from sync.gateway.case_book import CaseBook, Kept, Lacking, Offered
from sync.gateway.checks import UUID7, reasons_against
from sync.gateway.database import Database, Writing
from sync.gateway.page_intake import Intake, PageIntake
from sync.gateway.signing import SigningKey
from sync.pieces import Ask, Piece
from sync.strict import names_twice


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
class _Open:
    """Pages are not here; what is to come of each is found out after the transaction."""

    ask: Ask
    lacking: tuple[Lacking, ...]


Answer = wire.Received | wire.Wanted | NotTaken | Conflict | NotNow | Unknown


class Reception:
    """Any thread. Raises OSError and DatabaseTrouble; then it is as before."""

    def __init__(
        self,
        *,
        database: Database,
        book: CaseBook,
        intake: PageIntake,
        signing_key: SigningKey,
        catalog: ServiceCatalog | None,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._book = book
        self._intake = intake
        self._signing_key = signing_key
        self._catalog = catalog
        self._now = now

    def receive_all(self, terminal_id: str, bodies: Sequence[bytes]) -> list[Answer]:
        """The answers to many texts, in their order, the same however often they are asked.

        One wait for the disk for all of them; about 0.3 ms a case besides.
        """
        read = [_read(body) for body in bodies]
        ids = [one.text.case_id for one in read if isinstance(one, Offered)]
        # What is no id was never kept; some of it no database would even be asked about.
        known = self._book.known([case_id for case_id in ids if UUID7.fullmatch(case_id)])
        judged = [
            self._judged(one) if isinstance(one, Offered) and one.text.case_id not in known else one
            for one in read
        ]
        offered = [one for one in judged if isinstance(one, Offered)]
        if not offered:
            return [one for one in judged if not isinstance(one, Offered)]
        now = self._now()
        kept = iter(
            self._told(
                terminal_id,
                self._database.write(
                    lambda w: [self._received(w, terminal_id, one, now) for one in offered]
                ),
            )
        )
        return [next(kept) if isinstance(one, Offered) else one for one in judged]

    def receive_pages(
        self, terminal_id: str, pieces: Sequence[Piece] | BodyFile, asked: Sequence[Ask]
    ) -> tuple[Intake, list[Answer]]:
        """Keep these pieces of pages, then answer for these cases."""

        def then(w: Writing) -> list[Answer | _Open]:
            return [self._standing(w, terminal_id, one) for one in asked]

        if isinstance(pieces, BodyFile):
            intake, answers = self._intake.adopt(terminal_id, pieces, then)
        else:
            intake, answers = self._intake.keep(terminal_id, pieces, then)
        return intake, self._told(terminal_id, answers)

    # -- inside the transaction

    def _received(
        self, w: Writing, terminal_id: str, offered: Offered, now: datetime
    ) -> Answer | _Open:
        kept = self._book.keep(w, terminal_id, offered, now=now)
        if not kept.is_of(terminal_id, offered.fingerprint):
            return Conflict()
        return self._closed(w, Ask(offered.text.case_id, offered.fingerprint), kept, offered.text)

    def _standing(self, w: Writing, terminal_id: str, ask: Ask) -> Answer | _Open:
        kept = self._book.kept(w, ask.case_id)
        if kept is None:
            return Unknown()
        if not kept.is_of(terminal_id, ask.fingerprint):
            return Conflict()
        return self._closed(w, ask, kept, None)

    def _closed(
        self, w: Writing, ask: Ask, kept: Kept, text: wire.CaseText | None
    ) -> Answer | _Open:
        """Signed for, if all of it is here and as it should be."""
        if kept.acknowledgement is not None:
            return wire.Received(kept.acknowledgement)
        if text is None or text.every_page():
            if lacking := self._book.lacking(w, ask.case_id):
                return _Open(ask, tuple(lacking))
            if flaws := self._book.flaws(w, ask.case_id):
                pages = (text or self._book.text(w, ask.case_id)).every_page()
                return NotTaken(
                    tuple(
                        f"pages.{p.material}: {flaws[p.sha256]}" for p in pages if p.sha256 in flaws
                    )
                )
        try:
            return wire.Received(self._sign_for(w, text or self._book.text(w, ask.case_id), kept))
        except official_numbers.NumbersExhausted:
            return NotNow()

    def _sign_for(self, w: Writing, text: wire.CaseText, kept: Kept) -> bytes:
        now = self._now()
        code = official_numbers.task_code(text.item_code)
        day = official_numbers.day_of(now)

        def sign(serial: int) -> tuple[str, bytes]:
            number = official_numbers.official_number(code, day, serial)
            word = wire.Acknowledgement(
                case_id=text.case_id,
                terminal_id=kept.terminal_id,
                fingerprint=kept.fingerprint,
                pages=tuple(page.sha256 for page in text.every_page()),
                official_number=number,
                received_at=now,
            )
            return number, self._signing_key.acknowledgement(word)

        return self._book.complete(w, text.case_id, task_code=code, day=day, now=now, sign=sign)

    # -- before and after it

    def _judged(self, offered: Offered) -> Offered | NotTaken:
        reasons = reasons_against(offered.text, self._catalog)
        return NotTaken(reasons) if reasons else offered

    def _told(self, terminal_id: str, answers: Sequence[Answer | _Open]) -> list[Answer]:
        return [
            self._wanted(terminal_id, answer) if isinstance(answer, _Open) else answer
            for answer in answers
        ]

    def _wanted(self, terminal_id: str, still: _Open) -> Answer:
        wanted = self._intake.missing(terminal_id, still.lacking)
        if wanted:
            return wire.Wanted(wanted)
        # All of it lay here, left by a crash; it was noted just now.
        again = self._database.write(lambda w: self._standing(w, terminal_id, still.ask))
        return self._wanted(terminal_id, again) if isinstance(again, _Open) else again


def _read(body: bytes) -> Offered | NotTaken | NotNow:
    try:
        if wire.decoded(body, wire.Versioned).version > wire.VERSION:
            return NotNow()
        text = wire.decoded(body, wire.CaseText)
    except wire.Unreadable as error:
        return NotTaken((f"case: {error}",))
    content = wire.canonical(text)
    if content != body and names_twice(body):
        return NotTaken(("case: 同一字段出现两次",))
    return Offered(text, content, wire.hash_of(content))


def _words(text: wire.CaseText, flaws: Mapping[str, str]) -> tuple[str, ...]:
    pages = [page for page in text.every_page() if page.sha256 in flaws]
    return tuple(f"pages.{page.material}: {flaws[page.sha256]}" for page in pages)
