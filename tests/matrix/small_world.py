"""Terminal and office in one thread, with a line and two lives that chance may end at any step."""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from kiosk.domain.page import ScannedPage
from offline_store.database import EncryptedDatabase
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from sync import wire
from sync.api import Acknowledged, GatewayUnreachable, PagesWanted, Pulled, Refused, SubmitAnswer
from sync.gateway.blobs import Blobs, OffsetWrong, Preempted
from sync.gateway.ledger import Ledger
from sync.gateway.news import News
from sync.gateway.reception import Reception
from sync.gateway.review import Review
from sync.gateway.signing import load_or_make
from sync.gateway_key import GatewayKey
from tests.counterparts.sample_cases import NOON
from tests.counterparts.village import TERMINAL_ID, picture

PIECE = 300  # bytes that arrive together


class Died(BaseException):
    """A process ended in the middle. Not an Exception: nobody may catch and survive it."""


class Danger:
    """Decides who dies where. `likely`: of one in which a place is passed, 0 to 1."""

    def __init__(self) -> None:
        self.chance = random.Random(0)
        self.likely = 0.0
        self.deaths = 0

    def pass_by(self) -> None:
        """One place at which a process may end."""
        if self.likely and self.chance.random() < self.likely:
            self.deaths += 1
            raise Died


class MortalDatabase(EncryptedDatabase):
    """The terminal's database, which may end before, in or just after any transaction."""

    danger: Danger

    @contextmanager
    def writing(self) -> Iterator[None]:
        self.danger.pass_by()
        with super().writing():
            yield
            self.danger.pass_by()
        self.danger.pass_by()


class MortalLedger(Ledger):
    """The same for the office."""

    def __init__(self, path: Path, danger: Danger) -> None:
        self.danger = danger
        super().__init__(path)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.danger.pass_by()
        with super()._transaction():
            yield
            self.danger.pass_by()
        self.danger.pass_by()

    def counted(self, query: str) -> int:
        """The number that this query finds."""
        return int(self._db.execute(query).fetchone()[0] or 0)


class MortalBlobs(Blobs):
    """The files of the office, with places at which it may die."""

    def __init__(self, folder: Path, danger: Danger) -> None:
        super().__init__(folder)
        self._danger = danger

    def write(self, terminal_id: str, sha256: str, writer: int, at: int, piece: bytes) -> None:
        self._danger.pass_by()
        super().write(terminal_id, sha256, writer, at, piece)
        self._danger.pass_by()

    def _rename(self, part: Path, sha256: str) -> None:
        self._danger.pass_by()
        super()._rename(part, sha256)
        self._danger.pass_by()


class SmallOffice:
    """The gateway without HTTP. `reborn` is what is left of it after a kill."""

    def __init__(self, folder: Path, danger: Danger) -> None:
        self._folder = folder
        self._danger = danger
        self.now = NOON
        self._key = load_or_make(folder / "signing.key")
        self.key = GatewayKey(self._key.public)
        self.ledger = MortalLedger(folder / "ledger.db", danger)
        self.reborn()

    def reborn(self) -> None:
        """Start again; writers of before are forgotten."""
        self.lives = getattr(self, "lives", 0) + 1
        self.blobs = MortalBlobs(self._folder, self._danger)
        self.reception = Reception(
            ledger=self.ledger,
            blobs=self.blobs,
            signing_key=self._key,
            catalog=None,
            now=lambda: self.now,
        )
        self.news = News(ledger=self.ledger, catalog_version="", catalog_file=b"")
        self.review = Review(ledger=self.ledger, blobs=self.blobs, now=lambda: self.now)


