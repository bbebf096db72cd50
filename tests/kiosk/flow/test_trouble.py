"""Whatever store or clock do: the resident is told the truth, and a later touch goes on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.standing import Level, Reason, Standing
from kiosk.flow.steps import Step
from offline_store.api import StoreError
from offline_store.database import open_database
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore
from tests.kiosk.flow.conftest import Clock, Visit

NewVisit = Callable[..., Visit]
FAULTS = [Fault.STORE_FULL, Fault.STORE_READ_ONLY, Fault.STORE_DAMAGED, Fault.STORE_BUSY]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_case_that_cannot_be_confirmed_stays_a_draft_until_it_can(
    new_visit: NewVisit,
    resident: IdentityCard,
    store: SqlCipherStore,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreError(fault)

    visit = new_visit()
    visit.to_review(resident)
    with monkeypatch.context() as patched:
        for name in ("save_draft", "add_page", "drop_page", "confirm", "abandon"):
            patched.setattr(type(store), name, refuse)
        visit.flow.next()
        assert (visit.view.step, visit.view.fault) == (Step.REVIEW, fault)
        visit.flow.go_to(Step.FORM)
        assert (visit.view.step, visit.view.fault) == (Step.FORM, fault)
        visit.flow.answer("contact_mobile", "13900139000")
        visit.flow.tick()
        assert visit.view.fault is fault
    assert store.cases_of(resident.number) == []
    visit.flow.tick()
    for _ in range(2):  # back to the review at once, and confirm
        visit.flow.next()
    case = visit.view.case
    assert case is not None
    assert store.case(case.case_id).state is CaseState.QUEUED
    assert store.case(case.case_id).answers["contact_mobile"] == "13900139000"


def test_a_locked_database_is_told_and_over_with_the_lock(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore, tmp_path: Path
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    store._database.execute("PRAGMA busy_timeout = 50")  # milliseconds
    key = FileKey(tmp_path / "store" / "store.key").key()
    other = open_database(tmp_path / "store", key)
    with other.writing():
        visit.flow.next()
        assert (visit.view.step, visit.view.fault) == (Step.REVIEW, Fault.STORE_BUSY)
    other.close()
    visit.flow.next()
    assert visit.view.step is Step.DONE


@pytest.mark.parametrize("clock_is_wrong", [True, False])
def test_no_card_is_called_expired_by_a_clock_that_is_not_believed(
    new_visit: NewVisit, resident: IdentityCard, clock: Clock, clock_is_wrong: bool
) -> None:
    reasons = (Reason.CLOCK_WRONG,) if clock_is_wrong else (Reason.LONG_UNSENT,)
    visit = new_visit(standing=lambda: Standing(Level.WARNED, reasons))
    clock.moment = clock.moment.replace(year=2036)
    visit.flow.begin()
    visit.flow.next()
    valid_until = clock.moment.date().replace(year=2030)
    visit.flow.card_read(replace(resident, valid_until=valid_until, long_term=False))
    expected = Step.FORM if clock_is_wrong else Step.READ_CARD
    assert visit.view.step is expected
    assert (visit.view.fault is Fault.CARD_EXPIRED) is not clock_is_wrong


@pytest.mark.parametrize("year", [1970, 2036])
def test_a_visit_goes_through_under_any_clock(
    new_visit: NewVisit, resident: IdentityCard, clock: Clock, store: SqlCipherStore, year: int
) -> None:
    clock.moment = clock.moment.replace(year=year)
    visit = new_visit()
    visit.to_review(replace(resident, long_term=True))
    visit.flow.next()
    case = visit.view.case
    assert case is not None
    assert case.receipt_number[14:16] == f"{year % 100:02d}"
    clock.moment = clock.moment.replace(year=2026)
    assert [entry.case_id for entry in store.due(clock.now(), 9)] == [case.case_id]
