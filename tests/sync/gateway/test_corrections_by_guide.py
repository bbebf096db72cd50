"""With a catalogue the office may only list rows that the guide of the item has (T-12)."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from sync import wire
from sync.gateway.office import Office
from sync.gateway.review import NotInTheGuide
from tests.counterparts.sample_cases import NOON, case_id, draft

ITEM = next(item for item in packaged_catalog() if item.key == "elder_allowance")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, catalog=packaged_catalog(), now=lambda: datetime.now(UTC))
    made.door.add_terminal("t1")
    return made


def test_a_row_the_guide_lacks_is_refused_and_the_words_name_the_others(office: Office) -> None:
    # An older catalogue's version: only what holds in every version is checked of the text.
    case = replace(
        draft(1), item_code=ITEM.code, receipt_number="R1", confirmed_at=NOON, answers={}
    )
    body = wire.canonical(wire.text_of(case))
    [answer] = office._app._parts.reception.receive_all("t1", [body])
    assert isinstance(answer, wire.Received)
    strange = CorrectionRow(Part.MATERIAL, "m99", Flaw.MISSING)
    with pytest.raises(NotInTheGuide):
        office.review.ask_corrections(case_id(1), [], [strange])
    material = ITEM.materials[1]
    known = CorrectionRow(Part.MATERIAL, material.key, Flaw.INCOMPLETE)
    office.review.ask_corrections(case_id(1), [], [known])
    page = office._app._parts.news.since("t1", "", catalog="")
    [change] = page.changes
    assert change.remarks == (f"{material.name}：不完整",)
    office.close()
