"""Nothing is typed, shown or laid down twice in one visit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.case import Case, CaseId, CaseKind, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.identity import CardKind, IdentityCard
from kiosk.flow.remembered import Remembered, done_before, known_before, last_time, said_in
from kiosk.flow.steps import Step
from offline_store.api import StoreError
from offline_store.sqlcipher_store import SqlCipherStore
from tests.kiosk.flow.conftest import RESIDENT, Visit, called, page

NewVisit = Callable[..., Visit]
STRANGER = replace(RESIDENT, name="样本丙", number="440524188001010014")


def at_form(visit: Visit, card: IdentityCard = RESIDENT) -> Visit:
    visit.flow.next()
    visit.flow.card_read(card)
    return visit


def finished(visit: Visit) -> Visit:
    """A visit to its end, with specimen answers and a page of every paper."""
    if visit.view.step is Step.GUIDE:
        at_form(visit)
    while visit.view.step is not Step.DONE:
        match visit.view.step:
            case Step.FORM:
                visit.fill()
            case Step.MATERIALS:
                for material in visit.view.item.pages_to_photograph():
                    visit.flow.page_taken(page(material.key, material.name.encode()))
            case Step.SIGN:
                visit.flow.signed(page("signature", b"signed"))
            case _:
                pass
        visit.flow.next()
    return visit


def test_the_last_answers_to_the_same_item_are_offered_in_one_touch(new_visit: NewVisit) -> None:
    finished(new_visit())
    again = at_form(new_visit())
    assert set(again.view.last_time) == {
        "contact_mobile",
        "reg_type",
        "pay_level",
        "special_group",
    }
    assert not again.view.same_as_last_time
    again.flow.answer_as_last_time()
    assert again.view.same_as_last_time
    assert again.view.answers["contact_mobile"] == "13800000000"
    assert "commitment" not in again.view.answers  # given anew every time
    again.flow.answer("commitment", "yes")
    again.flow.next()
    assert again.view.step is Step.MATERIALS


def test_another_persons_last_answers_are_not_offered(new_visit: NewVisit) -> None:
    finished(new_visit())
    assert at_form(new_visit(), STRANGER).view.last_time == {}


def test_answers_that_the_store_has_deleted_are_not_offered(
    new_visit: NewVisit, store: SqlCipherStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(new_visit())
    cleared = [replace(case, answers={}) for case in store.cases_of(RESIDENT.number)]
    monkeypatch.setattr(type(store), "cases_of", lambda *_: cleared)
    assert at_form(new_visit()).view.last_time == {}


def test_a_store_that_cannot_look_only_costs_some_touches(
    new_visit: NewVisit, store: SqlCipherStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError(Fault.STORE_DAMAGED)

    monkeypatch.setattr(type(store), "cases_of", refuse)
    visit = at_form(new_visit())
    assert (visit.view.step, visit.view.fault, visit.view.last_time) == (Step.FORM, None, {})


def test_what_was_typed_for_one_item_is_offered_for_the_next(new_visit: NewVisit) -> None:
    first = finished(new_visit())
    person = first.flow.remembered
    assert person is not None
    second = new_visit(item=called("elder_allowance"), person=person)
    second.flow.next()
    assert second.view.step is Step.FORM  # the card was read in this visit
    assert second.view.holder == RESIDENT
    assert second.view.offers["contact_mobile"] == ("13800000000",)
    second.flow.answer("contact_mobile", "13800000000")
    assert "contact_mobile" not in second.view.offers  # nothing to offer any more


def test_an_address_is_offered_wherever_an_address_is_asked(new_visit: NewVisit) -> None:
    visit = at_form(new_visit(item=called("elder_card")))
    visit.flow.answer("pickup", "邮寄")
    assert visit.view.offers["postal_addr"] == (RESIDENT.address,)


def test_a_strangers_card_offers_nothing_of_the_person_before(new_visit: NewVisit) -> None:
    person = finished(new_visit()).flow.remembered
    visit = new_visit(item=called("elder_allowance"), person=person)
    visit.flow.next()
    visit.flow.back()
    visit.flow.card_read(STRANGER)
    assert "contact_mobile" not in visit.view.offers
    remembered = visit.flow.remembered
    assert remembered is not None
    assert remembered.card == STRANGER


def weak(how: str) -> IdentityCard:
    """A card with the person's number that proves nobody's presence."""
    if how == "by_picture":
        return replace(RESIDENT, by_picture=True)
    return replace(RESIDENT, kind=CardKind(how))


WEAK = ["by_picture", "passport", "hmt_travel_permit", "taiwan_travel_permit"]


@pytest.mark.parametrize("how", WEAK)
def test_a_picture_or_a_document_opens_nothing_by_its_number(new_visit: NewVisit, how: str) -> None:
    finished(new_visit())
    visit = new_visit()
    visit.flow.view = replace(visit.view, assisted=True)
    view = at_form(visit, weak(how)).view
    assert (view.step, view.holder) == (Step.FORM, weak(how))
    assert (dict(view.last_time), dict(view.shown_before)) == ({}, {})
    assert visit.flow.remembered is None


@pytest.mark.parametrize("how", WEAK)
def test_a_picture_or_a_document_leaves_nothing_of_the_holder_before(
    new_visit: NewVisit, how: str
) -> None:
    person = finished(new_visit()).flow.remembered
    visit = at_form(new_visit(person=person))
    assert visit.view.last_time
    assert visit.view.shown_before
    assert visit.view.offers
    visit.flow.back()
    visit.flow.view = replace(visit.view, assisted=True)
    visit.flow.card_read(replace(weak(how), number="EA1234567"))
    view = visit.view
    assert view.step is Step.FORM
    assert (dict(view.last_time), dict(view.shown_before), dict(view.offers)) == ({}, {}, {})


@pytest.mark.parametrize("how", WEAK)
def test_what_was_typed_for_another_item_is_not_offered_to_a_picture_or_a_document(
    new_visit: NewVisit, how: str
) -> None:
    person = finished(new_visit()).flow.remembered
    visit = new_visit(item=called("elder_allowance"), person=person)
    visit.flow.next()
    visit.flow.back()
    visit.flow.view = replace(visit.view, assisted=True)
    visit.flow.card_read(weak(how))
    assert visit.view.holder == weak(how)
    assert "13800000000" not in str(dict(visit.view.offers))


def test_an_expired_card_is_refused_also_the_second_time(new_visit: NewVisit) -> None:
    old = replace(RESIDENT, long_term=False, valid_until=RESIDENT.birth)
    visit = new_visit(person=Remembered(old))
    visit.flow.next()
    assert (visit.view.step, visit.view.fault) == (Step.READ_CARD, Fault.CARD_EXPIRED)


def test_a_paper_shown_before_is_taken_over_in_one_touch(new_visit: NewVisit) -> None:
    finished(new_visit())
    visit = at_form(new_visit(item=called("elder_allowance")))
    (key,) = visit.view.shown_before  # the household register; the bank card was not shown
    visit.flow.take_shown_before(key)
    (taken,) = visit.view.pages_of(key)
    assert taken.jpeg == "居民户口簿(首页和本人页)".encode()


def test_a_question_that_is_not_asked_is_neither_checked_nor_sent(new_visit: NewVisit) -> None:
    visit = at_form(new_visit(item=called("mi_enroll")))
    visit.flow.answer("contact_mobile", "13800000000")
    visit.flow.answer("person_category", "2")
    visit.flow.answer("guardian_id_no", "1")
    visit.flow.answer("commitment", "yes")
    visit.flow.next()
    assert set(visit.view.complaints) == {"guardian_id_no"}
    visit.flow.answer("person_category", "1")
    assert "guardian_id_no" not in {question.key for question in visit.view.asked}
    visit.flow.next()
    assert visit.view.step is Step.MATERIALS
    finished(visit)
    assert visit.view.case is not None
    assert "guardian_id_no" not in visit.view.case.answers


def test_a_change_from_the_review_leads_straight_back_to_it(new_visit: NewVisit) -> None:
    visit = new_visit()
    visit.to_review(RESIDENT)
    visit.flow.go_to(Step.FORM)
    visit.flow.answer("contact_mobile", "")
    visit.flow.next()
    assert visit.view.step is Step.FORM  # not back with something missing
    visit.flow.answer("contact_mobile", "13900000000")
    visit.flow.next()
    assert visit.view.step is Step.REVIEW
    visit.flow.go_to(Step.READ_CARD)
    visit.flow.card_read(RESIDENT)
    assert visit.view.step is Step.REVIEW
    visit.flow.go_to(Step.READ_CARD)
    visit.flow.card_read(STRANGER)
    assert visit.view.step is Step.FORM  # everything is asked anew


def test_the_items_of_earlier_cases_are_named_once_each(
    new_visit: NewVisit, store: SqlCipherStore
) -> None:
    finished(new_visit())
    finished(new_visit())
    finished(new_visit(item=called("temp_relief")))
    items = done_before(store.cases_of(RESIDENT.number), packaged_catalog())
    assert [item.key for item in items] == ["temp_relief", "pension_enroll"]


def test_leaving_forgets_the_person_of_the_visit(new_visit: NewVisit) -> None:
    visit = new_visit(person=Remembered(RESIDENT, {"mobile": ("13800000000",)}))
    visit.flow.next()
    visit.flow.leave()
    assert visit.flow.remembered is None
    assert "13800000000" not in repr(visit.view) + repr(Remembered(RESIDENT, {"m": ("1",)}))


def earlier_case(key: str, **answers: str) -> Case:
    """A case of that item as the office has it."""
    item = called(key)
    return Case(
        CaseId("c1"),
        item.code,
        item.title,
        "1",
        datetime(2026, 5, 1, tzinfo=UTC),
        state=CaseState.RECEIVED,
        answers=answers,
    )


def test_one_rule_says_what_is_taken_over_from_an_earlier_case() -> None:
    item = called("pension_enroll")
    case = earlier_case(
        item.key,
        applicant_name="卡上的名字",  # the card knows better
        contact_mobile="13800138000",
        pay_level="不是选项",  # would not do any more
        commitment="yes",  # given anew every time
        handling_region="222401000000",  # the terminal knows better
    )
    assert said_in(item, case) == {"contact_mobile": "13800138000"}
    assert last_time(item, [case]) == known_before(item, [case], packaged_catalog())
    assert said_in(called("elder_card"), case) == {}
    for changes in ({"kind": CaseKind.CORRECTION}, {"state": CaseState.WITHDRAWN}):
        assert said_in(item, replace(case, **changes)) == {}  # type: ignore[arg-type]


def test_of_other_items_only_what_is_free_is_known_before() -> None:
    catalog, item = packaged_catalog(), called("mi_enroll")
    other = earlier_case("pension_enroll", contact_mobile="13800138000", pay_level="500")
    asked = {question.key for question in item.questions()}
    assert "contact_mobile" in asked
    assert known_before(item, [other], catalog) == {"contact_mobile": "13800138000"}
    own = earlier_case(item.key, contact_mobile="13900139000")
    assert known_before(item, [other, own], catalog)["contact_mobile"] == "13900139000"
    assert last_time(item, [other]) == {}
