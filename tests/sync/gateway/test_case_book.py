"""The gateway's memory: once per case, numbers without gaps or doubles, never a half step."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.page import PageRef
from sync import wire
from sync.gateway.case_book import MOST_CONFLICTS, CaseBook, Kept, Lacking, Offered
from sync.gateway.database import Database
from sync.gateway.packs import Packed, Span
from tests.counterparts.sample_cases import case_id, draft

NOW = datetime(2026, 3, 5, 4, tzinfo=UTC)
DAY = date(2026, 3, 5)
PAGE = PageRef("ab" * 32, "m1", 10)


@pytest.fixture
def book(database: Database) -> CaseBook:
    return CaseBook(database)


def offered(serial: int = 1, *, title: str = "最低生活保障") -> Offered:
    text = wire.text_of(replace(draft(serial), pages=(PAGE,), item_title=title))
    return Offered(text, wire.canonical(text), wire.fingerprint(text))


def keep(
    database: Database, serial: int = 1, terminal: str = "t1", title: str = "最低生活保障"
) -> Kept:
    return database.write(
        lambda w: CaseBook.keep(w, terminal, offered(serial, title=title), now=NOW)
    )


def complete(database: Database, serial: int = 1, *, code: str = "T", day: date = DAY) -> bytes:
    return database.write(
        lambda w: CaseBook.complete(
            w,
            case_id(serial),
            task_code=code,
            day=day,
            now=NOW,
            sign=lambda n: (f"{code}{day}{n}", f"receipt {n}".encode()),
        )
    )


def test_the_first_text_under_an_id_stays_and_others_are_kept_beside_it(
    database: Database, book: CaseBook
) -> None:
    first = keep(database)
    assert first.is_new
    for number in range(MOST_CONFLICTS + 3):
        kept = keep(database, terminal="t2", title=f"另一事项{number}")
        assert kept.is_of("t1", first.fingerprint)
        assert not kept.is_new
    keep(database, terminal="t2", title="另一事项0")
    row = book.case(case_id(1))
    assert row is not None
    assert row.text == offered().text
    others = book.conflicts(case_id(1))
    assert len(others) == MOST_CONFLICTS
    assert {(terminal, text.item_title) for terminal, text in others} == {
        ("t2", f"另一事项{number}") for number in range(MOST_CONFLICTS)
    }


def test_a_case_gets_its_number_once(database: Database) -> None:
    keep(database)
    assert complete(database) == complete(database) == b"receipt 1"
    keep(database, 2)
    assert complete(database, 2) == b"receipt 2"


def test_serials_count_by_item_and_day(database: Database) -> None:
    for serial in range(1, 4):
        keep(database, serial)
    assert complete(database, 1) == b"receipt 1"
    assert complete(database, 2, code="U") == b"receipt 1"
    assert complete(database, 3, day=date(2026, 3, 6)) == b"receipt 1"


def test_a_number_that_could_not_be_signed_is_not_used_up(database: Database) -> None:
    keep(database)

    def fails(_: int) -> tuple[str, bytes]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write(
            lambda w: CaseBook.complete(w, case_id(1), task_code="T", day=DAY, now=NOW, sign=fails)
        )
    assert complete(database) == b"receipt 1"


def test_many_at_once_in_two_programs_get_different_numbers(
    open_database: Callable[[], Database],
) -> None:
    databases = [open_database(), open_database()]
    for serial in range(1, 41):
        keep(databases[serial % 2], serial)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda n: complete(databases[n % 2], n % 40 + 1), range(120)))
    assert set(receipts) == {f"receipt {n}".encode() for n in range(1, 41)}


def test_what_a_case_lacks_and_what_is_wrong_with_what_is_here(
    database: Database, book: CaseBook
) -> None:
    keep(database)
    lacking = lambda: database.write(lambda w: book.lacking(w, case_id(1)))  # noqa: E731
    assert lacking() == [Lacking(PAGE.sha256, PAGE.size)]
    note = Packed("d/p", 10, (Span(PAGE.sha256, 0, 10, "图片损坏"),), Path.cwd()).note
    database.write(note)
    assert lacking() == []
    flaws = database.write(lambda w: book.flaws(w, case_id(1)))
    assert flaws == {PAGE.sha256: "图片损坏"}


def test_a_page_is_listed_for_its_own_terminal_with_its_size(
    database: Database, book: CaseBook
) -> None:
    keep(database)
    assert book.listed("t1", [PAGE.sha256, "cd" * 32]) == {PAGE.sha256: (10, False)}
    assert book.listed("t2", [PAGE.sha256]) == {}
    assert book.listed("t1", []) == {}


def test_cases_are_listed_by_state_and_move_from_where_they_were_seen(
    database: Database, book: CaseBook
) -> None:
    keep(database, 1)
    keep(database, 2)
    complete(database, 2)
    [row] = book.cases_in([CaseState.RECEIVED])
    assert row.case_id == case_id(2)
    assert book.known([case_id(2), case_id(9)]) == {case_id(2)}

    def move() -> bool:
        return database.write(
            lambda w: book.move(w, row, CaseState.CORRECTION, asks_corrections=True)
        )

    assert move()
    assert not move()  # a colleague was faster
    moved = book.case(case_id(2))
    assert moved is not None
    assert (moved.state, moved.corrections_asked) == (CaseState.CORRECTION, True)


def test_everything_is_there_after_opening_again(open_database: Callable[[], Database]) -> None:
    first = open_database()
    keep(first)
    complete(first)
    first.close()
    row = CaseBook(open_database()).case(case_id(1))
    assert row is not None
    assert (row.acknowledgement, row.state) == (b"receipt 1", CaseState.RECEIVED)
