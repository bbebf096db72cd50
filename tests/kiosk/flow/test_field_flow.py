"""Whom to visit, what is known of them, and what has reached the province: from this disk alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from devices.id_card.specimens import FAMILY, RESIDENT
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.handling import FieldVisit, Handling, Place, PlaceSource
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.standing import Level, Reason, Standing
from kiosk.flow.field_flow import FieldFlow, FieldStep, found_among
from offline_store.sqlcipher_store import SqlCipherStore
from tests.counterparts.sample_cases import NOON, SITE, TERMINAL, draft, put_up

CATALOG = packaged_catalog()
ITEM = next(item for item in CATALOG if item.key == "dibao_apply")
NOW = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)


@pytest.fixture
def flow(store: SqlCipherStore) -> FieldFlow:
    put_up(store, cursor="c1")  # one visit, of NUMBER
    return FieldFlow(
        store, CATALOG, standing=Standing, now=lambda: NOW, on_change=lambda _view: None
    )


def confirmed(store: SqlCipherStore, serial: int, **changes: object) -> None:
    case = replace(draft(serial), item_code=ITEM.code, **changes)  # type: ignore[arg-type]
    store.confirm(case, site=SITE, terminal=TERMINAL, now=NOON)


def test_a_visit_begins_with_its_place_its_time_and_what_is_known(
    flow: FieldFlow, store: SqlCipherStore
) -> None:
    answers = {"income_total": "800", "commitment": "yes", "applicant_name": "x", "assets": ""}
    confirmed(store, 1, answers=answers)
    flow.begin()
    [planned] = flow.view.visits
    flow.choose(planned.visit.visit_id)
    assert (flow.view.step, flow.view.looking) == (FieldStep.VISIT, True)
    assert flow.view.place == Place(PlaceSource.TYPED, planned.visit.address)
    place = Place(PlaceSource.SATELLITES, latitude=42.9, longitude=129.5, metres=8)
    flow.placed(place)
    plan = flow.plan(ITEM)
    assert plan.visit == FieldVisit(NOW, True, planned.visit.visit_id, place)
    assert plan.given_to == planned.visit.number
    assert dict(plan.given) == {"income_total": "800", "contact_mobile": planned.visit.phone}


def test_without_satellites_the_address_or_what_is_typed_counts(flow: FieldFlow) -> None:
    flow.begin()
    flow.choose(flow.view.visits[0].visit.visit_id)
    flow.placed(None)
    assert flow.view.place is not None
    assert flow.view.place.source is PlaceSource.TYPED
    flow.place_typed("村委会")
    assert flow.view.place == Place(PlaceSource.TYPED, "村委会")


def test_a_clock_that_is_not_believed_is_said(store: SqlCipherStore) -> None:
    put_up(store, cursor="c1")
    wrong = Standing(Level.WARNED, (Reason.CLOCK_WRONG,))
    flow = FieldFlow(
        store, CATALOG, standing=lambda: wrong, now=lambda: NOW, on_change=lambda _view: None
    )
    flow.begin()
    flow.choose(flow.view.visits[0].visit.visit_id)
    visit = flow.plan(ITEM).visit
    assert visit is not None
    assert not visit.clock_sure


def test_what_came_of_a_visit_and_whether_the_province_has_it(
    flow: FieldFlow, store: SqlCipherStore
) -> None:
    flow.begin()
    visit_id = flow.view.visits[0].visit.visit_id
    assert flow.view.waiting == 0
    confirmed(store, 2, handling=Handling(visit=FieldVisit(NOON, True, visit_id)))
    confirmed(store, 3)  # of the same person, at the service point
    flow.look()
    [planned] = flow.view.visits
    assert (len(planned.done), planned.here, flow.view.waiting) == (1, 1, 2)
    store.acknowledged(
        planned.done[0].case_id, acknowledgement=b"signed", official_number="", now=NOON
    )
    flow.look()
    assert (flow.view.visits[0].here, flow.view.waiting) == (0, 1)
    assert flow.view.room > 1


def test_nobody_stays_after_the_visit(flow: FieldFlow) -> None:
    flow.begin()
    flow.choose(flow.view.visits[0].visit.visit_id)
    assert flow.back()
    assert (flow.view.chosen, flow.view.earlier, flow.view.place) == (None, (), None)
    assert not flow.back()
    flow.leave()
    assert flow.view.visits == ()


def test_the_list_is_searched_by_name_and_address(flow: FieldFlow, store: SqlCipherStore) -> None:
    flow.begin()
    [planned] = flow.view.visits
    other = replace(
        planned, visit=HomeVisit("v9", FAMILY[0].name, FAMILY[0].number, "", "示范村9组")
    )
    both = (planned, other)
    assert found_among(both, "") == both
    assert found_among(both, " 9组") == (other,)
    assert found_among(both, RESIDENT.name) == (planned,)
    assert found_among(both, "没有这个人") == ()
