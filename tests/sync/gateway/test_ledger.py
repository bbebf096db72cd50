"""The gateway's memory: once per case, numbers without gaps or doubles, never a half step."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.page import PageRef
from sync import wire
from sync.gateway.ledger import Ledger
from tests.counterparts.sample_cases import case_id, draft

NOW = datetime(2026, 3, 5, 4, tzinfo=UTC)
DAY = date(2026, 3, 5)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db")
    yield opened
    opened.close()


def begin(ledger: Ledger, serial: int = 1, terminal: str = "t1") -> wire.CaseText:
    page = PageRef("ab" * 32, "m1", 10)
    text = wire.text_of(replace(draft(serial), pages=(page,)))
    ledger.begin_case(terminal, text, now=NOW)
    return text


def complete(ledger: Ledger, serial: int = 1, *, code: str = "T", day: date = DAY) -> bytes:
    return ledger.complete_case(
        case_id(serial),
        task_code=code,
        day=day,
        now=NOW,
        sign=lambda n: (f"{code}{day}{n}", f"receipt {n}".encode()),
    )


def test_the_first_text_under_a_number_stays(ledger: Ledger) -> None:
    text = begin(ledger)
    other = wire.text_of(replace(draft(1), item_title="另一事项"))
    kept = ledger.begin_case("t2", other, now=NOW)
    assert kept.terminal_id == "t1"
    assert kept.fingerprint == wire.fingerprint(text)
    assert kept.text == text


def test_a_case_gets_its_number_once(ledger: Ledger) -> None:
    begin(ledger)
    assert complete(ledger) == complete(ledger) == b"receipt 1"
    begin(ledger, 2)
    assert complete(ledger, 2) == b"receipt 2"


def test_serials_count_by_item_and_day(ledger: Ledger) -> None:
    for serial in range(1, 4):
        begin(ledger, serial)
    assert complete(ledger, 1) == b"receipt 1"
    assert complete(ledger, 2, code="U") == b"receipt 1"
    assert complete(ledger, 3, day=date(2026, 3, 6)) == b"receipt 1"


def test_a_number_that_could_not_be_signed_is_not_used_up(ledger: Ledger) -> None:
    begin(ledger)

    def fails(_: int) -> tuple[str, bytes]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ledger.complete_case(case_id(1), task_code="T", day=DAY, now=NOW, sign=fails)
    assert complete(ledger) == b"receipt 1"


def test_many_at_once_get_different_numbers(ledger: Ledger) -> None:
    for serial in range(1, 41):
        begin(ledger, serial)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda n: complete(ledger, n % 40 + 1), range(120)))
    assert len(set(receipts)) == 40


def test_a_step_moves_the_case_and_tells_only_its_terminal(ledger: Ledger) -> None:
    begin(ledger)
    complete(ledger)
    row = ledger.case(case_id(1))
    assert row is not None
    entry = wire.ChangeEntry(case_id=row.case_id, state="accepted", office_state="受理", at=NOW)
    ledger.record_step(row, entry)
    assert [change for _, change in ledger.changes("t1", 0, 9)] == [entry]
    assert ledger.changes("t2", 0, 9) == []
    with pytest.raises(LookupError):
        ledger.record_step(row, entry)  # a colleague was faster
    assert len(ledger.changes("t1", 0, 9)) == 1


def test_a_page_is_announced_by_its_own_terminal_and_size(ledger: Ledger) -> None:
    begin(ledger)
    assert ledger.announced("t1", "ab" * 32, 10)
    assert not ledger.announced("t2", "ab" * 32, 10)
    assert not ledger.announced("t1", "ab" * 32, 11)


def test_cases_are_listed_by_state(ledger: Ledger) -> None:
    begin(ledger, 1)
    begin(ledger, 2)
    complete(ledger, 2)
    assert [row.case_id for row in ledger.cases_in([CaseState.RECEIVED])] == [case_id(2)]


def test_everything_is_there_after_opening_again(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "ledger.db")
    begin(first)
    complete(first)
    first.close()
    again = Ledger(tmp_path / "ledger.db")
    row = again.case(case_id(1))
    assert row is not None
    assert (row.acknowledgement, again.epoch) == (b"receipt 1", first.epoch)
    assert again.problems() == []
    again.close()


def test_two_ledgers_have_two_epochs(tmp_path: Path) -> None:
    ledgers = [Ledger(tmp_path / name) for name in ("a", "b")]
    assert ledgers[0].epoch != ledgers[1].epoch
    for ledger in ledgers:
        ledger.close()


def test_a_newer_ledger_is_left_alone(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "ledger.db")
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(ValueError, match="newer"):
        Ledger(tmp_path / "ledger.db")


def test_it_is_written_through_to_the_disk(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert ledger._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    ledger.close()


def test_nobody_else_on_the_machine_can_read_the_cases(ledger: Ledger, tmp_path: Path) -> None:
    begin(ledger)  # so that the write-ahead log is there too
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {name: 0o600 for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm")}
