"""The table of states and moves."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.domain.case import MOVES, Case, CaseId, CaseState, IllegalMove

DRAFT = Case(
    case_id=CaseId("01890000-0000-7000-8000-000000000001"),
    item_code="1",
    item_title="事项",
    catalog_version="1",
    started_at=datetime(2026, 11, 23, tzinfo=UTC),
    applicant_name="测试甲",
    applicant_number="11010519491231002X",
    answers={"contact_mobile": "13800138000"},
)


def test_every_state_has_its_row() -> None:
    assert set(MOVES) == set(CaseState)


def test_a_case_walks_from_draft_to_delivered() -> None:
    case = DRAFT
    for state in (
        CaseState.QUEUED,
        CaseState.RECEIVED,
        CaseState.ACCEPTED,
        CaseState.CORRECTION,
        CaseState.DECIDED,
        CaseState.DELIVERED,
    ):
        case = case.moved_to(state)
    assert case.state is CaseState.DELIVERED


@pytest.mark.parametrize("state", list(CaseState))
def test_nothing_leads_back_to_draft(state: CaseState) -> None:
    with pytest.raises(IllegalMove):
        replace(DRAFT, state=state).moved_to(CaseState.DRAFT)


def test_a_confirmed_case_is_never_abandoned() -> None:
    with pytest.raises(IllegalMove):
        DRAFT.moved_to(CaseState.QUEUED).moved_to(CaseState.ABANDONED)


def test_repr_names_nobody() -> None:
    text = repr(DRAFT)
    assert "测试甲" not in text
    assert "1949" not in text
    assert "138" not in text
