"""Puts one gateway together: database, packs, key, catalogue, doors, review."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp

from kiosk.domain.service_item import ServiceCatalog
from sync.evaluation_seal import EvaluationOpener
from sync.gateway.admission import Door
from sync.gateway.app import GatewayApp, GatewayParts
from sync.gateway.case_book import CaseBook
from sync.gateway.catalogues import Catalogues
from sync.gateway.check_door import CheckDoor
from sync.gateway.checkup import Checkup
from sync.gateway.conflicts import TwoTexts, conflicts
from sync.gateway.counted import CountedPacks, CountedReception
from sync.gateway.database import Database, Writing
from sync.gateway.enrolling import Enrolling
from sync.gateway.handovers import Handovers
from sync.gateway.health import Health
from sync.gateway.leftovers import Leftovers
from sync.gateway.limits import USUAL, Limits
from sync.gateway.metrics import Metrics
from sync.gateway.mover import Mover
from sync.gateway.news import News
from sync.gateway.news_book import NewsBook
from sync.gateway.objects_address import objects_at
from sync.gateway.old_blobs import take_over
from sync.gateway.page_intake import PageIntake
from sync.gateway.paper_records import PaperRecords
from sync.gateway.parts import Parts
from sync.gateway.payments import Payments, SimulatedProvider
from sync.gateway.publishing import Publishing
from sync.gateway.review import Review
from sync.gateway.signing import load_or_make, secret_in, sync_folder
from sync.gateway.sqlite_database import SqliteDatabase
from sync.gateway.standing import Standings
from sync.gateway.stick_arrivals import StickArrivals
from sync.gateway.stick_desk import StickDesk
from sync.gateway.terminal_authority import TerminalAuthority
from sync.gateway.terminals import Terminals
from sync.gateway.vouching import Vouching

LEDGER = "ledger.db"


def utc_now() -> datetime:
    """The gateway's clock, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a gateway does not keep in its own folder. `bodies`: see PageDoor."""

    database: Callable[[], Database] | None = None  # None: SQLite in the folder
    objects: str = ""  # where packs go after a while; "": where they went before, if anywhere
    bodies: Path | None = None


ALL_HERE: Final = Elsewhere()


