"""Many cases in one transaction: each once, whole ones with a number of their own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.page import PageRef
from sync import wire
from sync.gateway import official_numbers
from sync.gateway.case_book import Offered
from sync.gateway.conflicts import conflicts
from sync.gateway.database import Database, Writing
from sync.gateway.packs import Content, Packed, Packs, Span
from sync.gateway.registrar import (
    OTHER_SIZE,
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
from sync.gateway.standing import Standings
from sync.gateway.terminals import Terminals
from sync.pieces import Ask
from tests.counterparts.sample_cases import case_id, draft

NOW = datetime(2026, 3, 5, 4, tzinfo=UTC)
PAGE = PageRef("ab" * 32, "m1", 10)
OTHER = PageRef("cd" * 32, "m2", 20)


@pytest.fixture
def registrar(tmp_path: Path, database: Database) -> Registrar:
    return Registrar(Packs(tmp_path, database), SigningKey(bytes(32)), lambda: NOW)


def offered(
    serial: int, *pages: PageRef, title: str = "最低生活保障", against: tuple[str, ...] = ()
) -> Offered:
    text = wire.text_of(replace(draft(serial), pages=pages, item_title=title))
    return Offered(text, wire.canonical(text), wire.fingerprint(text), against)


def ask(one: Offered) -> Ask:
    return Ask(one.text.case_id, one.fingerprint)


def pack(*pages: PageRef, flaw: str = "") -> Packed:
    spans = tuple(Span(page.sha256, 0, page.size, flaw) for page in pages)
    return Packed(f"d/{pages[0].sha256[:8]}", 100, spans, Path.cwd())


def word(standing: CaseStanding) -> wire.Acknowledgement:
    assert isinstance(standing, wire.Received)
    signed = wire.decoded(standing.acknowledgement, wire.Signed)
    return wire.decoded(signed.body, wire.Acknowledgement)


def serial_of(standing: CaseStanding) -> int:
    return int(word(standing).official_number[-4:])


@pytest.fixture
def texts(database: Database, registrar: Registrar) -> Callable[..., list[CaseStanding]]:
    """One terminal's request."""

    def ask_for(*some: Offered, terminal: str = "t1") -> list[CaseStanding]:
        return database.ask(registrar.texts, Texts(terminal, some)).result()

    return ask_for


@pytest.fixture
def pages(database: Database, registrar: Registrar) -> Callable[..., list[CaseStanding]]:
    """The same with pages."""

    def ask_for(packed: Packed | None, *asked: Offered, terminal: str = "t1") -> list[CaseStanding]:
        request = Pages(terminal, tuple(ask(one) for one in asked), packed=packed)
        return database.ask(registrar.pages, request).result()

    return ask_for


Asking = Callable[..., list[CaseStanding]]


def test_a_case_without_pages_is_signed_for_at_once_and_always_the_same(texts: Asking) -> None:
    first, second = texts(offered(1), offered(2))
    assert (serial_of(first), serial_of(second)) == (1, 2)
    assert word(first).case_id == case_id(1)
    assert word(first).fingerprint == offered(1).fingerprint
    assert texts(offered(2), offered(1), offered(3)) == [second, first, *texts(offered(3))]


def test_a_case_twice_in_one_request_is_one_case(texts: Asking) -> None:
    one, again = texts(offered(1), offered(1))
    assert one == again
    open_, open_again = texts(offered(2, PAGE), offered(2, PAGE))
    assert open_ == open_again == Open(ask(offered(2, PAGE)), ((PAGE.sha256, PAGE.size),))


def test_a_case_with_pages_is_signed_for_when_the_last_one_is_here(
    texts: Asking, pages: Asking
) -> None:
    case = offered(1, PAGE, OTHER)
    assert texts(case) == [Open(ask(case), ((PAGE.sha256, 10), (OTHER.sha256, 20)))]
    assert pages(pack(PAGE), case) == [Open(ask(case), ((OTHER.sha256, 20),))]
    [done] = pages(pack(OTHER), case)
    assert word(done).pages == (PAGE.sha256, OTHER.sha256)
    assert pages(None, case) == texts(case) == [done]


def test_pages_that_are_here_already_need_not_come_again(texts: Asking, pages: Asking) -> None:
    pages(pack(PAGE))
    [done] = texts(offered(1, PAGE))
    assert serial_of(done) == 1


def test_one_request_completes_several_cases(texts: Asking, pages: Asking) -> None:
    cases = [offered(1, PAGE), offered(2, OTHER), offered(3, PAGE, OTHER)]
    texts(*cases)
    done = pages(pack(PAGE, OTHER), *cases, offered(9))
    assert [serial_of(one) for one in done[:3]] == [1, 2, 3]
    assert done[3] == Unknown()


def test_another_text_under_the_same_id_is_a_conflict_and_kept(
    texts: Asking, pages: Asking, database: Database
) -> None:
    first, other = offered(1), offered(1, title="另一事项")
    [done] = texts(first)
    assert texts(other) == [Conflict()]
    assert texts(first, terminal="t2") == [Conflict()]
    assert pages(None, other) == [Conflict()]
    assert texts(first) == [done]
    assert len(conflicts(database)) == 2
    new, beside = texts(offered(2), offered(2, title="另一事项"))
    assert (serial_of(new), beside) == (2, Conflict())


