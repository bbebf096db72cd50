"""Who handles a case, how far its scans are trusted, and what waits for a second person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.case import CaseState, IllegalMove
from kiosk.domain.handling import (
    Agent,
    AgentKind,
    FamilyMember,
    FieldVisit,
    Handling,
    Place,
    PlaceSource,
)
from kiosk.domain.page import ScanLevel
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft, page

HANDLING = Handling(
    agent=Agent(AgentKind.STAFF, "测试乙", "440524188001010014"),
    members=(FamilyMember("测试丙", "", by_card=True),),
    taken_by="S1",
    visit=FieldVisit(
        NOON, clock_sure=True, visit_id="v1", place=Place(PlaceSource.SATELLITES, "", 43.5, 129.5)
    ),
)


def test_handling_and_levels_come_back(store: SqlCipherStore) -> None:
    case = replace(draft(), handling=HANDLING)
    store.save_draft(case)
    checked = replace(page(1), level=ScanLevel.CHECKED)
    store.add_page(case.case_id, checked)
    whole = replace(case, pages=(checked.reference(),))
    store.save_draft(whole)
    assert store.case(case.case_id) == whole
    opened = store.open_draft()
    assert opened is not None
    assert opened.case == whole
    confirmed = store.confirm(whole, site=SITE, terminal=TERMINAL, now=NOON)
    assert store.case(case.case_id) == confirmed
    assert confirmed.pages[0].level is ScanLevel.CHECKED


def test_a_held_case_is_not_due_before_somebody_else_approves(store: SqlCipherStore) -> None:
    case = replace(draft(), handling=replace(HANDLING, held=True))
    store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    later = datetime.now(UTC) + timedelta(days=400)
    assert store.due(later, 10) == []
    assert [held.case_id for held in store.held()] == [case.case_id]
    for nobody in ("S1", ""):
        with pytest.raises(IllegalMove):
            store.release(case.case_id, by=nobody, now=NOON)
    assert store.due(later, 10) == []
    released = store.release(case.case_id, by="S2", now=NOON)
    assert released.handling.approved_by == "S2"
    assert released.state is CaseState.QUEUED
    assert store.held() == []
    assert [entry.case_id for entry in store.due(later, 10)] == [case.case_id]
    assert store.release(case.case_id, by="S3", now=NOON) == released


def test_a_case_without_hold_is_due_at_once(store: SqlCipherStore) -> None:
    case = replace(draft(), handling=HANDLING)
    store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    assert [entry.case_id for entry in store.due(NOON, 10)] == [case.case_id]
