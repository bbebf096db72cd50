"""What "confirm" remembers of the draft never takes the place of what is really stored."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from offline_store.api import StoreError
from offline_store.database import open_database
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft, draft_in, page

TABLES = ("cases", "case_pages", "contents", "pieces", "outbox", "audit", "day_serials")


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    database = open_database(folder, FileKey(folder / "store.key").key())
    found = {
        table: sorted(database.execute(f"SELECT * FROM {table}"))  # noqa: S608
        for table in TABLES
    }
    database.close()
    return found


def confirm(store: SqlCipherStore, case: Case) -> Case:
    return store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)


@pytest.mark.parametrize("saved_last", [True, False])
def test_what_is_remembered_and_what_is_read_leave_the_same_rows(
    tmp_path: Path, saved_last: bool
) -> None:
    for name in ("remembered", "read"):
        folder = tmp_path / name
        key = FileKey(folder / "store.key")
        store = open_store(folder, key, clock=lambda: NOON)
        case = draft_in(store)
        if not saved_last:  # a page was the last thing that came
            more = store.add_page(case.case_id, page(5, material="m9", size=300))
            case = replace(case, pages=(*case.pages, more))
        assert (store._last._case == case) is saved_last  # behind the signature: not known
        if name == "read":
            store.close()
            store = open_store(folder, key, clock=lambda: NOON)
        confirmed = confirm(store, case)
        assert store.case(case.case_id) == confirmed
        store.close()
    assert rows(tmp_path / "remembered") == rows(tmp_path / "read")


CHANGES: dict[str, Callable[[SqlCipherStore, Case], object]] = {
    "other answers": lambda store, case: store.save_draft(replace(case, answers={"a": "b"})),
    "a page less": lambda store, case: store.drop_page(case.case_id, case.pages[0].sha256),
    "a page more": lambda store, case: store.add_page(case.case_id, page(5, material="m9")),
    "abandoned": lambda store, case: store.abandon(case.case_id),
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("by_whom", ["this store", "another one"])
def test_a_change_in_between_is_noticed(
    store: SqlCipherStore, folder: Path, key: FileKey, what: str, by_whom: str
) -> None:
    case = draft_in(store)
    if by_whom == "this store":
        CHANGES[what](store, case)
    else:
        other = open_store(folder, key, clock=lambda: NOON)
        CHANGES[what](other, case)
        other.close()
    if what in ("a page less", "abandoned"):  # its bytes are gone: that is told, never passed over
        with pytest.raises(StoreError) as refused:
            confirm(store, case)
        assert refused.value.fault is Fault.STORE_DAMAGED
        assert store.waiting() == 0
    else:
        assert store.case(case.case_id) != case
        confirmed = confirm(store, case)
        assert store.case(case.case_id) == confirmed
        assert (confirmed.pages, confirmed.answers) == (case.pages, case.answers)
    assert store.integrity_problems() == []


def test_what_did_not_reach_the_disk_is_not_remembered(folder: Path, key: FileKey) -> None:
    database = open_database(folder, key.key())
    store = SqlCipherStore(database=database, clock=lambda: NOON)
    case = draft_in(store)
    [(used,)] = database.execute("PRAGMA page_count")
    database.execute(f"PRAGMA max_page_count = {used}")
    big = page(7, size=400_000)
    with pytest.raises(StoreError):
        store.add_page(case.case_id, big)
    with pytest.raises(StoreError):  # a page that is not here
        confirm(store, replace(case, pages=(*case.pages, big.reference())))
    database.execute(f"PRAGMA max_page_count = {used + 1000}")
    assert confirm(store, case).pages == case.pages
    store.close()


@pytest.mark.parametrize("end", ["confirmed", "abandoned"])
def test_nothing_of_the_person_stays_in_memory_when_the_visit_is_over(
    store: SqlCipherStore, end: str
) -> None:
    case = draft_in(store)
    assert store._last._case is not None
    if end == "confirmed":
        confirm(store, case)
    else:
        store.abandon(case.case_id)
    assert store._last._case is None


def test_the_signature_laid_again_is_no_page(store: SqlCipherStore) -> None:
    case = draft_in(store)
    signature = page(199, material="signature", size=5000)
    assert store.add_page(case.case_id, signature) == case.signature
    assert confirm(store, case).pages == case.pages
    assert store.case(case.case_id).signature == case.signature


def test_a_draft_is_noted_once_however_often_it_is_saved(folder: Path, key: FileKey) -> None:
    store = open_store(folder, key, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for _ in range(3):
        store.save_draft(draft())
    store.close()
    assert [row[2] for row in rows(folder)["audit"]] == ["begun"]