class SmallLine:
    """A GatewayClient that loses requests and answers, repeats and delays, as chance has it.

    `hopeful`: takes a text that it could send for received. For the proof that this is noticed.
    """

    def __init__(
        self, office: SmallOffice, chance: random.Random, *, hopeful: bool = False
    ) -> None:
        self._hopeful = hopeful
        self._office = office
        self._chance = chance
        self._late: list[Callable[[], object]] = []
        self.is_whole = False
        self.lost = 0

    def submit(self, case: Case) -> SubmitAnswer:
        body = wire.canonical(wire.text_of(case))
        receive = self._office.reception.receive
        try:
            return self._understood(self._over(lambda: receive(TERMINAL_ID, case.case_id, body)))
        except GatewayUnreachable:
            if self._hopeful:
                return Acknowledged("", b"hoped")
            raise

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        bodies = [wire.canonical(wire.text_of(case)) for case in cases]
        answers = self._over(lambda: self._office.reception.receive_all(TERMINAL_ID, bodies))
        return [self._understood(answer) for answer in answers]

    def send_page(self, sha256: str, content: bytes, *, offset: int) -> None:
        left = self._over(lambda: self._upload(sha256, content, offset))
        if left is not None and self._over(lambda: self._upload(sha256, content, left)) is not None:
            raise self._gone()

    def pull(self, cursor: str) -> Pulled:
        page = self._over(lambda: self._office.news.since(TERMINAL_ID, cursor))
        changes = (wire.change_of(entry) for entry in page.changes)
        known = tuple(change for change in changes if change is not None)
        return Pulled(known, page.catalog_version, page.cursor, page.more)

    def document(self, sha256: str) -> bytes:
        return bytes(self._over(lambda: self._office.blobs.read(sha256)))

    def catalog(self, version: str) -> bytes:
        raise self._gone()

    def connections(self) -> int:
        return 1

    def another(self) -> "SmallLine":
        return self

    def close(self) -> None:
        return

    def reachable(self) -> Fault | None:
        return None if self.is_whole else Fault.GATEWAY_UNREACHABLE

    # -- inside

    def _gone(self) -> GatewayUnreachable:
        self.lost += 1
        return GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)

    def _over(self, request: Callable[[], Any]) -> Any:
        """The request over the line and its answer back."""
        while self._late and (self.is_whole or self._chance.random() < 0.4):
            late = self._late.pop(self._chance.randrange(len(self._late)))
            with suppress(GatewayUnreachable):
                self._at_the_office(late)
        fate = 1.0 if self.is_whole else self._chance.random()
        if fate < 0.12:
            raise self._gone()
        if fate < 0.18:
            self._late.append(request)
            raise self._gone()
        answer = self._at_the_office(request)
        if fate < 0.24:
            answer = self._at_the_office(request)
        elif fate < 0.36:
            raise self._gone()
        return answer

    def _at_the_office(self, request: Callable[[], Any]) -> Any:
        try:
            return request()
        except Died:
            self._office.reborn()
            raise self._gone() from None

    def _upload(self, sha256: str, content: bytes, at: int) -> int | None:
        """As the gateway's own page endpoint does it: None when whole, else where to go on."""
        office, blobs = self._office, self._office.blobs
        if blobs.has(sha256):
            return None
        try:
            writer = blobs.begin(TERMINAL_ID, sha256, at)
        except OffsetWrong as wrong:
            return wrong.offset
        try:
            for start in range(at, len(content), PIECE):
                piece = content[start : start + PIECE]
                if not self.is_whole and self._chance.random() < 0.1:
                    if self._chance.random() < 0.5:
                        self._drains_later(office, sha256, writer, start, piece)
                    raise self._gone()
                blobs.write(TERMINAL_ID, sha256, writer, start, piece)
        except Preempted:
            return 0
        finally:
            if not self._late:
                blobs.end(TERMINAL_ID, sha256, writer)
        return blobs.offset(TERMINAL_ID, sha256, len(content))

    def _drains_later(
        self, office: SmallOffice, sha256: str, writer: int, at: int, piece: bytes
    ) -> None:
        """The terminal has given the connection up, the office has not noticed yet."""
        life, blobs = office.lives, office.blobs

        def drain() -> None:
            if office.lives == life:
                with suppress(Preempted):
                    blobs.write(TERMINAL_ID, sha256, writer, at, piece)

        self._late.append(drain)

    def _understood(self, answer: object) -> SubmitAnswer:
        match answer:
            case wire.Received(signed):
                return Acknowledged(
                    self._office.key.acknowledgement(signed).official_number, signed
                )
            case wire.Wanted(pages):
                return PagesWanted(tuple((page.sha256, page.offset) for page in pages))
            case other:
                return Refused((str(other),))


def mortal_store(folder: Path, danger: Danger) -> SqlCipherStore:
    """The terminal's real store, over a database that may end at any transaction."""
    opened = open_store(folder, FileKey(folder / "store.key"))._database
    database = MortalDatabase(opened._connection, folder)
    database.danger = danger
    return SqlCipherStore(database=database, clock=lambda: NOON)


_JPEG = picture(1, side=32).jpeg


def page_of(number: int, material: str) -> ScannedPage:
    """A real picture that differs from every other in a comment of its own."""
    comment = hashlib.sha256(str(number).encode()).digest()
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    jpeg = _JPEG[:2] + segment + _JPEG[2:]
    return ScannedPage(material=material, jpeg=jpeg, width=32, height=32)


def with_pages(case: Case, taken: Sequence[ScannedPage]) -> Case:
    """The case with these pages; the last is the signature."""
    references = [page.reference() for page in taken]
    return replace(case, pages=tuple(references[:-1]), signature=references[-1])


def later(now: datetime, chance: random.Random) -> datetime:
    """The terminal's clock some time on; now and then somebody has set it wrong."""
    if chance.random() < 0.03:
        return now + timedelta(days=chance.choice((-400, -1, 1, 400)))
    return now + timedelta(seconds=chance.choice((1, 30, 600, 4000)))
