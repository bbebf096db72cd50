"""What was typed two seconds ago is in the store, whatever clock and disk do."""

import random
from collections.abc import Callable
from datetime import datetime

import pytest

from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.flow.steps import Step
from offline_store.api import OpenDraft, StoreError
from offline_store.sqlcipher_store import SqlCipherStore
from tests.kiosk.flow.conftest import ANSWERS, Clock, Visit, page

NewVisit = Callable[..., Visit]
TICK = 1.0  # seconds; ui.main_window looks at the clock so often
MOST_LOST = 2.0


def stored(store: SqlCipherStore) -> OpenDraft:
    draft = store.open_draft()
    assert draft is not None
    return draft


def at_the_form(visit: Visit, resident: IdentityCard) -> Visit:
    visit.flow.next()
    visit.flow.card_read(resident)
    assert visit.view.step is Step.FORM
    return visit


@pytest.mark.parametrize("seed", range(20))
def test_typing_is_stored_within_two_seconds_at_any_rhythm(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore, seed: int
) -> None:
    visit, chance = at_the_form(new_visit(), resident), random.Random(seed)
    typed: list[tuple[float, str]] = []
    second, next_tick = 0.0, chance.random() * TICK
    for number in range(300):
        second += chance.choice((0.01, 0.05, 0.3, 1.4))
        while next_tick <= second:
            visit.flow.tick()
            next_tick += TICK * chance.uniform(0.95, 1.05)
        # Just before the next key: what an end of the program at this moment would leave.
        old = [text for at, text in typed if at <= second - MOST_LOST]
        if old:
            assert int(stored(store).case.answers["contact_mobile"]) >= int(old[-1])
        typed.append((second, str(number)))
        visit.flow.answer("contact_mobile", str(number))


@pytest.mark.parametrize("year", [1970, 2036])
def test_a_clock_that_leaps_does_not_hold_the_draft_back(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore, clock: Clock, year: int
) -> None:
    visit = at_the_form(new_visit(), resident)
    clock.moment = clock.moment.replace(year=year)
    visit.flow.answer("contact_mobile", "138")
    visit.flow.tick()
    assert stored(store).case.answers["contact_mobile"] == "138"


def test_the_last_key_before_a_tick_is_not_left_out(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore, clock: Clock
) -> None:
    visit = at_the_form(new_visit(), resident)
    clock.pass_by(10)
    visit.flow.answer("contact_mobile", "1")
    visit.flow.answer("contact_mobile", "13")
    visit.flow.tick()
    assert stored(store).case.answers["contact_mobile"] == "13"


def test_nothing_is_written_while_nothing_changes(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore
) -> None:
    visit = at_the_form(new_visit(), resident)
    before = store._database._connection.total_changes
    for _ in range(10):
        visit.flow.tick()
    assert store._database._connection.total_changes == before


def test_a_draft_that_could_not_be_saved_is_told_and_tried_again(
    new_visit: NewVisit,
    resident: IdentityCard,
    store: SqlCipherStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError(Fault.STORE_FULL)

    visit = at_the_form(new_visit(), resident)
    visit.flow.answer("contact_mobile", "138")
    with monkeypatch.context() as patched:
        patched.setattr(type(store), "save_draft", full)
        visit.flow.tick()
        assert visit.view.fault is Fault.STORE_FULL
        visit.flow.back()  # a full disk holds nobody up
        assert (visit.view.step, visit.view.fault) == (Step.READ_CARD, Fault.STORE_FULL)
    visit.flow.tick()
    assert stored(store).case.answers["contact_mobile"] == "138"
    assert stored(store).step == Step.READ_CARD


def test_a_page_waits_for_a_draft_whose_first_save_failed(
    new_visit: NewVisit,
    resident: IdentityCard,
    store: SqlCipherStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError(Fault.STORE_FULL)

    visit, paper, name = new_visit(), page("m2", b"\xff\xd8 1"), page("signature", b"\xff\xd8 2")
    with monkeypatch.context() as patched:
        patched.setattr(type(store), "save_draft", full)
        at_the_form(visit, resident)
        for key, answer in ANSWERS.items():
            visit.flow.answer(key, answer)
        visit.flow.next()
        visit.flow.fault_seen()
        visit.flow.page_taken(paper)
        assert (visit.view.fault, visit.view.pages) == (Fault.STORE_FULL, ())
        visit.flow.signed(name)
        assert (visit.view.fault, visit.view.signature) == (Fault.STORE_FULL, None)
    assert store.open_draft() is None
    visit.flow.page_taken(paper)
    assert (visit.view.fault, visit.view.pages) == (None, (paper,))
    visit.flow.signed(name)
    assert (visit.view.fault, visit.view.signature) == (None, name)
    assert stored(store).case.answers["contact_mobile"] == ANSWERS["contact_mobile"]
    visit.flow.next()
    assert stored(store).case.pages == (paper.reference(),)
    assert stored(store).case.signature == name.reference()


def test_a_draft_taken_away_under_a_visit_is_a_fault_and_then_made_anew(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore
) -> None:
    visit, paper = at_the_form(new_visit(), resident), page("m2", b"\xff\xd8 1")
    store.abandon(stored(store).case.case_id)
    visit.flow.page_taken(paper)
    assert (visit.view.fault, visit.view.pages) == (Fault.STORE_DAMAGED, ())
    visit.flow.page_taken(paper)
    assert (visit.view.fault, visit.view.pages) == (None, (paper,))


def test_a_new_signature_that_was_refused_leaves_none_that_the_store_has_not(
    new_visit: NewVisit,
    resident: IdentityCard,
    store: SqlCipherStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError(Fault.STORE_FULL)

    visit = new_visit()
    visit.to_review(resident)
    visit.flow.go_to(Step.SIGN)
    with monkeypatch.context() as patched:
        patched.setattr(type(store), "add_page", full)
        visit.flow.signed(page("signature", b"\xff\xd8 again"))
        assert (visit.view.fault, visit.view.signature) == (Fault.STORE_FULL, None)
    visit.flow.answer("contact_mobile", "138")
    visit.flow.tick()
    assert stored(store).case.answers["contact_mobile"] == "138"
    visit.flow.signed(page("signature", b"\xff\xd8 again"))
    visit.flow.next()
    assert (visit.view.step, visit.view.fault) == (Step.REVIEW, None)


def test_the_draft_knows_the_page_at_which_the_visit_is(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore, clock: Clock
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    draft = stored(store)
    assert draft.step == Step.REVIEW
    assert draft.case.signature is not None
    assert [one.material for one in draft.case.pages] == ["m2"]
    assert draft.saved_at == clock.now()
    visit.flow.back()
    assert stored(store).step == Step.SIGN
    visit.flow.next()
    visit.flow.go_to(Step.FORM)
    assert stored(store).step == Step.FORM


@pytest.mark.parametrize("end", ["confirmed", "left"])
def test_a_visit_that_ended_leaves_no_open_draft(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore, end: str
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    if end == "confirmed":
        visit.flow.next()
        visit.flow.tick()
    visit.flow.leave()
    assert store.open_draft() is None


def test_the_draft_begun_last_is_the_open_one_whatever_the_clock_says(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore, clock: Clock
) -> None:
    at_the_form(new_visit(), resident)
    clock.moment = datetime(1970, 1, 1, tzinfo=clock.moment.tzinfo)
    at_the_form(new_visit(), resident).flow.page_taken(page("m2", b"\xff\xd8 second"))
    assert len(stored(store).case.pages) == 1
