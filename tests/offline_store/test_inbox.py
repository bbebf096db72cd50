"""What one pull brings is taken in together, and nothing strange in it can stop the rest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.progress import IssuedDocument, StateChange
from offline_store.api import StoreError
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import NOON, confirmed_in, document, draft, draft_in, take_in

S = CaseState


def change(case_id: CaseId, state: CaseState, *remarks: str) -> StateChange:
    return StateChange(
        case_id=case_id, state=state, office_state=f"省{state}", at=NOON, remarks=remarks
    )


def received_in(store: SqlCipherStore, serial: int = 1) -> CaseId:
    case = confirmed_in(store, serial)
    store.acknowledged(case.case_id, acknowledgement=b"s", official_number="1", now=NOON)
    return case.case_id


def test_a_new_store_has_no_cursor_and_no_catalogue(store: SqlCipherStore) -> None:
    assert store.cursor() == ""
    assert store.catalog() is None


def test_states_documents_catalogue_and_cursor_come_together(store: SqlCipherStore) -> None:
    case_id = received_in(store)
    paper, content = document(case_id)
    changed = take_in(
        store,
        [change(case_id, S.ACCEPTED), change(case_id, S.DECIDED, "准予")],
        [(paper, content)],
        catalog=("v2", b"{}"),
        cursor="e1.9",
    )
    case = store.case(case_id)
    assert changed == (case_id,)
    assert (case.state, case.office_state, case.remarks) == (S.DECIDED, "省decided", ("准予",))
    assert store.documents_of(case_id) == [paper]
    assert store.catalog() == ("v2", b"{}")
    assert store.cursor() == "e1.9"


def test_a_pull_without_catalogue_keeps_the_one_there_is(store: SqlCipherStore) -> None:
    take_in(store, [], [], catalog=("v1", b"one"), cursor="1")
    take_in(store, [], [], cursor="2")
    assert store.catalog() == ("v1", b"one")
    take_in(store, [], [], catalog=("v2", b"two"), cursor="3")
    assert store.catalog() == ("v2", b"two")


def test_the_same_pull_again_changes_nothing(store: SqlCipherStore) -> None:
    case_id = received_in(store)
    news = [change(case_id, S.ACCEPTED)]
    papers = [document(case_id)]
    assert take_in(store, news, papers, cursor="1") == (case_id,)
    assert take_in(store, news, papers, cursor="1") == ()
    assert len(store.documents_of(case_id)) == 1


def test_the_office_may_ask_again_with_other_reasons(store: SqlCipherStore) -> None:
    case_id = received_in(store)
    take_in(store, [change(case_id, S.CORRECTION, "缺身份证")], [], cursor="1")
    take_in(store, [change(case_id, S.CORRECTION, "缺户口本")], [], cursor="2")
    assert store.case(case_id).remarks == ("缺户口本",)


def test_what_the_office_does_with_a_queued_case_is_believed(store: SqlCipherStore) -> None:
    case = confirmed_in(store)
    take_in(store, [change(case.case_id, S.CORRECTION)], [], cursor="1")
    assert store.case(case.case_id).state is S.CORRECTION
    assert store.waiting() == 1


@pytest.mark.parametrize("state", [S.DRAFT, S.QUEUED, S.ABANDONED, S.DELIVERED])
def test_impossible_moves_are_skipped_and_the_rest_goes_on(
    store: SqlCipherStore, state: CaseState
) -> None:
    one, other = received_in(store, 1), received_in(store, 2)
    before = store.case(one)
    news = [change(one, state), change(other, S.ACCEPTED)]
    assert take_in(store, news, [], cursor="5") == (other,)
    assert store.case(one) == before
    assert store.cursor() == "5"


@pytest.mark.parametrize("state", list(CaseState))
def test_nothing_from_outside_touches_a_draft(store: SqlCipherStore, state: CaseState) -> None:
    case = draft_in(store)
    news, papers = [change(case.case_id, state)], [document(case.case_id)]
    assert take_in(store, news, papers, cursor="1") == ()
    assert store.case(case.case_id) == case
    assert store.documents_of(case.case_id) == []


def test_unknown_cases_are_skipped(store: SqlCipherStore) -> None:
    nobody = draft(99).case_id
    news, papers = [change(nobody, S.ACCEPTED)], [document(nobody)]
    assert take_in(store, news, papers, cursor="1") == ()
    assert store.cursor() == "1"


def test_a_document_with_other_bytes_leaves_the_cursor_where_it_was(
    store: SqlCipherStore,
) -> None:
    case_id = received_in(store)
    paper = replace(document(case_id)[0], sha256="0" * 64)
    with pytest.raises(StoreError) as refused:
        take_in(store, [change(case_id, S.ACCEPTED)], [(paper, b"x")], cursor="1")
    assert refused.value.fault is Fault.STORE_DAMAGED
    assert store.cursor() == ""
    assert store.case(case_id).state is S.RECEIVED


def test_documents_are_listed_in_the_order_they_came(store: SqlCipherStore) -> None:
    case_id = received_in(store)
    papers = [document(case_id, f"%PDF {n}".encode()) for n in (3, 1, 2)]
    take_in(store, [], papers[:1], cursor="1")
    take_in(store, [], papers[1:], cursor="2")
    listed: list[IssuedDocument] = [paper for paper, _ in papers]
    assert store.documents_of(case_id) == listed


def test_every_step_keeps_its_day_and_its_reasons_in_order(store: SqlCipherStore) -> None:
    case_id = received_in(store)
    asked = replace(change(case_id, S.CORRECTION, "缺身份证"), at=NOON + timedelta(days=2))
    news = [change(case_id, S.ACCEPTED), asked, change(case_id, S.DRAFT)]
    take_in(store, news, [], cursor="1")
    take_in(store, news[1:], [], cursor="1")  # the same again is no second step
    decided = replace(change(case_id, S.DECIDED), official_number="7")
    take_in(store, [decided], [], cursor="2")
    store.delivered(case_id, now=NOON + timedelta(days=3))
    received, *office, delivered = store.changes_of(case_id)
    assert (received.state, received.at, received.official_number) == (S.RECEIVED, NOON, "1")
    assert office == [change(case_id, S.ACCEPTED), asked, decided]
    assert (delivered.state, delivered.at) == (S.DELIVERED, NOON + timedelta(days=3))
    assert store.changes_of(draft(99).case_id) == []
    assert store.integrity_problems() == []
