"""What was kept long enough goes; what is not acknowledged stays whatever its age."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.case import Case, CaseState
from kiosk.domain.page import ScannedPage
from kiosk.domain.progress import StateChange
from offline_store.api import Limits, Tidied
from offline_store.cases import ROOM_FOR_A_CASE
from offline_store.database import FILE_NAME, open_database
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NOON, NUMBER, confirmed_in, document, draft_in, take_in

HOUR = timedelta(hours=1)
YEARS = timedelta(days=3650)


def sent_in(store: SqlCipherStore, serial: int = 1) -> Case:
    case = confirmed_in(store, serial)
    return store.acknowledged(
        case.case_id, acknowledgement=b"signed", official_number="22010426030500", now=NOON
    )


def delivered_in(store: SqlCipherStore, serial: int = 1) -> Case:
    case = sent_in(store, serial)
    decided = StateChange(case.case_id, CaseState.DECIDED, "办结", NOON)
    take_in(store, [decided], [document(case.case_id)], cursor="1")
    return store.delivered(case.case_id, now=NOON + 100 * HOUR)


def test_drafts_go_after_72_hours(store: SqlCipherStore) -> None:
    case = draft_in(store)
    assert store.tidy(case.started_at + 72 * HOUR, Limits()) == Tidied()
    assert store.tidy(case.started_at + 73 * HOUR, Limits()) == Tidied(drafts=1)
    with pytest.raises(KeyError):
        store.case(case.case_id)
    with pytest.raises(KeyError):
        store.page(case.pages[0].sha256)


def test_a_sent_case_keeps_number_state_and_receipt_but_no_answer_and_no_page(
    store: SqlCipherStore, folder: Path, key: FileKey
) -> None:
    case = sent_in(store)
    assert store.tidy(NOON + 24 * HOUR, Limits()) == Tidied()
    assert store.tidy(NOON + 25 * HOUR, Limits()) == Tidied(cleared=1)
    assert store.tidy(NOON + 26 * HOUR, Limits()) == Tidied()
    [kept] = store.cases_of(NUMBER)
    assert (kept.receipt_number, kept.state) == (case.receipt_number, CaseState.RECEIVED)
    assert (dict(kept.answers), kept.pages, kept.signature) == ({}, (), None)
    assert [change.state for change in store.changes_of(case.case_id)] == [CaseState.RECEIVED]
    with pytest.raises(KeyError):
        store.page(case.pages[0].sha256)
    database = open_database(folder, key.key())
    assert database.execute("SELECT acknowledgement FROM cases") == [(b"signed",)]
    database.close()
    accepted = StateChange(case.case_id, CaseState.ACCEPTED, "受理", NOON)
    assert take_in(store, [accepted], [], cursor="2") == (case.case_id,)
    assert store.integrity_problems() == []


def test_a_case_that_is_not_acknowledged_is_never_touched(store: SqlCipherStore) -> None:
    waiting, aside, early = (confirmed_in(store, serial) for serial in (1, 2, 3))
    store.set_aside(aside.case_id, "refused", now=NOON)
    decided = StateChange(early.case_id, CaseState.DECIDED, "办结", NOON)
    take_in(store, [decided], [document(early.case_id)], cursor="1")
    before = [store.case(case.case_id) for case in (waiting, aside, early)]
    store.tidy(NOON + YEARS, Limits())
    assert [store.case(case.case_id) for case in before] == before
    for case in before:
        assert all(store.page(page.sha256) for page in case.pages)
    assert store.documents_of(early.case_id) != []
    assert [entry.case_id for entry in store.due(NOON, 9)] == [waiting.case_id, early.case_id]


def test_a_page_that_a_waiting_case_shows_too_stays(store: SqlCipherStore) -> None:
    case = sent_in(store)
    other = draft_in(store, 2)
    shared = ScannedPage("m9", store.page(case.pages[0].sha256), 10, 10)
    store.add_page(other.case_id, shared)
    store.tidy(NOON + 25 * HOUR, Limits())
    assert store.page(shared.sha256) == shared.jpeg


def test_a_printed_document_goes_a_day_after_it_was_handed_over(store: SqlCipherStore) -> None:
    case = delivered_in(store)
    store.tidy(NOON + 124 * HOUR, Limits())
    [issued] = store.documents_of(case.case_id)
    assert store.tidy(NOON + 125 * HOUR, Limits()).documents == 1
    assert store.documents_of(case.case_id) == []
    with pytest.raises(KeyError):
        store.document(issued.sha256)
    assert store.case(case.case_id).state is CaseState.DELIVERED


def test_the_audit_is_kept_for_half_a_year_and_longer_for_what_still_waits(
    store: SqlCipherStore, folder: Path, key: FileKey
) -> None:
    sent_in(store, 1)
    waiting = confirmed_in(store, 2)
    store.tidy(NOON + 25 * HOUR, Limits())
    assert store.tidy(NOON + timedelta(days=184), Limits()).audit_rows == 0
    assert store.tidy(NOON + timedelta(days=200), Limits()).audit_rows == 4
    database = open_database(folder, key.key())
    assert database.execute("SELECT case_id FROM audit") == [(waiting.case_id,)] * 2
    database.close()


def test_a_clock_that_ran_ahead_does_not_keep_papers_for_years(store: SqlCipherStore) -> None:
    sent_in(store)
    assert store.tidy(NOON - YEARS, Limits()).cleared == 1


def test_the_space_goes_back_to_the_file_system(
    store: SqlCipherStore, folder: Path, key: FileKey
) -> None:
    for serial in range(1, 21):
        sent_in(store, serial)
    store.close()
    full = (folder / FILE_NAME).stat().st_size
    again = open_store(folder, key, clock=lambda: NOON)
    assert again.tidy(NOON + 25 * HOUR, Limits()).cleared == 20
    again.close()
    assert full > 4_000_000
    assert (folder / FILE_NAME).stat().st_size < full // 10


def test_an_older_file_that_cannot_shrink_is_tidied_too(folder: Path) -> None:
    folder.mkdir()
    for name, new in (("v2.db", FILE_NAME), ("sample.key", "store.key")):
        shutil.copy(Path("tests/samples/store") / name, folder / new)
        (folder / new).chmod(0o600)
    store = open_store(folder, FileKey(folder / "store.key"), clock=lambda: NOON)
    assert store.tidy(NOON + 25 * HOUR, Limits()).cleared == 1
    assert store.integrity_problems() == []
    store.close()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system in memory that is a little too small for a case."""
    place = tmp_path / "tiny"
    place.mkdir()
    size = f"size={ROOM_FOR_A_CASE - 1_000_000}"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this account may not mount")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_no_case_begins_on_a_disk_without_room_but_a_begun_one_is_confirmed(
    tiny_disk: Path,
) -> None:
    folder = tiny_disk / "store"
    store = open_store(folder, FileKey(folder / "store.key"), clock=lambda: NOON)
    assert not store.room_for_a_case()
    assert confirmed_in(store).receipt_number
    store.close()


def test_there_is_room_on_an_empty_disk(
    store: SqlCipherStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, room in ((ROOM_FOR_A_CASE, True), (ROOM_FOR_A_CASE - 1, False)):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr("shutil.disk_usage", lambda _, usage=usage: usage)
        assert store.room_for_a_case() is room
