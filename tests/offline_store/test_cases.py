"""What the store promises of drafts, pages and confirmed cases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.case import Case, CaseState, IllegalMove
from kiosk.domain.fault import Fault
from kiosk.domain.progress import StateChange
from kiosk.domain.receipt_number import is_valid, receipt_number
from offline_store.api import Store, StoreError
from offline_store.database import open_database
from offline_store.file_key import FileKey
from offline_store.rows import case_of, row_of
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import (
    NAME,
    NOON,
    NUMBER,
    SITE,
    TERMINAL,
    confirmed_in,
    document,
    draft,
    draft_in,
    page,
    take_in,
)


def test_the_store_keeps_the_contract(store: SqlCipherStore) -> None:
    contract: Store = store  # checked by mypy
    assert contract.waiting() == 0


def test_a_draft_comes_back_as_it_was(store: SqlCipherStore) -> None:
    case = draft_in(store)
    assert store.case(case.case_id) == case


def test_a_saved_draft_replaces_the_one_before(store: SqlCipherStore) -> None:
    store.save_draft(draft())
    later = replace(draft(), answers={"phone": "13000000000"})
    store.save_draft(later)
    assert store.case(later.case_id) == later


@given(
    name=st.text(),
    answers=st.dictionaries(st.text(), st.text()),
    remarks=st.lists(st.text()),
    moment=st.datetimes(timezones=st.timezones()),
)
@settings(max_examples=50)
def test_no_text_and_no_moment_changes_on_its_way_through_a_row(
    name: str, answers: dict[str, str], remarks: list[str], moment: datetime
) -> None:
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return  # the last hours of the year 9999
    case = replace(
        draft(),
        applicant_name=name,
        answers=answers,
        remarks=tuple(remarks),
        confirmed_at=moment.astimezone(UTC),
    )
    assert case_of(row_of(case), []) == case


def test_a_moment_without_zone_is_our_own_mistake(store: SqlCipherStore) -> None:
    with pytest.raises(AssertionError, match="zone"):
        store.due(datetime(2026, 1, 1), 1)  # noqa: DTZ001 - that is what is tested


def test_a_case_that_is_not_there_is_a_key_error(store: SqlCipherStore) -> None:
    with pytest.raises(KeyError):
        store.case(draft().case_id)


def test_a_page_is_in_the_draft_before_the_draft_names_it(store: SqlCipherStore) -> None:
    case = draft()
    store.save_draft(case)
    reference = store.add_page(case.case_id, page())
    assert reference == page().reference()
    assert store.page(reference.sha256) == page().jpeg
    store.save_draft(case)  # an autosave that is older than the page
    assert store.case(case.case_id).pages == (reference,)


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 200_000])
def test_pages_of_every_size_come_back_byte_by_byte(store: SqlCipherStore, size: int) -> None:
    store.save_draft(draft())
    reference = store.add_page(draft().case_id, page(size=size))
    assert store.page(reference.sha256) == page(size=size).jpeg
    assert reference.size == size


def test_the_same_page_twice_is_kept_once(store: SqlCipherStore) -> None:
    store.save_draft(draft())
    first = store.add_page(draft().case_id, page())
    assert store.add_page(draft().case_id, page()) == first
    other = store.add_page(draft().case_id, page(material="m2"))
    assert store.case(draft().case_id).pages == (first, other)


def test_a_dropped_page_is_gone(store: SqlCipherStore) -> None:
    case = draft_in(store)
    store.drop_page(case.case_id, case.pages[0].sha256)
    assert store.case(case.case_id).pages == case.pages[1:]
    with pytest.raises(KeyError):
        store.page(case.pages[0].sha256)


def test_dropping_an_unknown_page_is_nothing(store: SqlCipherStore) -> None:
    case = draft_in(store)
    store.drop_page(case.case_id, "0" * 64)
    store.drop_page(draft(2).case_id, case.pages[0].sha256)
    assert store.case(case.case_id) == case


def test_a_page_dropped_from_one_case_stays_in_the_other(store: SqlCipherStore) -> None:
    for serial in (1, 2):
        store.save_draft(draft(serial))
        store.add_page(draft(serial).case_id, page())
    store.drop_page(draft(1).case_id, page().sha256)
    assert store.page(page().sha256) == page().jpeg
    store.abandon(draft(2).case_id)
    with pytest.raises(KeyError):
        store.page(page().sha256)


def test_a_page_needs_a_draft(store: SqlCipherStore) -> None:
    with pytest.raises(KeyError):
        store.add_page(draft().case_id, page())


def test_a_draft_that_names_a_missing_page_is_refused(store: SqlCipherStore) -> None:
    store.save_draft(draft())
    with pytest.raises(StoreError) as refused:
        store.save_draft(replace(draft(), pages=(page().reference(),)))
    assert refused.value.fault is Fault.STORE_DAMAGED
    assert store.case(draft().case_id) == draft()


def test_confirming_queues_the_case_with_pages_receipt_and_entry(store: SqlCipherStore) -> None:
    case = draft_in(store)
    confirmed = store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    number = receipt_number(site=SITE, terminal=TERMINAL, day=date(2026, 3, 5), serial=1)
    assert confirmed == replace(
        case, state=CaseState.QUEUED, receipt_number=number, confirmed_at=NOON
    )
    assert store.case(case.case_id) == confirmed
    assert [entry.case_id for entry in store.due(NOON, 10)] == [case.case_id]
    assert store.case_by_receipt(number) == confirmed
    assert store.next_day_serial(date(2026, 3, 5)) == 2


def test_confirming_again_gives_the_first_result(store: SqlCipherStore) -> None:
    case = draft_in(store)
    first = store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    later = NOON + timedelta(days=1)
    assert store.confirm(case, site=SITE, terminal=TERMINAL, now=later) == first
    assert store.confirm(first, site=SITE, terminal=TERMINAL, now=later) == first
    assert store.waiting() == 1


def test_confirming_forgets_pages_that_the_case_does_not_name(store: SqlCipherStore) -> None:
    case = draft_in(store)
    kept = replace(case, pages=case.pages[:1])
    assert store.confirm(kept, site=SITE, terminal=TERMINAL, now=NOON).pages == case.pages[:1]
    with pytest.raises(KeyError):
        store.page(case.pages[1].sha256)


def test_a_case_with_a_missing_page_is_not_confirmed(store: SqlCipherStore) -> None:
    case = draft_in(store)
    broken = replace(case, pages=(*case.pages, page(777).reference()))
    with pytest.raises(StoreError) as refused:
        store.confirm(broken, site=SITE, terminal=TERMINAL, now=NOON)
    assert refused.value.fault is Fault.STORE_DAMAGED
    assert store.case(case.case_id) == case
    assert store.waiting() == 0
    assert store.next_day_serial(date(2026, 3, 5)) == 1


def test_a_case_confirmed_without_a_saved_draft_is_kept(store: SqlCipherStore) -> None:
    confirmed = store.confirm(draft(), site=SITE, terminal=TERMINAL, now=NOON)
    assert store.case(draft().case_id) == confirmed


def test_an_abandoned_case_cannot_be_confirmed(store: SqlCipherStore) -> None:
    gone = draft().moved_to(CaseState.ABANDONED)
    with pytest.raises(IllegalMove):
        store.confirm(gone, site=SITE, terminal=TERMINAL, now=NOON)


def test_a_site_that_fits_no_receipt_number_confirms_nothing(store: SqlCipherStore) -> None:
    case = draft_in(store)
    with pytest.raises(ValueError, match="fit"):
        store.confirm(case, site="22", terminal=TERMINAL, now=NOON)
    assert store.case(case.case_id) == case


def test_serials_count_for_each_day_in_beijing_whatever_the_clock_does(
    store: SqlCipherStore,
) -> None:
    before_midnight = datetime(2026, 3, 5, 15, 59, tzinfo=UTC)
    after_midnight = datetime(2026, 3, 5, 16, 1, tzinfo=UTC)
    numbers = [
        store.confirm(draft(serial), site=SITE, terminal=TERMINAL, now=now).receipt_number
        for serial, now in enumerate((before_midnight, after_midnight, before_midnight))
    ]
    assert [(n[14:20], n[20:24]) for n in numbers] == [
        ("260305", "0001"),
        ("260306", "0001"),
        ("260305", "0002"),
    ]
    assert all(is_valid(number) for number in numbers)


def test_a_day_without_serials_left_confirms_nothing(folder: Path, key: FileKey) -> None:
    database = open_database(folder, key.key())
    with database.writing():
        database.execute(
            "INSERT INTO day_serials VALUES (?, ?, '2026-03-05', 9999)", (SITE, TERMINAL)
        )
    database.close()
    store = open_store(folder, key)
    with pytest.raises(StoreError) as refused:
        store.confirm(draft(), site=SITE, terminal=TERMINAL, now=NOON)
    assert refused.value.fault is Fault.STORE_FULL
    store.close()


def test_the_order_of_cases_is_that_of_confirming_not_of_the_clock(store: SqlCipherStore) -> None:
    for serial, days in enumerate((3, 1, 2)):
        now = NOON - timedelta(days=days)
        store.confirm(draft(serial), site=SITE, terminal=TERMINAL, now=now)
    ids = [draft(serial).case_id for serial in range(3)]
    assert [entry.case_id for entry in store.due(NOON, 10)] == ids
    assert [case.case_id for case in store.cases_of(NUMBER)] == ids[::-1]


def test_cases_of_a_person_are_the_confirmed_ones(store: SqlCipherStore) -> None:
    store.save_draft(draft(1))
    confirmed = confirmed_in(store, 2)
    other = replace(draft(3), applicant_number="110105194912310038")
    store.confirm(other, site=SITE, terminal=TERMINAL, now=NOON)
    assert store.cases_of(NUMBER) == [confirmed]
    assert not store.cases_of("")


def test_an_unknown_slip_is_none(store: SqlCipherStore) -> None:
    confirmed_in(store)
    assert store.case_by_receipt("0" * 25) is None


def test_an_abandoned_draft_leaves_only_an_audit_row(folder: Path, key: FileKey) -> None:
    database = open_database(folder, key.key())
    store = open_store(folder, key, clock=lambda: NOON)
    case = draft_in(store)
    store.abandon(case.case_id)
    store.abandon(case.case_id)
    with pytest.raises(KeyError):
        store.case(case.case_id)
    with database.reading():
        assert database.execute("SELECT what, case_id FROM audit") == [
            ("begun", case.case_id),
            ("abandoned", case.case_id),
        ]
        for table in ("cases", "case_pages", "contents", "pieces"):
            assert database.tables.table(table).count == 0
    store.close()
    database.close()


def test_without_a_moment_of_its_own_the_audit_takes_the_time_of_the_machine(
    folder: Path, key: FileKey
) -> None:
    before = datetime.now(UTC)
    store = open_store(folder, key)
    store.abandon(draft_in(store).case_id)
    store.close()
    database = open_database(folder, key.key())
    noted = [datetime.fromisoformat(at) for (at,) in database.execute("SELECT at FROM audit")]
    database.close()
    assert all(before <= at <= datetime.now(UTC) for at in noted)
    assert len(noted) == 2


def test_the_audit_names_no_person(folder: Path, key: FileKey) -> None:
    store = open_store(folder, key, clock=lambda: NOON)
    case = confirmed_in(store)
    store.abandon(draft_in(store, 2).case_id)
    store.set_aside(case.case_id, f"{NAME} has no {NUMBER}", now=NOON)
    store.acknowledged(case.case_id, acknowledgement=b"s", official_number="1", now=NOON)
    store.close()
    database = open_database(folder, key.key())
    with database.reading():
        rows = database.execute("SELECT at, what, case_id FROM audit ORDER BY entry")
    database.close()
    assert [row[1] for row in rows] == [
        *("begun", "confirmed", "begun", "abandoned", "set aside", "received")
    ]
    assert NAME not in str(rows)
    assert NUMBER not in str(rows)


@pytest.mark.parametrize("step", ["save_draft", "add_page", "drop_page", "abandon"])
def test_a_confirmed_case_cannot_be_changed_as_a_draft(store: SqlCipherStore, step: str) -> None:
    case = draft_in(store)
    confirmed = store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    steps: dict[str, Callable[[], object]] = {
        "save_draft": lambda: store.save_draft(case),
        "add_page": lambda: store.add_page(case.case_id, page(9)),
        "drop_page": lambda: store.drop_page(case.case_id, case.pages[0].sha256),
        "abandon": lambda: store.abandon(case.case_id),
    }
    with pytest.raises(IllegalMove):
        steps[step]()
    assert store.case(case.case_id) == confirmed


def test_only_a_draft_is_saved_as_a_draft(store: SqlCipherStore) -> None:
    with pytest.raises(IllegalMove):
        store.save_draft(replace(draft(), state=CaseState.QUEUED))


def decided_in(store: SqlCipherStore) -> Case:
    case = confirmed_in(store)
    store.acknowledged(case.case_id, acknowledgement=b"s", official_number="1", now=NOON)
    change = StateChange(
        case_id=case.case_id, state=CaseState.DECIDED, office_state="办结", at=NOON
    )
    take_in(store, [change], [document(case.case_id)], cursor="1")
    return store.case(case.case_id)


def test_a_result_is_delivered_once(store: SqlCipherStore) -> None:
    case = decided_in(store)
    delivered = store.delivered(case.case_id, now=NOON)
    assert delivered == replace(case, state=CaseState.DELIVERED)
    assert store.delivered(case.case_id, now=NOON) == delivered
    assert store.case(case.case_id) == delivered


def test_what_is_not_decided_cannot_be_delivered(store: SqlCipherStore) -> None:
    case = confirmed_in(store)
    with pytest.raises(IllegalMove):
        store.delivered(case.case_id, now=NOON)
    with pytest.raises(KeyError):
        store.delivered(draft(9).case_id, now=NOON)


def test_documents_come_back_with_their_bytes(store: SqlCipherStore) -> None:
    case = decided_in(store)
    [known] = store.documents_of(case.case_id)
    assert known == document(case.case_id)[0]
    assert store.document(known.sha256) == document(case.case_id)[1]
    with pytest.raises(KeyError):
        store.document("0" * 64)


def test_changed_bytes_of_a_page_are_noticed(folder: Path, key: FileKey) -> None:
    store = open_store(folder, key)
    case = draft_in(store)
    database = open_database(folder, key.key())
    with database.writing():
        database.execute("UPDATE pieces SET bytes = x'00' WHERE piece = 0")
    with pytest.raises(StoreError) as noticed:
        store.page(case.pages[0].sha256)
    assert noticed.value.fault is Fault.STORE_DAMAGED
    database.close()
    store.close()
