"""One cursor for everything that comes down; nothing is missed and nothing told to strangers."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from sync import wire
from sync.gateway.catalogues import Catalogues
from sync.gateway.database import Database
from sync.gateway.news import AT_ONCE, News
from sync.gateway.news_book import EVERYBODY, Kind, NewsBook
from sync.gateway.packs import Packs
from sync.gateway.signing import SigningKey
from sync.gateway_key import CONFIGURATION
from sync.packing import Unpackable
from sync.patching import patched

NOW = datetime(2026, 3, 5, 4, tzinfo=UTC)
KEY = SigningKey(bytes(range(32)))
NOTICE = wire.NoticeEntry(notice_id="n1", title="停电通知", body="明天停电", published_at=NOW)
VISIT = wire.VisitEntry(visit_id="v1", name="测试甲", address="示范村", wanted_on=date(2026, 3, 6))


@pytest.fixture
def catalogues(database: Database, tmp_path: Path) -> Catalogues:
    return Catalogues(database, Packs(tmp_path, database), KEY)


@pytest.fixture
def book(database: Database) -> NewsBook:
    return NewsBook(database)


@pytest.fixture
def news(book: NewsBook, catalogues: Catalogues) -> News:
    return News(book=book, catalogues=catalogues, epoch="e")


def test_of_what_comes_and_goes_the_last_word_counts(news: News, book: NewsBook) -> None:
    """On one page nobody could tell which of the two came first."""
    other = msgspec.structs.replace(NOTICE, notice_id="n2")
    for kind, word in (
        *((Kind.WITHDRAWN, "n1"), (Kind.NOTICE, NOTICE)),  # put up again: it holds
        *((Kind.NOTICE, other), (Kind.WITHDRAWN, "n2")),
        *((Kind.VISIT, VISIT), (Kind.VISIT_ENDED, "v1"), (Kind.VISIT, VISIT)),
    ):
        book.tell(EVERYBODY, kind, word)
    page = news.since("t1", "", catalog="")
    assert (page.notices, page.withdrawn) == ((NOTICE,), ("n2",))
    assert (page.visits, page.ended_visits) == ((VISIT,), ())
    assert news.since("t1", page.cursor, catalog="").cursor == page.cursor


def test_every_kind_arrives_once(news: News, book: NewsBook) -> None:
    configuration = wire.decoded(KEY.signed(CONFIGURATION, b'{"version":"2"}'), wire.Signed)
    step = wire.ChangeEntry(case_id="c", state="accepted", office_state="受理", at=NOW)
    book.tell(EVERYBODY, Kind.NOTICE, NOTICE)
    book.tell("t1", Kind.STEP, step)
    book.tell("t1", Kind.VISIT, VISIT)
    book.tell("t1", Kind.VISIT_ENDED, "v0")
    book.tell(EVERYBODY, Kind.WITHDRAWN, "n0")
    book.tell(EVERYBODY, Kind.CONFIGURATION, configuration)
    page = news.since("t1", "", catalog="")
    assert (page.notices, page.changes, page.visits) == ((NOTICE,), (step,), (VISIT,))
    assert (page.withdrawn, page.ended_visits) == (("n0",), ("v0",))
    assert page.configuration == wire.canonical(configuration)
    again = news.since("t1", page.cursor, catalog="")
    assert again == wire.ChangesPage(cursor=page.cursor, more=False)
    stranger = news.since("t2", "", catalog="")
    assert (stranger.visits, stranger.changes, stranger.notices) == ((), (), (NOTICE,))


def test_the_newest_configuration_of_a_page_is_the_one(news: News, book: NewsBook) -> None:
    for version in (b"1", b"2"):
        signed = wire.decoded(KEY.signed(CONFIGURATION, version), wire.Signed)
        book.tell(EVERYBODY, Kind.CONFIGURATION, signed)
    signed_last = wire.decoded(news.since("t", "", catalog="").configuration, wire.Signed)
    assert signed_last.body == b"2"


def test_news_come_in_pages_and_each_once(news: News, book: NewsBook) -> None:
    for number in range(2 * AT_ONCE + 3):
        book.tell("t1", Kind.VISIT_ENDED, f"v{number}")
    found, cursor, more = list[str](), "", True
    while more:
        page = news.since("t1", cursor, catalog="")
        found += page.ended_visits
        cursor, more = page.cursor, page.more
    assert found == [f"v{number}" for number in range(2 * AT_ONCE + 3)]


def test_whoever_asks_while_others_write_misses_nothing(
    open_database: Callable[[], Database], tmp_path: Path
) -> None:
    databases = [open_database() for _ in range(3)]
    reading = News(
        book=NewsBook(databases[0]),
        catalogues=Catalogues(databases[0], Packs(tmp_path, databases[0]), KEY),
        epoch="e",
    )
    heard, over = list[str](), threading.Event()

    def listen() -> None:
        cursor, last = "", False
        while True:
            page = reading.since("t1", cursor, catalog="")
            heard.extend(page.ended_visits)
            cursor = page.cursor
            if last and not page.more:
                return
            last = over.is_set()

    listener = threading.Thread(target=listen)
    listener.start()

    def tell(number: int) -> None:
        NewsBook(databases[1 + number % 2]).tell("t1", Kind.VISIT_ENDED, f"v{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(tell, range(200)))
    over.set()
    listener.join(20)
    assert sorted(heard) == sorted(f"v{number}" for number in range(200))


def test_a_catalogue_is_offered_until_it_is_there(news: News, catalogues: Catalogues) -> None:
    assert news.since("t1", "", catalog="").catalog is None
    catalogues.put_in_force("1", b"one", now=NOW)
    offer = news.since("t1", "", catalog="").catalog
    assert offer is not None
    assert (offer.version, offer.base) == ("1", "")
    assert news.since("t1", "", catalog=wire.hash_of(b"one")).catalog is None


def test_from_one_catalogue_to_the_next_only_the_difference_travels(
    database: Database, tmp_path: Path
) -> None:
    packs = Packs(tmp_path, database)
    catalogues = Catalogues(database, packs, KEY)
    before = b"".join(f"service {n * 7919 % 10007}\n".encode() for n in range(5000))
    after = before.replace(b"service 7919\n", b"service 7919 has changed\n")
    catalogues.put_in_force("1", before, now=NOW)
    catalogues.put_in_force("2", after, now=NOW)
    offer = catalogues.offer(wire.hash_of(before))
    assert offer is not None
    assert offer.base == wire.hash_of(before)
    transfer = packs.read(offer.transfer)
    assert len(transfer) == offer.size < 200
    assert patched(before, transfer) == after
    assert catalogues.is_transfer(offer.transfer)
    assert not catalogues.is_transfer("ab" * 32)
    with pytest.raises(Unpackable):
        patched(b"something else", transfer)
    again = Catalogues(database, packs, KEY)  # another process
    again.put_in_force("2", after, now=NOW)
    assert again.offer(wire.hash_of(before)) == offer


def test_who_has_a_catalogue_that_nobody_knows_gets_all_of_it(catalogues: Catalogues) -> None:
    catalogues.put_in_force("1", b"one", now=NOW)
    for held in ("ab" * 32, "x", "…"):
        offer = catalogues.offer(held)
        assert offer is not None
        assert offer.base == ""
