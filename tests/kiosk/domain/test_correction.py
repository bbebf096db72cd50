"""The item reduced to what the office listed, and what may be listed at all."""

import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.correction import (
    CorrectionRow,
    Flaw,
    Part,
    can_be_redone,
    needs_agent,
    needs_entrustment,
    reduced,
    unknown_rows,
)
from kiosk.domain.service_item import Need, ServiceItem

EVERY = list(packaged_catalog())


def rows_of(item: ServiceItem) -> list[CorrectionRow]:
    """Everything that this terminal can take in for it."""
    rows = [CorrectionRow(Part.FIELD, one.key, Flaw.WRONG) for one in item.questions()]
    rows += [
        CorrectionRow(Part.MATERIAL, one.key, Flaw.UNCLEAR) for one in item.pages_to_photograph()
    ]
    return rows


@pytest.mark.parametrize("item", EVERY, ids=[item.key for item in EVERY])
def test_each_row_alone_opens_nothing_but_itself(item: ServiceItem) -> None:
    for row in rows_of(item):
        small = reduced(item, [row])
        asked = [one.key for one in small.questions()]
        shown = [one.key for one in small.pages_to_photograph()]
        assert [*asked, *shown] == [row.key]
        assert not small.needs_signature or row.part is Part.MATERIAL
        assert can_be_redone(item, [row])
        assert unknown_rows(item, [row]) == ()


@pytest.mark.parametrize("item", EVERY, ids=[item.key for item in EVERY])
def test_the_signature_alone_asks_for_no_paper(item: ServiceItem) -> None:
    row = CorrectionRow(Part.SIGNATURE, "", Flaw.MISSING)
    assert can_be_redone(item, [row]) is item.needs_signature
    small = reduced(item, [row])
    assert small.questions() == ()
    assert small.pages_to_photograph() == ()
    assert small.needs_signature is item.needs_signature


def test_a_listed_material_must_come_even_where_the_guide_calls_it_optional() -> None:
    item, material = next(
        (item, material)
        for item in EVERY
        for material in item.pages_to_photograph()
        if material.need is Need.OPTIONAL
    )
    [one] = reduced(item, [CorrectionRow(Part.MATERIAL, material.key, Flaw.MISSING)]).materials
    assert one.need is Need.REQUIRED


def test_what_the_guide_does_not_have_may_not_be_asked_for() -> None:
    item = EVERY[0]
    strange = (
        CorrectionRow(Part.MATERIAL, "m99", Flaw.MISSING),
        CorrectionRow(Part.FIELD, "favourite_colour", Flaw.MISSING),
    )
    assert unknown_rows(item, strange) == strange
    assert not can_be_redone(item, strange)
    assert not can_be_redone(item, ())


AGENCY = [item for item in EVERY if item.may_be_handled_by_agent]


@pytest.mark.parametrize("item", AGENCY, ids=[item.key for item in AGENCY])
def test_each_row_of_the_agents_can_be_redone_by_the_agent(item: ServiceItem) -> None:
    rows = [CorrectionRow(Part.FIELD, f.key, Flaw.WRONG) for f in item.fields if f.agent_only]
    rows += [
        CorrectionRow(Part.MATERIAL, m.key, Flaw.UNCLEAR) for m in item.materials if m.agent_only
    ]
    assert rows
    for row in rows:
        assert needs_agent(item, [row])
        assert can_be_redone(item, [row])
        assert reduced(item, [row]).by_agent
        assert unknown_rows(item, [row]) == ()
        assert unknown_rows(item, [row], by_agent=False) == (row,)
    assert not needs_agent(item, rows_of(item))


def test_an_entrustment_made_anew_says_again_who_the_agent_is() -> None:
    item = next(one for one in AGENCY if one.key == "pension_enroll")
    assert item.entrustment is not None
    row = CorrectionRow(Part.MATERIAL, item.entrustment.key, Flaw.UNCLEAR)
    assert needs_entrustment(item, [row])
    small = reduced(item, [row])
    asked = [one.key for one in small.questions()]
    assert asked == ["agent_name", "agent_id_no", "agent_relation"]
    assert small.needs_signature  # the applicant's own
    signature = CorrectionRow(Part.SIGNATURE, "", Flaw.MISSING)
    assert not needs_entrustment(item, [signature])
    assert reduced(item, [signature]).entrustment is None
