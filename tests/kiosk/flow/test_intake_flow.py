"""One visit: what is asked, kept, forgotten and confirmed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.answers import Complaint
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.identity import CardKind, IdentityCard
from kiosk.flow.steps import Step
from offline_store.api import StoreError
from offline_store.sqlcipher_store import SqlCipherStore
from tests.kiosk.flow.conftest import ANSWERS, RESIDENT, Clock, Visit, called, page

NewVisit = Callable[[], Visit]


def test_a_visit_ends_with_one_case_waiting_to_be_sent(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore, clock: Clock
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    case = visit.flow.view.case
    assert visit.flow.view.step is Step.DONE
    assert case is not None
    assert case.state is CaseState.QUEUED
    assert case.receipt_number.startswith("22240100100101261123")
    assert [p.material for p in case.pages] == ["m2"]
    assert case.signature is not None
    assert [entry.case_id for entry in store.due(clock.now(), 9)] == [case.case_id]
    assert store.page(case.pages[0].sha256) == b"\xff\xd8 one"


def test_the_card_fills_the_form_and_says_so(new_visit: NewVisit, resident: IdentityCard) -> None:
    visit = new_visit()
    visit.flow.next()
    visit.flow.card_read(resident)
    view = visit.flow.view
    assert view.step is Step.FORM
    assert view.answers["applicant_name"] == resident.name
    assert view.answers["applicant_id_no"] == resident.number
    assert view.answers["applicant_id_type"] == "居民身份证"
    assert view.answers["village_code"] == "222401001001"
    assert {"applicant_name", "applicant_id_addr", "village_code"} <= view.prefilled
    assert "contact_mobile" not in view.prefilled


def test_what_a_social_security_card_lacks_is_asked(
    new_visit: NewVisit, resident: IdentityCard
) -> None:
    visit = new_visit()
    visit.flow.next()
    visit.flow.card_read(
        replace(
            resident,
            kind=CardKind.SOCIAL_SECURITY,
            address="",
            valid_until=date(2030, 1, 15),
            long_term=False,
        )
    )
    for key, answer in ANSWERS.items():
        visit.flow.answer(key, answer)
    visit.flow.next()
    assert set(visit.flow.view.complaints) == {"applicant_id_addr", "applicant_id_valid_to"}
    visit.flow.answer("applicant_id_addr", "吉林省延吉市示范村1组")
    visit.flow.answer("applicant_id_valid_to", "长期")
    visit.flow.next()
    assert visit.flow.view.step is Step.MATERIALS


def test_an_expired_card_is_told_and_the_visit_stays(
    new_visit: NewVisit, resident: IdentityCard
) -> None:
    visit = new_visit()
    visit.flow.next()
    visit.flow.card_read(replace(resident, valid_until=date(2020, 1, 1), long_term=False))
    assert visit.flow.view.fault is Fault.CARD_EXPIRED
    assert visit.flow.view.step is Step.READ_CARD


def test_a_card_laid_on_another_page_is_ignored(
    new_visit: NewVisit, resident: IdentityCard
) -> None:
    visit = new_visit()
    visit.flow.card_read(resident)
    assert visit.flow.view.holder is None


def test_complaints_stay_next_to_their_field_until_it_is_answered(
    new_visit: NewVisit, resident: IdentityCard
) -> None:
    visit = new_visit()
    visit.flow.next()
    visit.flow.card_read(resident)
    visit.flow.answer("contact_mobile", "138")
    visit.flow.next()
    assert visit.flow.view.step is Step.FORM
    assert visit.flow.view.complaints["contact_mobile"] is Complaint.MOBILE
    assert visit.flow.view.complaints["pay_level"] is Complaint.MISSING
    visit.flow.answer("contact_mobile", "13800138000")
    assert "contact_mobile" not in visit.flow.view.complaints
    assert "pay_level" in visit.flow.view.complaints


def test_what_the_office_can_fetch_is_not_missing(
    new_visit: NewVisit, resident: IdentityCard
) -> None:
    visit = new_visit()
    visit.flow.next()
    visit.flow.card_read(resident)
    for key, answer in ANSWERS.items():
        visit.flow.answer(key, answer)
    visit.flow.next()
    assert visit.flow.view.step is Step.MATERIALS
    visit.flow.next()
    assert visit.flow.view.step is Step.SIGN


def test_a_missing_material_is_named(new_visit: Callable[..., Visit]) -> None:
    visit = new_visit(item=called("residence_permit"))
    visit.flow.next()
    visit.flow.card_read(RESIDENT)
    visit.fill()
    visit.flow.next()
    visit.flow.next()
    assert visit.flow.view.step is Step.MATERIALS
    assert [m.name for m in visit.flow.view.missing] == ["本人相片"]
    visit.flow.page_taken(page("m2", b"one"))
    assert visit.flow.view.missing == ()


def test_going_back_loses_nothing(new_visit: NewVisit, resident: IdentityCard) -> None:
    visit = new_visit()
    visit.to_review(resident)
    while visit.flow.view.can_go_back:
        visit.flow.back()
    assert visit.flow.view.step is Step.GUIDE
    visit.flow.next()
    visit.flow.card_read(resident)
    assert visit.flow.view.answers["contact_mobile"] == "13800138000"
    assert len(visit.flow.view.pages) == 1


def test_another_persons_card_takes_over_nothing_that_was_typed(
    new_visit: NewVisit, resident: IdentityCard
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    while visit.flow.view.step is not Step.READ_CARD:
        visit.flow.back()
    visit.flow.card_read(replace(resident, name="样本丙", number="440524188001010014"))
    assert "contact_mobile" not in visit.flow.view.answers
    assert visit.flow.view.pages == ()
    assert visit.flow.view.signature is None


def test_leaving_removes_the_draft_and_forgets_the_person(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    sha = visit.flow.view.pages[0].sha256
    visit.flow.leave()
    view = visit.flow.view
    assert (view.holder, view.pages, view.signature, dict(view.answers)) == (None, (), None, {})
    assert store.cases_of(resident.number) == []
    with pytest.raises(KeyError):
        store.page(sha)


def test_leaving_after_confirming_keeps_the_case(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    visit.flow.leave()
    assert len(store.cases_of(resident.number)) == 1


def test_a_visit_does_not_begin_while_the_disk_has_no_room_for_it(
    new_visit: NewVisit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> bool:
        raise StoreError(Fault.STORE_DAMAGED)

    visit = new_visit()
    with monkeypatch.context() as patched:
        patched.setattr(type(visit.store), "room_for_a_case", lambda _: False)
        visit.flow.begin()
        assert visit.views[-1].fault is Fault.STORE_FULL
        visit.flow.next()
        patched.setattr(type(visit.store), "room_for_a_case", damaged)
        visit.flow.next()
        assert (visit.flow.view.step, visit.flow.view.fault) == (Step.GUIDE, Fault.STORE_DAMAGED)
    visit.flow.next()  # somebody made room
    assert (visit.flow.view.step, visit.flow.view.fault) == (Step.READ_CARD, None)


def test_a_full_disk_is_told_and_the_case_stays_a_draft(
    new_visit: NewVisit, resident: IdentityCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = new_visit()
    visit.to_review(resident)

    def full(*_: object, **__: object) -> None:
        raise StoreError(Fault.STORE_FULL)

    with monkeypatch.context() as patched:
        patched.setattr(type(visit.store), "confirm", full)
        visit.flow.next()
    assert visit.flow.view.step is Step.REVIEW
    assert visit.flow.view.fault is Fault.STORE_FULL
    visit.flow.next()  # somebody made room
    assert visit.flow.view.step is Step.DONE


def test_the_official_number_reaches_the_done_page(
    new_visit: NewVisit, resident: IdentityCard, store: SqlCipherStore, clock: Clock
) -> None:
    visit = new_visit()
    visit.to_review(resident)
    visit.flow.next()
    assert visit.flow.view.case is not None
    store.acknowledged(
        visit.flow.view.case.case_id,
        acknowledgement=b"signed",
        official_number="1" * 43,
        now=clock.now(),
    )
    visit.flow.case_changed()
    assert visit.flow.view.case.official_number == "1" * 43


def test_the_view_names_nobody_in_its_repr(new_visit: NewVisit, resident: IdentityCard) -> None:
    visit = new_visit()
    visit.to_review(resident)
    text = repr(visit.flow.view)
    assert resident.name not in text
    assert resident.number not in text
    assert "13800138000" not in text