def test_who_has_something_against_it_is_heard_only_for_what_is_new(
    texts: Asking, database: Database
) -> None:
    [done] = texts(offered(1))
    assert texts(offered(1, against=("name: 缺",))) == [done]
    assert texts(offered(2, against=("name: 缺",))) == [NotTaken(("name: 缺",))]
    assert database.read("SELECT count(*) FROM office_case") == [(1,)]
    refused, taken = texts(offered(3, against=("name: 缺",)), offered(3))
    assert refused == NotTaken(("name: 缺",))
    assert serial_of(taken) == 2


def test_flaws_of_pages_are_named_by_their_material(texts: Asking, pages: Asking) -> None:
    case = offered(1, PAGE, OTHER)
    texts(case)
    pages(pack(PAGE, flaw="图片损坏"))
    smaller = replace(OTHER, size=OTHER.size - 1)
    assert pages(pack(smaller), case) == [
        NotTaken(("pages.m1: 图片损坏", f"pages.m2: {OTHER_SIZE}"))
    ]


def test_beyond_the_last_number_of_the_day_cases_wait_for_tomorrow(
    texts: Asking, database: Database
) -> None:
    code, day = official_numbers.task_code(offered(1).text.item_code), "2026-03-05"
    insert = "INSERT INTO serial (task_code, day, last) VALUES (?, ?, ?)"
    highest = official_numbers.HIGHEST_SERIAL
    database.write(lambda w: w.run(insert, code, day, highest - 1))
    last, late = texts(offered(1), offered(2))
    assert serial_of(last) == highest
    assert late == NotNow()
    assert texts(offered(1), offered(2)) == [last, NotNow()]


def test_who_waits_for_tomorrow_is_not_counted_as_received(
    texts: Asking, database: Database, tmp_path: Path
) -> None:
    code, day = official_numbers.task_code(offered(1).text.item_code), "2026-03-05"
    insert = "INSERT INTO serial (task_code, day, last) VALUES (?, ?, ?)"
    highest = official_numbers.HIGHEST_SERIAL
    database.write(lambda w: w.run(insert, code, day, highest - 1))
    for _ in range(3):
        texts(offered(1), offered(2), offered(3))
    database.write(lambda w: w.run(insert, code, "2026-03-04", 5))
    standings = Standings(tmp_path, database, Terminals(database), now=lambda: NOW)
    assert standings.now().received == highest + 5


def test_a_number_that_could_not_be_signed_is_not_used_up(
    texts: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> bytes:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(SigningKey, "acknowledgement", fails)
        with pytest.raises(RuntimeError):
            texts(offered(1))
    [done] = texts(offered(1))
    assert serial_of(done) == 1


def test_pages_of_several_requests_share_a_pack_and_a_pack_that_fails_fails_them_alone(
    database: Database, registrar: Registrar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = Packs(tmp_path, database)
    hold, begun = threading.Event(), threading.Event()

    def waits(_: Writing) -> None:
        begun.set()
        hold.wait(5)

    def together(*some: bytes) -> list[Any]:
        """What became of pages that came while something else was being written."""
        hold.clear()
        begun.clear()
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(database.write, waits)
            begun.wait(5)
            asked: list[Any] = [
                database.ask(
                    registrar.pages,
                    Pages(
                        "t1",
                        (),
                        (Content(wire.hash_of(one), one), Content(wire.hash_of(b"x"), b"x")),
                    ),
                )
                for one in some
            ]
            asked.append(database.ask(registrar.texts, Texts("t1", (offered(len(some)),))))
            hold.set()
            first.result(5)
        return [outcome.exception(5) for outcome in asked]

    assert together(b"one", b"two", b"three") == [None] * 4
    assert [packs.read(wire.hash_of(one)) for one in (b"one", b"two", b"three")] == [
        b"one",
        b"two",
        b"three",
    ]
    assert packs.read(wire.hash_of(b"x")) == b"x"  # that all of them brought
    [(count,)] = database.read("SELECT count(*) FROM pack")
    assert count == 1

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sync.gateway.packs.os.fsync", full)
    first, second, text = together(b"four", b"five")
    assert isinstance(first, OSError)
    assert isinstance(second, OSError)
    assert text is None
    assert not packs.has(wire.hash_of(b"four"))


def test_many_at_once_in_two_programs_get_different_numbers(
    open_database: Callable[[], Database], registrar: Registrar
) -> None:
    """Each case is offered by both, and completed by both."""
    databases = [open_database(), open_database()]
    cases = [offered(serial, PAGE) for serial in range(1, 41)]

    def bring(number: int) -> Sequence[CaseStanding]:
        database, case = databases[number % 2], cases[number // 2 % 40]
        database.ask(registrar.texts, Texts("t1", (case,))).result()
        request = Pages("t1", (ask(case),), packed=pack(PAGE))
        return database.ask(registrar.pages, request).result()

    with ThreadPoolExecutor(16) as pool:
        done = [standing for standings in pool.map(bring, range(160)) for standing in standings]
    receipts = {word(one).case_id: one for one in done}
    assert set(done) == set(receipts.values())  # the same one for everybody
    assert {serial_of(one) for one in receipts.values()} == set(range(1, 41))
