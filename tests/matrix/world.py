"""One terminal and one office with a past: where they lie, and how they are opened and served."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.domain.case import Case
from kiosk.domain.service_item import ServiceCatalog
from offline_store.api import Limits
from offline_store.ballast import Ballast
from offline_store.file_key import FileKey
from offline_store.lifetime import Uptime
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from offline_store.store_folder import StoreFolder
from sync import wire
from sync.gateway.database_address import opener_of
from sync.gateway.news_book import EVERYBODY, Kind
from sync.gateway.office import Elsewhere, Office
from sync.gateway.serve import EmbeddedGateway
from sync.gateway.signing import load_or_make
from sync.gateway_key import CONFIGURATION
from sync.http_gateway import HttpGateway
from sync.sync_round import SyncRound
from tests.counterparts import postgres_databases
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, case_id, draft
from tests.counterparts.village import TERMINAL_ID, Heard, picture
from tests.matrix.planted import NAME, NUMBER, ON_A_PAGE, ON_A_PAPER, PHONE, WORDS, jpeg_with

OLD, NEW, FORGOTTEN, EARLIER = case_id(1), case_id(2), case_id(3), case_id(4)
PAPER = b"%PDF-1.7 " + ON_A_PAPER.encode()
PAPER_OF_EARLIER = PAPER + b" of last spring"
# So long ago that answers and pages of the one, and whose it was of the other, have to go.
LAST_WEEK, LAST_SPRING = NOON - timedelta(days=7), NOON - timedelta(days=120)
TIDY_AT = NOON + timedelta(hours=1)
FOR_EVER = timedelta(days=10_000)
BALLAST = 64 * 1024  # bytes in place of 20 MB, since every world is copied
LOG_PAGES = (
    12  # in place of 1000: within a walk the log begins anew over what is left of the old one
)
LIMITS = [one.name for one in fields(Limits)]
# Version and file of the catalogues: the terminal has the first, the second is in force.
FIRST = ("2026-03-15", b'{"a catalogue": "that has come down"}' * 50)
CONFIGURED = ("k1", b'{"version": "k1"}')
SECOND = ("2026-04-01", FIRST[1] + b'{"and": "a little more"}')


@dataclass(frozen=True, slots=True)
class World:
    """A closed store and a closed gateway that know each other, all in one folder.

    Case OLD has been received and decided, its paper waits; EARLIER was ended last spring; draft
    FORGOTTEN is old. Every kind of news waits to be pulled. `database`: the gateway's, as
    PostgreSQL's address; "": in its folder.
    """

    folder: Path
    token: str = field(repr=False)
    key: bytes
    database: str = ""

    @property
    def store(self) -> Path:
        """The terminal's data folder."""
        return self.folder / "store"

    @property
    def gateway(self) -> Path:
        """The office's folder."""
        return self.folder / "gateway"

    @property
    def beside(self) -> Path:
        """Temporary files, spool and log of the terminal."""
        return self.folder / "beside"

    @property
    def beside_gateway(self) -> Path:
        """Temporary files and log of the gateway."""
        return self.folder / "beside-gateway"

    def copied(self, folder: Path) -> "World":
        """The same in another folder."""
        shutil.copytree(self.folder, folder)
        database = postgres_databases.copy_of(self.database) if self.database else ""
        return replace(self, folder=folder, database=database)

    def cleared(self) -> None:
        """Nobody needs it any more."""
        shutil.rmtree(self.folder)
        if self.database:
            postgres_databases.drop(self.database)

    def open_store(self, at: datetime = TIDY_AT) -> SqlCipherStore:
        """The terminal's store, for one thread. The machine runs since last spring."""
        uptime = Uptime("boot", int((at - LAST_SPRING).total_seconds()))
        store = open_store(self.store, self._store_key, look=lambda: uptime)
        store._database.ballast = Ballast(self.store, BALLAST)
        store._database.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        return store

    @contextmanager
    def started(self) -> Iterator[SqlCipherStore]:
        """The terminal's store as the program has it: the folder locked and looked over."""
        with (
            closing(StoreFolder(self.store, self._store_key, program="matrix")),
            closing(self.open_store()) as store,
        ):
            yield store

    @property
    def _store_key(self) -> FileKey:
        return FileKey(self.store / "store.key")

    def client(self, address: str) -> HttpGateway:
        """The terminal's way to the gateway at that address."""
        return HttpGateway(address, terminal_id=TERMINAL_ID, token=self.token, gateway_key=self.key)

    def office(self) -> Office:
        """The gateway without its server."""
        return Office(self.gateway, elsewhere=elsewhere(self.database))

    @contextmanager
    def serving(self, catalogue: tuple[str, bytes] = SECOND) -> Iterator[EmbeddedGateway]:
        """The gateway in this process."""
        version, file = catalogue
        gateway = EmbeddedGateway(
            self.gateway,
            catalog=ServiceCatalog({}, version=version),
            catalog_file=file,
            elsewhere=elsewhere(self.database),
        )
        gateway.start()
        try:
            yield gateway
        finally:
            gateway.stop()


