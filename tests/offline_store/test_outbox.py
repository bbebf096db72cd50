"""What waits to be sent, and what happens when the gateway answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.case import CaseState, IllegalMove
from kiosk.domain.progress import StateChange
from offline_store.api import SetAside
from offline_store.outbox import LONGEST_WAIT
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import NOON, confirmed_in, draft, draft_in, take_in


def test_entries_come_oldest_first_and_no_more_than_asked(store: SqlCipherStore) -> None:
    ids = [confirmed_in(store, serial, pages=0).case_id for serial in (3, 1, 2)]
    assert [entry.case_id for entry in store.due(NOON, 10)] == ids
    assert [entry.case_id for entry in store.due(NOON, 2)] == ids[:2]
    orders = [entry.order for entry in store.due(NOON, 10)]
    assert orders == sorted(orders)
    assert store.waiting() == 3


def test_an_entry_that_failed_waits_for_its_time(store: SqlCipherStore) -> None:
    case = confirmed_in(store)
    later = NOON + timedelta(minutes=5)
    store.try_again(case.case_id, not_before=later)
    assert store.due(NOON, 10) == []
    [entry] = store.due(later, 10)
    assert (entry.attempts, entry.not_before) == (1, later)
    assert store.waiting() == 1


def test_what_waits_for_its_time_can_be_made_due_but_not_what_was_set_aside(
    store: SqlCipherStore,
) -> None:
    one, other, never_tried = (confirmed_in(store, serial) for serial in (1, 2, 3))
    for case in (one, other):
        store.try_again(case.case_id, not_before=NOON + timedelta(minutes=5))
    store.set_aside(other.case_id, "pages: damaged", now=NOON)
    assert store.wait_no_longer() == 1
    due = [(entry.case_id, entry.attempts) for entry in store.due(NOON, 10)]
    assert due == [(one.case_id, 1), (never_tried.case_id, 0)]
    assert store.wait_no_longer() == 0


def test_a_wait_beyond_belief_is_the_mistake_of_a_clock(store: SqlCipherStore) -> None:
    case = confirmed_in(store)
    store.try_again(case.case_id, not_before=NOON + LONGEST_WAIT + timedelta(seconds=1))
    assert len(store.due(NOON, 10)) == 1
    store.try_again(case.case_id, not_before=NOON + LONGEST_WAIT)
    assert store.due(NOON, 10) == []


def test_an_acknowledged_case_is_received_and_leaves_the_outbox(store: SqlCipherStore) -> None:
    case = confirmed_in(store)
    received = store.acknowledged(
        case.case_id, acknowledgement=b"signed", official_number="22010426", now=NOON
    )
    assert received == replace(case, state=CaseState.RECEIVED, official_number="22010426")
    assert store.case(case.case_id) == received
    assert store.due(NOON, 10) == []
    assert store.waiting() == 0


def test_a_second_acknowledgement_changes_nothing(store: SqlCipherStore) -> None:
    case = confirmed_in(store)
    first = store.acknowledged(
        case.case_id, acknowledgement=b"signed", official_number="1", now=NOON
    )
    again = store.acknowledged(
        case.case_id, acknowledgement=b"other", official_number="2", now=NOON
    )
    assert again == first == store.case(case.case_id)


def test_an_acknowledgement_after_the_office_went_on_keeps_the_state(
    store: SqlCipherStore,
) -> None:
    case = confirmed_in(store)
    change = StateChange(
        case_id=case.case_id,
        state=CaseState.ACCEPTED,
        office_state="受理",
        at=NOON,
        official_number="7",
    )
    take_in(store, [change], [], cursor="1")
    assert store.waiting() == 1
    after = store.acknowledged(case.case_id, acknowledgement=b"s", official_number="", now=NOON)
    assert (after.state, after.official_number) == (CaseState.ACCEPTED, "7")
    assert store.waiting() == 0


def test_only_a_known_confirmed_case_can_be_acknowledged(store: SqlCipherStore) -> None:
    with pytest.raises(KeyError):
        store.acknowledged(draft().case_id, acknowledgement=b"s", official_number="", now=NOON)
    draft_in(store)
    with pytest.raises(IllegalMove):
        store.acknowledged(draft().case_id, acknowledgement=b"s", official_number="", now=NOON)


def test_a_case_set_aside_is_not_sent_and_not_deleted(store: SqlCipherStore) -> None:
    case, other = confirmed_in(store, 1), confirmed_in(store, 2)
    store.set_aside(case.case_id, "field3: 太长", now=NOON)
    assert [entry.case_id for entry in store.due(NOON, 10)] == [other.case_id]
    assert store.waiting() == 1
    assert store.aside() == [SetAside(case.case_id, "field3: 太长")]
    assert "太长" not in repr(store.aside())
    assert store.case(case.case_id) == case
    assert store.page(case.pages[0].sha256)


def test_an_ended_entry_is_neither_tried_again_nor_set_aside(store: SqlCipherStore) -> None:
    case = confirmed_in(store)
    store.acknowledged(case.case_id, acknowledgement=b"s", official_number="", now=NOON)
    store.try_again(case.case_id, not_before=NOON)
    store.set_aside(case.case_id, "late", now=NOON)
    assert store.waiting() == 0
    assert store.aside() == []


def test_what_was_set_aside_is_offered_again_when_a_person_says_so(store: SqlCipherStore) -> None:
    first, second = confirmed_in(store, 1), confirmed_in(store, 2)
    store.set_aside(first.case_id, "answers.x: 有误", now=NOON)
    store.try_again(second.case_id, not_before=NOON + timedelta(minutes=5))
    assert store.offer_again() == 1
    assert store.offer_again() == 0
    assert [entry.case_id for entry in store.due(NOON, 9)] == [first.case_id]
    assert store.aside() == []
