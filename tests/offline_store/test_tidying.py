"""What was kept long enough goes; what is not acknowledged stays whatever its age."""

import shutil
from collections.abc import Callable, Iterator
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
from tests.counterparts.machine import Machine, lived
from tests.counterparts.sample_cases import (
    NOON,
    NUMBER,
    SITE,
    TERMINAL,
    confirmed_in,
    document,
    draft,
    draft_in,
    put_up,
    take_in,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def store(folder: Path, key: FileKey, machine: Machine) -> Iterator[SqlCipherStore]:
    opened = open_store(folder, key, clock=lambda: machine.clock, look=machine.look)
    opened.tidy(machine.clock, Limits())  # as at every start
    yield opened
    opened.close()


def sent_in(store: SqlCipherStore, serial: int = 1) -> Case:
    case = confirmed_in(store, serial)
    return store.acknowledged(
        case.case_id, acknowledgement=b"signed", official_number="22010426030500", now=NOON
    )


def decided_in(store: SqlCipherStore, serial: int = 1) -> Case:
    case = sent_in(store, serial)
    decided = StateChange(case.case_id, CaseState.DECIDED, "办结", NOON, remarks=("张三的理由",))
    take_in(store, [decided], [document(case.case_id)], cursor="1")
    return store.case(case.case_id)


def rows(folder: Path, key: FileKey, query: str) -> list[tuple[object, ...]]:
    database = open_database(folder, key.key())
    found = database.execute(query)
    database.close()
    return found


def test_drafts_go_after_72_hours(store: SqlCipherStore, machine: Machine) -> None:
    case = draft_in(store)
    assert lived(store, machine, 72 * HOUR) == Tidied()
    assert lived(store, machine, 2 * HOUR) == Tidied(drafts=1)
    with pytest.raises(KeyError):
        store.case(case.case_id)
    with pytest.raises(KeyError):
        store.page(case.pages[0].sha256)


def test_a_sent_case_keeps_number_state_and_receipt_but_no_answer_and_no_page(
    store: SqlCipherStore, machine: Machine, folder: Path, key: FileKey
) -> None:
    case = sent_in(store)
    assert lived(store, machine, 24 * HOUR) == Tidied()
    assert lived(store, machine, 2 * HOUR) == Tidied(cleared=1)
    assert lived(store, machine, 24 * HOUR) == Tidied()
    [kept] = store.cases_of(NUMBER)
    assert (kept.receipt_number, kept.state) == (case.receipt_number, CaseState.RECEIVED)
    assert (dict(kept.answers), kept.pages, kept.signature) == ({}, (), None)
    assert [change.state for change in store.changes_of(case.case_id)] == [CaseState.RECEIVED]
    with pytest.raises(KeyError):
        store.page(case.pages[0].sha256)
    assert rows(folder, key, "SELECT acknowledgement FROM cases") == [(b"signed",)]
    accepted = StateChange(case.case_id, CaseState.ACCEPTED, "受理", NOON)
    assert take_in(store, [accepted], cursor="2") == (case.case_id,)
    assert store.integrity_problems() == []


def test_a_case_that_is_not_acknowledged_is_never_touched(
    store: SqlCipherStore, machine: Machine
) -> None:
    waiting, aside, early = (confirmed_in(store, serial) for serial in (1, 2, 3))
    store.set_aside(aside.case_id, "refused", now=NOON)
    decided = StateChange(early.case_id, CaseState.DECIDED, "办结", NOON)
    take_in(store, [decided], [document(early.case_id)], cursor="1")
    before = [store.case(case.case_id) for case in (waiting, aside, early)]
    lived(store, machine, 3650 * DAY, every=100 * DAY)
    assert [store.case(case.case_id) for case in before] == before
    for case in before:
        assert all(store.page(page.sha256) for page in case.pages)
    assert store.documents_of(early.case_id) != []
    assert [entry.case_id for entry in store.due(NOON, 9)] == [waiting.case_id, early.case_id]


def test_a_page_that_a_waiting_case_shows_too_stays(
    store: SqlCipherStore, machine: Machine
) -> None:
    case = sent_in(store)
    other = draft_in(store, 2)
    shared = ScannedPage("m9", store.page(case.pages[0].sha256), 10, 10)
    store.add_page(other.case_id, shared)
    assert lived(store, machine, 26 * HOUR).cleared == 1
    assert store.page(shared.sha256) == shared.jpeg


def test_a_printed_document_goes_a_day_after_it_was_handed_over(
    store: SqlCipherStore, machine: Machine
) -> None:
    case = decided_in(store)
    lived(store, machine, 100 * HOUR)
    store.delivered(case.case_id, now=machine.clock)
    assert lived(store, machine, 24 * HOUR).documents == 0
    [issued] = store.documents_of(case.case_id)
    assert lived(store, machine, 2 * HOUR).documents == 1
    assert store.documents_of(case.case_id) == []
    with pytest.raises(KeyError):
        store.document(issued.sha256)
    assert store.case(case.case_id).state is CaseState.DELIVERED


def test_whose_case_it_was_goes_90_days_after_its_last_step(
    store: SqlCipherStore, machine: Machine, folder: Path, key: FileKey
) -> None:
    case = sent_in(store)
    other = sent_in(store, 2)
    lived(store, machine, 50 * DAY, every=DAY / 2)
    decided = StateChange(case.case_id, CaseState.DECIDED, "办结", NOON, remarks=("张三的理由",))
    take_in(store, [decided], [document(case.case_id)], cursor="1")
    assert lived(store, machine, 41 * DAY, every=DAY / 2) == Tidied(forgotten=1)
    assert [kept.case_id for kept in store.cases_of(NUMBER)] == [case.case_id]
    assert store.case(other.case_id).applicant_name == ""
    gone = lived(store, machine, 50 * DAY, every=DAY / 2)
    assert gone == Tidied(forgotten=1)  # with its paper, which nobody fetched
    assert store.cases_of(NUMBER) == []
    kept = store.case_by_receipt(case.receipt_number)
    assert kept is not None
    assert (kept.applicant_name, kept.applicant_number, kept.remarks) == ("", "", ())
    assert (kept.official_number, kept.state) == ("22010426030500", CaseState.DECIDED)
    assert store.documents_of(case.case_id) == []
    assert [step.remarks for step in store.changes_of(case.case_id)] == [(), ()]
    query = "SELECT acknowledgement FROM cases WHERE acknowledgement IS NOT NULL"
    assert rows(folder, key, query) == [(b"signed",)] * 2


def test_how_long_a_name_is_kept_may_be_set(store: SqlCipherStore, machine: Machine) -> None:
    sent_in(store)
    limits = Limits(persons=10 * DAY)
    assert lived(store, machine, 10 * DAY, limits, every=DAY / 2).forgotten == 0
    assert lived(store, machine, 1 * DAY, limits, every=DAY / 2).forgotten == 1


def test_numbers_and_acknowledgement_stay_for_half_a_year_and_go_then(
    store: SqlCipherStore, machine: Machine
) -> None:
    case = sent_in(store)
    lived(store, machine, 184 * DAY, every=DAY)
    assert store.case(case.case_id).official_number == "22010426030500"
    assert lived(store, machine, 8 * DAY, every=DAY).removed == 1
    assert store.case_by_receipt(case.receipt_number) is None
    assert store.changes_of(case.case_id) == []
    # The slip is still out there: its number is never given again.
    next_one = store.confirm(draft(9), site=SITE, terminal=TERMINAL, now=NOON)
    assert next_one.receipt_number[20:24] == "0002"
    assert store.next_day_serial(NOON.date()) == 3
    assert store.integrity_problems() == []


def test_the_audit_is_kept_for_half_a_year_and_longer_for_what_still_waits(
    store: SqlCipherStore, machine: Machine, folder: Path, key: FileKey
) -> None:
    sent_in(store, 1)
    waiting = confirmed_in(store, 2)
    assert lived(store, machine, 184 * DAY, every=DAY).audit_rows == 0
    before = rows(folder, key, "SELECT what FROM audit ORDER BY entry")
    assert [what for (what,) in before] == [
        *("begun", "confirmed", "received", "begun", "confirmed", "cleared", "person forgotten")
    ]
    assert lived(store, machine, 16 * DAY, every=DAY).audit_rows == 4  # "cleared" was a day later
    left = rows(folder, key, "SELECT what, case_id FROM audit ORDER BY entry")
    assert left[:2] == [("begun", waiting.case_id), ("confirmed", waiting.case_id)]


def test_the_numbers_go_on_when_nothing_happened_for_years(
    store: SqlCipherStore, machine: Machine, folder: Path, key: FileKey
) -> None:
    first = sent_in(store)
    lived(store, machine, 1000 * DAY, every=10 * DAY)
    [(entry,)] = rows(folder, key, "SELECT entry FROM audit")
    assert isinstance(entry, int)
    assert entry > 5
    second = confirmed_in(store, 2)
    [(order,)] = rows(folder, key, "SELECT confirmed_order FROM cases")
    assert isinstance(order, int)
    assert order > entry
    assert second.receipt_number > first.receipt_number


def test_home_visits_and_half_downloads_that_nobody_ended_go(
    store: SqlCipherStore, machine: Machine
) -> None:
    put_up(store)
    store.stage("0" * 64, 0, b"half")
    draft_in(store, 1)
    lived(store, machine, 6 * DAY, every=DAY)
    assert store.staged("0" * 64) == 4
    lived(store, machine, 3 * DAY, every=DAY)
    assert (store.staged("0" * 64), len(store.visits())) == (0, 1)
    lived(store, machine, 23 * DAY, every=DAY)
    assert store.visits() == []


def test_marks_that_no_limit_asks_for_do_not_pile_up(
    store: SqlCipherStore, machine: Machine, folder: Path, key: FileKey
) -> None:
    lived(store, machine, 1000 * DAY, every=10 * DAY)
    [(count, oldest, newest)] = rows(
        folder, key, "SELECT count(*), min(lived), max(lived) FROM marks"
    )
    assert count == 20
    assert isinstance(newest, int)
    assert isinstance(oldest, int)
    assert newest - oldest >= Limits().audit.total_seconds()


def test_the_space_goes_back_to_the_file_system(
    store: SqlCipherStore, machine: Machine, folder: Path, key: FileKey
) -> None:
    for serial in range(1, 21):
        sent_in(store, serial)
    store.close()
    full = (folder / FILE_NAME).stat().st_size
    again = open_store(folder, key, clock=lambda: NOON, look=machine.look)
    assert lived(again, machine, 26 * HOUR).cleared == 20
    again.close()
    assert full > 4_000_000
    assert (folder / FILE_NAME).stat().st_size < full // 10


def test_an_older_file_that_cannot_shrink_is_tidied_too(folder: Path, machine: Machine) -> None:
    folder.mkdir()
    for name, new in (("v2.db", FILE_NAME), ("sample.key", "store.key")):
        shutil.copy(Path("tests/samples/store") / name, folder / new)
        (folder / new).chmod(0o600)
    store = open_store(folder, FileKey(folder / "store.key"), look=machine.look)
    store.tidy(machine.clock, Limits())
    assert lived(store, machine, 80 * HOUR) == Tidied(drafts=1, cleared=1)
    assert store.integrity_problems() == []
    store.close()


def test_no_case_begins_on_a_disk_without_room_but_a_begun_one_is_confirmed(
    disk_of: Callable[[int], Path],
) -> None:
    folder = disk_of(ROOM_FOR_A_CASE - 1_000_000) / "store"
    store = open_store(folder, FileKey(folder / "store.key"), clock=lambda: NOON)
    assert not store.room_for_a_case()
    assert confirmed_in(store).receipt_number
    store.close()


def test_there_is_room_on_an_empty_disk(
    store: SqlCipherStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store._database.ballast.held
    for free, room in ((ROOM_FOR_A_CASE - kept, True), (ROOM_FOR_A_CASE - kept - 1, False)):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr("shutil.disk_usage", lambda _, usage=usage: usage)
        assert store.room_for_a_case() is room
