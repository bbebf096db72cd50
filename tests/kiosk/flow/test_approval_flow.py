"""A second person lets a case be sent; nobody does that for their own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.case import IllegalMove
from kiosk.domain.handling import Handling
from kiosk.domain.staff import Role, StaffMember
from kiosk.flow.approval_flow import ApprovalFlow
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft

FIRST = StaffMember("S1", "样本代办", frozenset({Role.ASSISTANT}), SITE)
SECOND = StaffMember("S2", "样本同事", frozenset({Role.CLERK}), SITE)


def opened(store: SqlCipherStore, staff: StaffMember) -> tuple[ApprovalFlow, list[str]]:
    sent: list[str] = []
    flow = ApprovalFlow(
        store,
        staff,
        now=lambda: NOON,
        send_soon=lambda: sent.append("soon"),
        on_change=lambda _view: None,
    )
    flow.begin()
    return flow, sent


def hold(store: SqlCipherStore, serial: int = 1) -> None:
    case = replace(draft(serial), handling=Handling(taken_by="S1", held=True))
    store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)


def test_the_second_person_releases_and_it_is_sent_soon(store: SqlCipherStore) -> None:
    hold(store)
    hold(store, 2)
    flow, sent = opened(store, SECOND)
    first, second = flow.view.waiting
    assert first.confirmed_at is not None
    assert flow.view.own == frozenset()
    flow.approve(first.case_id)
    assert [case.case_id for case in flow.view.waiting] == [second.case_id]
    assert (flow.view.approved, sent) == (1, ["soon"])
    later = datetime.now(UTC) + timedelta(days=400)
    assert [entry.case_id for entry in store.due(later, 5)] == [first.case_id]
    assert store.case(first.case_id).handling.approved_by == "S2"


def test_nobody_approves_their_own(store: SqlCipherStore) -> None:
    hold(store)
    flow, sent = opened(store, FIRST)
    [case] = flow.view.waiting
    assert flow.view.own == {case.case_id}
    flow.approve(case.case_id)
    assert (flow.view.approved, sent) == (0, [])
    assert len(store.held()) == 1


def test_whoever_began_it_is_no_second_person_when_another_finished_it(
    store: SqlCipherStore,
) -> None:
    handling = Handling(taken_by="S1").taken_over_by("S3")
    assert handling.taken_by == "S3"
    case = replace(draft(1), handling=replace(handling, held=True))
    store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)
    flow, sent = opened(store, FIRST)
    [waiting] = flow.view.waiting
    flow.approve(waiting.case_id)
    assert (flow.view.own, sent) == ({waiting.case_id}, [])
    with pytest.raises(IllegalMove):
        store.release(waiting.case_id, by="S1", now=NOON)
    store.release(waiting.case_id, by="S2", now=NOON)
    assert store.held() == []


def test_who_goes_on_with_it_alone_changes_no_hands() -> None:
    mine = Handling(taken_by="S1")
    assert mine.taken_over_by("") == mine.taken_over_by("S1") == mine
    assert mine.taken_over_by("S2").taken_over_by("S1").earlier_hands == ("S1", "S2")