class Office:
    """The gateway of one folder. `review`, `door` and `news` may be used from any thread."""

    def __init__(
        self,
        folder: Path,
        *,
        catalog: ServiceCatalog | None = None,
        catalog_file: bytes = b"",
        now: Callable[[], datetime] = utc_now,
        elsewhere: Elsewhere = ALL_HERE,
        limits: Limits = USUAL,
        metrics_open: bool = False,
    ) -> None:
        """Opens or makes everything. `catalog_file` is handed down as `catalog`'s file.

        `metrics_open`: figures are for other machines too.

        Raises OSError, DatabaseTrouble, UnknownObjects, ExtraMissing, and NotOurs when database or
        key is not ours.
        """
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(folder.parent)
        key = load_or_make(folder / "signing.key")
        sealing_secret = secret_in(folder / "sealing.key")
        self._database = (
            elsewhere.database() if elsewhere.database else SqliteDatabase(folder / LEDGER)
        )
        try:
            book = CaseBook(self._database)
            self.terminals = Terminals(self._database)
            standings = Standings(folder, self._database, self.terminals, now=now)
            metrics = Metrics(standings.now)
            self._database.watch(metrics.commit_over)
            address = self._objects_address(elsewhere.objects)
            far = objects_at(address) if address else None
            self.packs = CountedPacks(folder, self._database, far=far, told=metrics.kept)
            self.mover = Mover(self._database, self.packs, far, now=now) if far else None
            self._leftovers = Leftovers(self._database, self.packs)
            if mover := self.mover:
                metrics.watch_mover(lambda: mover.left, mover.notes)
            take_over(folder, self._database)
            intake = PageIntake(
                database=self._database, book=book, packs=self.packs, parts=Parts(folder)
            )
            self.public_key = key.public  # 32 bytes, for the terminals
            self.door = Door(terminals=self.terminals, now=now)
            self.news = NewsBook(self._database)
            self.vouching = Vouching(self.news, key)
            self.publishing = Publishing(book=self.news, terminals=self.terminals, key=key, now=now)
            items = {} if catalog is None else {one.code: one for one in catalog.every()}
            self.review = Review(
                database=self._database,
                book=book,
                packs=self.packs,
                now=now,
                opener=EvaluationOpener(sealing_secret),
                item=items.get,
            )
            self.records = PaperRecords(self._database)
            self.sign = key.signature  # kind and content; 64 bytes
            self.simulated_payments = SimulatedProvider(self._database, now)
            self.payments = Payments(
                database=self._database, book=book, provider=self.simulated_payments, now=now
            )
            self.handovers = Handovers(self._database, now)
            reception = CountedReception(
                told=metrics.answered,
                database=self._database,
                intake=intake,
                packs=self.packs,
                signing_key=key,
                catalog=catalog,
                now=now,
            )
            self.stick_desk = StickDesk(
                folder,
                reception=reception,
                intake=intake,
                door=self.door,
                signing_key=key,
                sealing_secret=sealing_secret,
            )
            self.sealing_key = self.stick_desk.public_key  # 32 bytes, for cases carried by hand
            self.enrolling = Enrolling(
                self._database,
                lambda: TerminalAuthority(folder, now=now()),
                public_key=key.public,
                sealing_key=self.sealing_key,
                now=now,
            )
            catalogues = Catalogues(self._database, self.packs, key)
            if catalog is not None and catalog_file:
                catalogues.put_in_force(catalog.version, catalog_file, now=now())
            self._app = GatewayApp(
                GatewayParts(
                    reception=reception,
                    book=book,
                    packs=self.packs,
                    news=News(book=self.news, catalogues=catalogues, epoch=self._epoch()),
                    catalogues=catalogues,
                    terminals=self.terminals,
                    door=self.door,
                    payments=self.payments,
                    handovers=self.handovers,
                    arrivals=StickArrivals(folder / "bundles", desk=self.stick_desk),
                    health=Health(
                        folder, self._database, notes=self.mover.notes if self.mover else tuple
                    ),
                    metrics=metrics,
                    vouching=self.vouching,
                    enrolling=self.enrolling,
                    check=CheckDoor(self.public_key, self.news),
                    now=now,
                    bodies=elsewhere.bodies,
                    limits=limits,
                    metrics_open=metrics_open,
                )
            )
        except BaseException:
            self._database.close()
            raise

    def start_beside(self) -> None:
        """Begin what a serving gateway does beside answering."""
        self._leftovers.start()
        if self.mover:
            self.mover.start()

    def asgi(self) -> ASGIApp:
        """The web application."""
        return self._app.asgi()

    def problems(self) -> list[str]:
        """What the database's own check complains about; empty when all is well."""
        return self._database.problems()

    def checkup(self) -> Checkup:
        """Looks over all that is kept."""
        return Checkup(self._database, self.packs, public_key=self.public_key)

    def conflicts(self) -> list[TwoTexts]:
        """Cases under whose id another text came too."""
        return conflicts(self._database)

    def close(self) -> None:
        """End what runs beside and close the database. May be repeated."""
        self._leftovers.stop()
        if self.mover:
            self.mover.stop()
        self._database.close()

    def _objects_address(self, given: str) -> str:
        """Kept beside what it says where to find: every command reads packs that were moved."""
        rows = self._database.read("SELECT value FROM setting WHERE name='objects'")
        before = str(rows[0][0]) if rows else ""
        if given and given != before:
            objects_at(given)  # raises before anything is kept
            self._database.write(
                lambda w: w.run(
                    "INSERT INTO setting (name, value) VALUES ('objects', ?)"
                    " ON CONFLICT (name) DO UPDATE SET value=excluded.value",
                    given,
                )
            )
        return given or before

    def _epoch(self) -> str:
        """Names this database: a terminal that meets another one begins anew."""

        def work(w: Writing) -> str:
            w.run(
                "INSERT INTO setting (name, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING",
                secrets.token_hex(4),
            )
            [(epoch,)] = w.run("SELECT value FROM setting WHERE name='epoch'")
            return str(epoch)

        return self._database.write(work)
