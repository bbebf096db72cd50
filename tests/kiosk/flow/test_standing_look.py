"""How the terminal stands is looked up in the store, and told to whoever begins."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.standing import Level, Reason, Standing
from kiosk.flow.standing_look import StandingLook
from kiosk.flow.steps import Step
from offline_store.api import StoreError
from offline_store.arrivals import Arrivals
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import SITE, TERMINAL, draft
from tests.kiosk.flow.conftest import Clock, Visit

DAY = 24 * 3600.0


@pytest.fixture
def look(store: SqlCipherStore, clock: Clock) -> StandingLook:
    return StandingLook(store, now=clock.now)


def test_a_terminal_that_hears_nothing_warns_and_then_freezes(
    look: StandingLook, clock: Clock
) -> None:
    levels = []
    for _ in range(7):
        levels.append(look().level)
        clock.pass_by(DAY)
    fine, warned, frozen = Level.FINE, Level.WARNED, Level.FROZEN
    assert levels == [fine, fine, warned, warned, warned, frozen, frozen]


def test_hearing_of_a_current_catalogue_frees_it(
    look: StandingLook, clock: Clock, store: SqlCipherStore
) -> None:
    look()
    clock.pass_by(9 * DAY)
    assert look().level is Level.FROZEN
    store.apply(Arrivals(catalog_is_current=False), cursor="1", now=clock.now())
    assert look().level is Level.FROZEN  # heard, but not of the catalogue
    store.apply(Arrivals(), cursor="1", now=clock.now())
    assert look() == Standing(days_left=5, cases_left=100)


def test_unsent_cases_count_and_so_does_how_long_the_first_has_waited(
    look: StandingLook, clock: Clock, store: SqlCipherStore
) -> None:
    for serial in range(3):
        store.confirm(draft(serial), site=SITE, terminal=TERMINAL, now=clock.now())
    file = b'{"warn_unsent": 3, "stop_unsent": 4}'
    store.apply(Arrivals(configuration=("2", file)), cursor="1", now=clock.now())
    assert look() == Standing(Level.WARNED, (Reason.MANY_UNSENT,), days_left=5, cases_left=1)
    store.confirm(draft(3), site=SITE, terminal=TERMINAL, now=clock.now())
    assert look().level is Level.FROZEN
    store.set_aside(draft(0).case_id, "refused", now=clock.now())  # staff look after that one
    assert look().level is Level.WARNED
    clock.pass_by(3 * DAY)
    store.apply(Arrivals(), cursor="1", now=clock.now())
    assert look().reasons == (Reason.MANY_UNSENT, Reason.LONG_UNSENT)
    assert store.oldest_waiting() == clock.now() - timedelta(days=3)


def test_a_clock_that_went_back_to_1970_warns_and_does_not_thaw(
    look: StandingLook, clock: Clock
) -> None:
    look()
    clock.pass_by(6 * DAY)
    assert look().level is Level.FROZEN
    right, clock.moment = clock.moment, clock.moment.replace(year=1970)
    assert look().reasons == (Reason.CATALOG_OLD, Reason.CLOCK_WRONG)
    assert look().level is Level.FROZEN
    clock.moment = right
    assert look().reasons == (Reason.CATALOG_OLD,)


@pytest.mark.logs_expected
def test_a_store_in_trouble_leaves_the_standing_as_it_was(
    look: StandingLook, store: SqlCipherStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = look()

    def busy(_: object) -> int:
        raise StoreError(Fault.STORE_BUSY)

    monkeypatch.setattr(type(store), "waiting", busy)
    assert look() == before


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        (Reason.CATALOG_OLD, Fault.CATALOG_TOO_OLD),
        (Reason.MANY_UNSENT, Fault.TOO_MANY_UNSENT),
    ],
)
def test_a_frozen_terminal_begins_no_visit_and_says_why(
    new_visit: Callable[..., Visit], reason: Reason, fault: Fault
) -> None:
    standing = Standing(Level.FROZEN, (reason,))
    visit = new_visit(standing=lambda: standing)
    visit.flow.begin()
    assert (visit.view.fault, visit.view.standing) == (fault, standing)
    visit.flow.next()
    assert (visit.view.step, visit.view.fault) == (Step.GUIDE, fault)
    standing = Standing()
    visit.flow.next()  # what waited was sent
    assert (visit.view.step, visit.view.fault) == (Step.READ_CARD, None)


def test_a_terminal_that_freezes_meanwhile_lets_the_visit_end(
    new_visit: Callable[..., Visit], resident: IdentityCard
) -> None:
    standing = Standing(Level.WARNED, (Reason.MANY_UNSENT,), cases_left=1)
    visit = new_visit(standing=lambda: standing)
    visit.flow.begin()
    assert visit.view.standing == standing
    visit.to_review(resident)
    standing = Standing(Level.FROZEN, (Reason.MANY_UNSENT,))
    visit.flow.next()
    assert visit.view.case is not None
