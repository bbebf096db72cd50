"""The lists of a desk: each case stands where a person looks for it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.case import CaseId, CaseKind, CaseState
from kiosk.domain.progress import StateChange
from kiosk.domain.receipt_number import day_prefix
from offline_store.api_staff import DeskList
from offline_store.rows import BEIJING_TIME
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import (
    NAME,
    NOON,
    SITE,
    TERMINAL,
    case_id,
    confirmed_in,
    draft,
    take_in,
)

LATER = datetime(2026, 3, 6, 1, tzinfo=UTC)
TODAY = day_prefix(site=SITE, terminal=TERMINAL, day=NOON.astimezone(BEIJING_TIME).date())
TOMORROW = day_prefix(site=SITE, terminal=TERMINAL, day=LATER.date())


def led_to(store: SqlCipherStore, serial: int, state: CaseState) -> None:
    case = confirmed_in(store, serial, pages=0)
    store.acknowledged(case.case_id, acknowledgement=b"s", official_number=f"N{serial}", now=NOON)
    change = StateChange(case_id=case.case_id, state=state, office_state="", at=LATER)
    take_in(store, [change])


@pytest.fixture
def desk(store: SqlCipherStore) -> SqlCipherStore:
    confirmed_in(store, 1, pages=0)
    confirmed_in(store, 2, pages=0)
    store.set_aside(case_id(2), "answers.name: wrong", now=NOON)
    led_to(store, 3, CaseState.CORRECTION)
    led_to(store, 4, CaseState.DECIDED)
    store.save_draft(draft(5), step="form")
    return store


def ids(store: SqlCipherStore, which: DeskList, today: str = TODAY) -> list[CaseId]:
    return [row.case.case_id for row in store.desk_list(which, today=today)]


def test_each_list_has_its_cases_and_its_number(desk: SqlCipherStore) -> None:
    assert ids(desk, DeskList.TODAY) == [case_id(n) for n in (4, 3, 2, 1)]
    assert ids(desk, DeskList.DRAFTS) == [case_id(5)]
    assert ids(desk, DeskList.WAITING) == [case_id(1), case_id(2)]
    assert ids(desk, DeskList.CORRECTION) == [case_id(3)]
    assert ids(desk, DeskList.HAND_OUT) == [case_id(4)]
    counts = desk.desk_counts(today=TODAY)
    assert counts == {which: len(ids(desk, which)) for which in DeskList}


def test_tomorrow_todays_list_is_empty_and_the_others_are_not(desk: SqlCipherStore) -> None:
    assert ids(desk, DeskList.TODAY, TOMORROW) == []
    assert ids(desk, DeskList.CORRECTION, TOMORROW) == [case_id(3)]


def test_a_row_says_what_a_list_needs(desk: SqlCipherStore) -> None:
    one, aside = desk.desk_list(DeskList.WAITING, today=TODAY)
    assert (one.is_aside, aside.is_aside) == (False, True)
    [returned] = desk.desk_list(DeskList.CORRECTION, today=TODAY)
    assert returned.since == LATER
    [begun] = desk.desk_list(DeskList.DRAFTS, today=TODAY)
    assert (begun.step, begun.saved_at) == ("form", NOON)
    assert desk.draft_row(case_id(5)) == begun
    with pytest.raises(KeyError):
        desk.draft_row(case_id(1))


def test_a_list_is_cut_where_the_screen_ends(desk: SqlCipherStore) -> None:
    assert len(desk.desk_list(DeskList.TODAY, today=TODAY, limit=2)) == 2


def test_cases_are_found_by_words_numbers_and_names(desk: SqlCipherStore) -> None:
    receipt = desk.case(case_id(3)).receipt_number
    assert [case.case_id for case in desk.desk_find(receipt)] == [case_id(3)]
    assert [case.case_id for case in desk.desk_find("N4")] == [case_id(4)]
    assert len(desk.desk_find(NAME)) == len(desk.desk_find("低保")) + 4
    assert len(desk.desk_find("最低生活保障", limit=3)) == 3
    for none in ("%", "_", "没有这样的事", "'"):
        assert desk.desk_find(none) == []


def test_an_evaluation_is_in_no_list_and_is_not_found(desk: SqlCipherStore) -> None:
    before = {which: ids(desk, which) for which in DeskList}
    rating = replace(
        draft(8, fields=0),
        kind=CaseKind.EVALUATION,
        about=case_id(4),
        item_title="好差评",
        applicant_name="",
        applicant_number="",
        answers={"level": "不满意"},
    )
    kept = desk.confirm(rating, site=SITE, terminal=TERMINAL, now=NOON)
    assert {which: ids(desk, which) for which in DeskList} == before
    assert desk.desk_counts(today=TODAY) == {which: len(known) for which, known in before.items()}
    assert desk.desk_find("好差评") == []
    assert desk.desk_find(kept.receipt_number) == []
