"""The gateway's memory: once per case, other texts beside the first, moves from where one stood."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.page import PageRef
from sync import wire
from sync.gateway.case_book import MOST_CONFLICTS, CaseBook, Offered, PageHere, Receipt
from sync.gateway.conflicts import conflicts
from sync.gateway.database import Database, DatabaseTrouble
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


def keep(database: Database, *serials: int, receipts: bool = False) -> None:
    new = [("t1", offered(serial)) for serial in serials]
    signed = {case_id(n): Receipt(case_id(n), f"7-{n}", b"signed") for n in serials if receipts}
    database.write(lambda w: CaseBook.add(w, new, signed, now=NOW))


def test_what_was_kept_is_found_with_its_receipt_or_else_its_text(database: Database) -> None:
    keep(database, 1, 2)
    keep(database, 3, receipts=True)
    kept = database.write(lambda w: CaseBook.kept(w, [case_id(n) for n in (1, 3, 9)]))
    assert set(kept) == {case_id(1), case_id(3)}
    assert kept[case_id(1)].is_of("t1", offered().fingerprint)
    assert not kept[case_id(1)].is_of("t2", offered().fingerprint)
    assert (kept[case_id(1)].acknowledgement, kept[case_id(1)].text) == (None, offered().content)
    assert (kept[case_id(3)].acknowledgement, kept[case_id(3)].text) == (b"signed", None)


def test_a_case_is_kept_once(database: Database) -> None:
    keep(database, 1)
    with pytest.raises(DatabaseTrouble):
        keep(database, 2, 1)
    assert database.read("SELECT case_id FROM office_case") == [(case_id(1),)]


def test_other_texts_are_kept_beside_the_first_up_to_a_limit(database: Database) -> None:
    keep(database, 1)
    for number in range(MOST_CONFLICTS + 3):
        other = offered(title=f"另一事项{number}")
        database.write(lambda w, other=other: CaseBook.add_conflict(w, "t2", other, now=NOW))
    again = offered(title="另一事项0")
    database.write(lambda w: CaseBook.add_conflict(w, "t2", again, now=NOW))
    others = [(one.case_id, one.later) for one in conflicts(database)]
    assert len(others) == MOST_CONFLICTS
    assert {(id_, later.terminal_id, later.fingerprint) for id_, later in others} == {
        (case_id(1), "t2", offered(title=f"另一事项{number}").fingerprint)
        for number in range(MOST_CONFLICTS)
    }


def test_serials_count_by_item_and_day(database: Database) -> None:
    def last(wanted: dict[tuple[str, date], int]) -> dict[tuple[str, date], int]:
        return database.write(lambda w: CaseBook.serials(w, wanted))

    later = date(2026, 3, 6)
    assert last({("T", DAY): 1}) == {("T", DAY): 1}
    assert last({("T", DAY): 3, ("U", DAY): 2, ("T", later): 1}) == {
        ("T", DAY): 4,
        ("U", DAY): 2,
        ("T", later): 1,
    }
    many = {(f"T{number}", DAY): number for number in range(1, 30)}
    assert last(many) == many


def test_a_case_is_signed_for_once(database: Database, book: CaseBook) -> None:
    keep(database, 1, 2)
    receipts = [Receipt(case_id(n), f"7-{n}", f"signed {n}".encode()) for n in (1, 2)]
    database.write(lambda w: CaseBook.complete(w, receipts[:1], now=NOW))
    with pytest.raises(DatabaseTrouble, match="faster"):
        database.write(lambda w: CaseBook.complete(w, receipts, now=NOW))
    first, second = book.case(case_id(1)), book.case(case_id(2))
    assert first is not None
    assert (first.state, first.acknowledgement) == (CaseState.RECEIVED, b"signed 1")
    assert second is not None
    assert (second.state, second.acknowledgement) == (CaseState.QUEUED, None)


def test_the_pages_of_cases_and_what_is_here_of_them(database: Database) -> None:
    keep(database, 1, 2)

    def pages() -> dict[str, list[PageHere]]:
        return database.write(lambda w: CaseBook.pages(w, [case_id(1), case_id(2), case_id(9)]))

    lacking = [PageHere(PAGE.sha256, PAGE.size, None, "")]
    assert pages() == {case_id(1): lacking, case_id(2): lacking, case_id(9): []}
    database.write(Packed("d/p", 10, (Span(PAGE.sha256, 0, 10, "图片损坏"),), Path.cwd()).note)
    assert pages()[case_id(2)] == [PageHere(PAGE.sha256, PAGE.size, 10, "图片损坏")]
    here = database.write(lambda w: CaseBook.here(w, [PAGE.sha256, "cd" * 32]))
    assert here == {PAGE.sha256: (10, "图片损坏")}


def test_a_page_is_listed_for_its_own_terminal_with_its_size(
    database: Database, book: CaseBook
) -> None:
    keep(database, 1)
    assert book.listed("t1", [PAGE.sha256, "cd" * 32]) == {PAGE.sha256: (10, False)}
    assert book.listed("t2", [PAGE.sha256]) == {}
    assert book.listed("t1", []) == {}


def test_more_than_one_statement_holds_are_asked_for_and_found(
    database: Database, book: CaseBook
) -> None:
    serials = range(1, 300)
    keep(database, *serials)
    kept = database.write(lambda w: CaseBook.kept(w, [case_id(n) for n in serials]))
    assert len(kept) == len(serials)


def test_cases_are_listed_by_state_and_move_from_where_they_were_seen(
    database: Database, book: CaseBook
) -> None:
    keep(database, 1)
    keep(database, 2, receipts=True)
    [row] = book.cases_in([CaseState.RECEIVED])
    assert row.case_id == case_id(2)

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
    keep(first, 1, receipts=True)
    first.close()
    row = CaseBook(open_database()).case(case_id(1))
    assert row is not None
    assert (row.acknowledgement, row.state) == (b"signed", CaseState.RECEIVED)
