"""A visit that the machine broke off goes on where it was, for the same card only."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.identity import TRAVEL_KINDS, CardKind, IdentityCard
from kiosk.domain.standing import Level, Reason, Standing
from kiosk.flow.steps import Step
from offline_store.api import OpenDraft, StoreError
from offline_store.sqlcipher_store import SqlCipherStore
from tests.kiosk.flow.conftest import ANSWERS, Visit, page

NewVisit = Callable[..., Visit]


@pytest.fixture
def broken_off(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore
) -> Callable[[Step], OpenDraft]:
    """A visit at that page ends without a word, as when the machine is killed."""

    def at(step: Step) -> OpenDraft:
        visit = new_visit()
        visit.to_review(resident)
        while visit.view.step is not step:
            visit.flow.back()
        draft = store.open_draft()
        assert draft is not None
        return draft

    return at


Broken = Callable[[Step], OpenDraft]


@pytest.mark.parametrize("kind", sorted(TRAVEL_KINDS))
def test_a_document_opens_no_draft_by_its_number(
    new_visit: NewVisit, broken_off: Broken, resident: IdentityCard, kind: CardKind
) -> None:
    visit = new_visit(draft=broken_off(Step.FORM))
    visit.flow.begin()
    visit.flow.card_read(replace(resident, kind=kind))
    assert (visit.view.step, visit.view.resuming) == (Step.READ_CARD, True)
    assert visit.view.holder is None


@pytest.mark.parametrize("step", [Step.FORM, Step.MATERIALS, Step.SIGN, Step.REVIEW])
def test_it_goes_on_at_the_page_it_was_with_all_it_had(
    new_visit: NewVisit, broken_off: Broken, resident: IdentityCard, step: Step
) -> None:
    draft = broken_off(step)
    visit = new_visit(draft=draft)
    visit.flow.begin()
    assert (visit.view.step, visit.view.resuming) == (Step.READ_CARD, True)
    assert visit.view.holder is None
    assert not visit.view.can_go_back
    visit.flow.card_read(resident)
    view = visit.view
    assert (view.step, view.resuming, view.fault) == (step, False, None)
    assert {key: view.answers[key] for key in ANSWERS} == ANSWERS
    assert view.answers["applicant_name"] == resident.name
    assert "applicant_name" in view.prefilled
    assert [one.jpeg for one in view.pages] == [b"\xff\xd8 one"]
    assert view.signature is not None
    assert view.signature.jpeg == b"\xff\xd8 signed"
    assert view.missing == ()


def test_it_ends_as_one_case_under_the_id_it_began_with(
    new_visit: NewVisit, broken_off: Broken, resident: IdentityCard, store: SqlCipherStore
) -> None:
    draft = broken_off(Step.SIGN)
    visit = new_visit(draft=draft)
    visit.flow.begin()
    visit.flow.card_read(resident)
    visit.flow.next()
    visit.flow.next()
    case = visit.view.case
    assert case is not None
    assert (case.case_id, case.started_at) == (draft.case.case_id, draft.case.started_at)
    assert case.state is CaseState.QUEUED
    assert [one.case_id for one in store.cases_of(resident.number)] == [case.case_id]
    assert store.open_draft() is None


def test_another_card_opens_nothing_and_the_draft_stays(
    new_visit: NewVisit, broken_off: Broken, resident: IdentityCard, store: SqlCipherStore
) -> None:
    draft = broken_off(Step.REVIEW)
    visit = new_visit(draft=draft)
    visit.flow.begin()
    visit.flow.card_read(replace(resident, name="样本丙", number="440524188001010014"))
    assert (visit.view.step, visit.view.fault) == (Step.READ_CARD, Fault.CARD_OF_ANOTHER)
    assert (visit.view.holder, dict(visit.view.answers), visit.view.pages) == (None, {}, ())
    visit.flow.leave()
    assert store.open_draft() == draft
    again = new_visit(draft=draft)
    again.flow.begin()
    again.flow.card_read(resident)
    assert again.view.step is Step.REVIEW


def test_an_expired_card_is_told_and_the_draft_stays(
    new_visit: NewVisit, broken_off: Broken, resident: IdentityCard, store: SqlCipherStore
) -> None:
    draft = broken_off(Step.FORM)
    visit = new_visit(draft=draft)
    visit.flow.begin()
    visit.flow.card_read(replace(resident, valid_until=date(2020, 1, 1), long_term=False))
    assert (visit.view.step, visit.view.fault) == (Step.READ_CARD, Fault.CARD_EXPIRED)
    assert store.open_draft() == draft


def test_ending_it_on_purpose_abandons_it_as_any_visit(
    new_visit: NewVisit, broken_off: Broken, resident: IdentityCard, store: SqlCipherStore
) -> None:
    visit = new_visit(draft=broken_off(Step.REVIEW))
    visit.flow.begin()
    visit.flow.card_read(resident)
    visit.flow.leave()
    assert store.open_draft() is None


def test_with_another_catalogue_the_form_is_asked_again(
    new_visit: NewVisit, broken_off: Broken, resident: IdentityCard, store: SqlCipherStore
) -> None:
    visit = new_visit(draft=broken_off(Step.REVIEW), catalog_version="0.2")
    visit.flow.begin()
    visit.flow.card_read(resident)
    assert visit.view.step is Step.FORM
    assert {key: visit.view.answers[key] for key in ANSWERS} == ANSWERS
    for _ in range(3):
        visit.flow.next()
    visit.flow.next()
    assert visit.view.case is not None
    assert visit.view.case.catalog_version == "0.2"


def test_a_page_that_is_damaged_is_told_and_the_draft_stays(
    new_visit: NewVisit,
    broken_off: Broken,
    resident: IdentityCard,
    store: SqlCipherStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = broken_off(Step.REVIEW)

    def damaged(*_: object) -> bytes:
        raise StoreError(Fault.STORE_DAMAGED)

    visit = new_visit(draft=draft)
    visit.flow.begin()
    with monkeypatch.context() as patched:
        patched.setattr(type(store), "page", damaged)
        visit.flow.card_read(resident)
    assert (visit.view.step, visit.view.fault) == (Step.READ_CARD, Fault.STORE_DAMAGED)
    assert visit.view.holder is None
    assert store.open_draft() == draft


def test_a_page_that_came_just_before_the_end_is_there(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore
) -> None:
    visit = new_visit()
    visit.flow.next()
    visit.flow.card_read(resident)
    for key, answer in ANSWERS.items():
        visit.flow.answer(key, answer)
    visit.flow.next()
    visit.flow.page_taken(page("m2", b"\xff\xd8 last"))  # and not a tick later
    again = new_visit(draft=store.open_draft())
    again.flow.begin()
    again.flow.card_read(resident)
    assert again.view.step is Step.MATERIALS
    assert [one.jpeg for one in again.view.pages] == [b"\xff\xd8 last"]


def test_a_frozen_terminal_lets_a_draft_go_on_and_begins_nothing_new(
    new_visit: NewVisit, broken_off: Broken, resident: IdentityCard
) -> None:
    def frozen() -> Standing:
        return Standing(Level.FROZEN, (Reason.MANY_UNSENT,))

    visit = new_visit(draft=broken_off(Step.REVIEW), standing=frozen)
    visit.flow.begin()
    visit.flow.card_read(resident)
    visit.flow.next()
    assert visit.view.case is not None
    new = new_visit(standing=frozen)
    new.flow.begin()
    new.flow.next()
    assert (new.view.step, new.view.fault) == (Step.GUIDE, Fault.TOO_MANY_UNSENT)
