"""Takes cases in: checks, keeps, asks for pages, and signs for a case when all of it is on disk."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.service_item import ServiceCatalog
from sync import wire
from sync.gateway.body_file import BodyFile
from sync.gateway.case_book import Offered
from sync.gateway.checks import UUID7, CaseChecks
from sync.gateway.database import Database
from sync.gateway.packs import Packs
from sync.gateway.page_intake import Intake, PageIntake
from sync.gateway.registrar import (
    CaseStanding,
    Conflict,
    NotNow,
    NotTaken,
    Open,
    Pages,
    Registrar,
    Texts,
    Unknown,
)
from sync.gateway.signing import SigningKey
from sync.pieces import Ask, Piece
from sync.strict import names_twice

Answer = wire.Received | wire.Wanted | NotTaken | Conflict | NotNow | Unknown


@dataclass(frozen=True, slots=True)
class LookedOver:
    """The texts of one request: those that may be kept, and the answers to the others."""

    terminal_id: str
    texts: tuple[Offered | NotTaken | NotNow, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stored:
    """The pages of one request, in a pack or as parts, and the cases it asks for."""

    terminal_id: str
    intake: Intake
    asked: tuple[Ask, ...]


class Reception:
    """Any thread. Raises OSError and DatabaseTrouble; then it is as before.

    Taking in has three steps, so that nobody's thread waits for the disk of another: look over or
    store (a worker's), keep (the database's own thread, for all who wait there together), answer.
    """

    def __init__(
        self,
        *,
        database: Database,
        intake: PageIntake,
        packs: Packs,
        signing_key: SigningKey,
        catalog: ServiceCatalog | None,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._intake = intake
        self._checks = CaseChecks(catalog)
        self._registrar = Registrar(packs, signing_key, now)

    def receive_all(self, terminal_id: str, bodies: Sequence[bytes]) -> list[Answer]:
        """The answers to many texts, in their order, the same however often they are asked.

        One wait for the disk for all of them.
        """
        looked_over = self.look_over(terminal_id, bodies)
        return self.answers(looked_over, self.keep(looked_over).result())

    # -- texts

    def look_over(self, terminal_id: str, bodies: Sequence[bytes]) -> LookedOver:
        """Read and check the texts: about 0.1 ms each. Never waits."""
        return LookedOver(terminal_id, tuple(self._read(body) for body in bodies))

    def keep(self, looked_over: LookedOver) -> Future[list[CaseStanding]]:
        """Keep the texts that may be kept; how each of them stands once it is on the disk."""
        offered = tuple(one for one in looked_over.texts if isinstance(one, Offered))
        if not offered:
            return _known([])
        return self._database.ask(self._registrar.texts, Texts(looked_over.terminal_id, offered))

    def answers(self, looked_over: LookedOver, standings: Sequence[CaseStanding]) -> list[Answer]:
        """The answer to each text. Looks for parts of pages on the disk, if any are lacking."""
        told = iter(standings)
        return [
            self._answer(looked_over.terminal_id, next(told)) if isinstance(one, Offered) else one
            for one in looked_over.texts
        ]

    # -- pages

    def store(
        self, terminal_id: str, pieces: Sequence[Piece] | BodyFile, asked: Sequence[Ask]
    ) -> Stored:
        """Check the pieces; parts are written here, whole pages with `keep_pages`."""
        if isinstance(pieces, BodyFile):
            intake = self._intake.adopt(terminal_id, pieces)
        else:
            intake = self._intake.store(terminal_id, pieces)
        return Stored(terminal_id, intake, tuple(asked))

    def keep_pages(self, stored: Stored) -> Future[list[CaseStanding]]:
        """Write the whole pages, with those of others, and make them count; how the cases stand."""
        intake = stored.intake
        pages = Pages(stored.terminal_id, stored.asked, intake.whole, intake.packed)
        if not (pages.asked or pages.contents or pages.packed):
            return _known([])
        return self._database.ask(self._registrar.pages, pages)

    def page_answers(self, stored: Stored, standings: Sequence[CaseStanding]) -> list[Answer]:
        """The answer for each case that was asked for. Tidies the parts of whole pages."""
        self._intake.settle(stored.terminal_id, stored.intake)
        return [self._answer(stored.terminal_id, standing) for standing in standings]

    # -- both

    def is_quick(self, terminal_id: str, standings: Sequence[CaseStanding]) -> bool:
        """True when the answers need no more than a look whether there are parts of pages."""
        return not any(
            isinstance(one, Open) and self._intake.has_parts(terminal_id, one.lacking)
            for one in standings
        )

    def _read(self, body: bytes) -> Offered | NotTaken | NotNow:
        try:
            text = wire.decoded(body, wire.CaseText)
        except wire.Unreadable as error:
            return NotNow() if _is_newer(body) else NotTaken((f"case: {error}",))
        if text.version > wire.CASE_VERSION:
            return NotNow()
        content = wire.canonical(text)
        if content != body and names_twice(body):
            return NotTaken(("case: 同一字段出现两次",))
        objections = self._checks.reasons_against(text)
        if objections and not UUID7.fullmatch(text.case_id):
            return NotTaken(objections)  # no database would even be asked about some of these
        return Offered(text, content, wire.hash_of(content), objections)

    def _answer(self, terminal_id: str, standing: CaseStanding) -> Answer:
        while isinstance(standing, Open):
            wanted = self._intake.missing(terminal_id, standing.lacking)
            if wanted:
                return wire.Wanted(wanted)
            # All of it lay here, left by a crash; it was noted just now.
            again = Pages(terminal_id, (standing.ask,))
            [standing] = self._database.ask(self._registrar.pages, again).result()
        return standing


def _known(standings: list[CaseStanding]) -> Future[list[CaseStanding]]:
    outcome: Future[list[CaseStanding]] = Future()
    outcome.set_result(standings)
    return outcome


def _is_newer(body: bytes) -> bool:
    try:
        return wire.decoded(body, wire.Versioned).version > wire.CASE_VERSION
    except wire.Unreadable:
        return False