def elsewhere(database: str) -> Elsewhere:
    """What the gateway with that database keeps outside its folder."""
    return Elsewhere(database=opener_of(database))


def prepare(folder: Path, *, database: str = "") -> World:
    """A new world in that folder, with that empty database if any."""
    for name in ("store", "gateway", "beside", "beside-gateway"):
        (folder / name).mkdir(parents=True, mode=0o700)
    world = World(folder, "", b"", database)
    office = world.office()
    token = office.door.add_terminal(TERMINAL_ID)
    world = replace(world, token=token, key=office.public_key)
    with closing(world.open_store(LAST_SPRING)) as store:
        _confirm(store, 4, LAST_SPRING)
        _sync(world, store, LAST_SPRING)
        office.review.decide(EARLIER, PAPER_OF_EARLIER, "批准通知书")
        _sync(world, store, LAST_SPRING)
        store.delivered(EARLIER, now=LAST_SPRING)
        _grow(store, LAST_SPRING)
    with closing(world.open_store(LAST_WEEK)) as store:
        _confirm(store, 1, LAST_WEEK)
        _sync(world, store, LAST_WEEK)
        store.save_draft(replace(_draft(3), started_at=LAST_WEEK))
        store.add_page(FORGOTTEN, picture(33, side=32))
        _grow(store, LAST_WEEK)
    _tell_news(world, office)
    office.close()
    return world


def new_machine(folder: Path) -> World:
    """Nothing is there yet."""
    for name in ("new", "beside"):
        (folder / name).mkdir(parents=True, mode=0o700)
    return World(folder, "", b"")


def _draft(serial: int) -> Case:
    answers = {"name": NAME, "mobile": PHONE, "event": WORDS}
    return replace(draft(serial), applicant_name=NAME, applicant_number=NUMBER, answers=answers)


def _confirm(store: SqlCipherStore, serial: int, now: datetime) -> None:
    case = _draft(serial)
    store.save_draft(case)
    page, signature = (picture(serial * 10 + n, side=64) for n in range(2))
    page = replace(page, jpeg=jpeg_with(page.jpeg, f"{ON_A_PAGE} {serial}"), pdf=b"")
    signature = replace(signature, material="signature")
    for one in (page, signature):
        store.add_page(case.case_id, one)
    case = replace(case, pages=(page.reference(),), signature=signature.reference())
    store.confirm(case, site=SITE, terminal=TERMINAL, now=now)


def _grow(store: SqlCipherStore, now: datetime) -> None:
    """The store learns how old it is; nothing is removed yet."""
    store.tidy(now, Limits(**dict.fromkeys(LIMITS, FOR_EVER)))


def _sync(world: World, store: SqlCipherStore, now: datetime) -> None:
    with world.serving(FIRST) as gateway:
        client = world.client(gateway.base_url)
        SyncRound(store, client, listener=Heard()).run(now)
        client.interrupt()


def _tell_news(world: World, office: Office) -> None:
    """One of every kind."""
    office.review.accept(OLD)
    office.review.ask_corrections(OLD, ["m1: 请补拍"])
    office.review.decide(OLD, PAPER, "批准通知书")
    told = office.news.tell
    for id_ in ("n0", "n1"):
        notice = wire.NoticeEntry(notice_id=id_, title="通知", body="放假", published_at=NOON)
        told(EVERYBODY, Kind.NOTICE, notice)
    told(EVERYBODY, Kind.WITHDRAWN, "n0")
    for id_ in ("v0", "v1"):
        visit = wire.VisitEntry(visit_id=id_, name=NAME, number=NUMBER, phone=PHONE, address="九组")
        told(TERMINAL_ID, Kind.VISIT, visit)
    told(TERMINAL_ID, Kind.VISIT_ENDED, "v0")
    key = load_or_make(world.gateway / "signing.key")
    signed = key.signed(CONFIGURATION, CONFIGURED[1])
    told(EVERYBODY, Kind.CONFIGURATION, wire.decoded(signed, wire.Signed))
