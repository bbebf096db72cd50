"""Slips of a case: which there are, what stands on them, and who gets none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from devices.id_card.specimens import RESIDENT
from kiosk.catalog.load_catalog import packaged_catalog
from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.domain.page import PageRef
from kiosk.domain.progress import StateChange
from kiosk.domain.receipt import Receipt
from kiosk.flow.case_slips import (
    MARK_OFFLINE,
    NOTE_ONCE,
    TITLES,
    CaseSlip,
    case_slip,
    slip_order,
    slips_of,
)
from kiosk.flow.progress_flow import ProgressStep, ProgressView
from kiosk.flow.site import Site
from kiosk.papers.slip_layout import SlipLayout, korean_words

ITEM = next(iter(packaged_catalog()))
SITE = Site(code="222401001001", name="示范村便民服务点", terminal="01", phone="0433-1234567")
NOW = datetime(2026, 5, 12, 9, 30, tzinfo=timezone(timedelta(hours=8)))
EARLIER = datetime(2026, 5, 10, 1, 5, tzinfo=UTC)
ROWS = (
    CorrectionRow(Part.MATERIAL, ITEM.materials[0].key, Flaw.UNCLEAR, "首页看不清"),
    CorrectionRow(Part.SIGNATURE, "", Flaw.MISSING),
)


def view_of(state: CaseState, *changes: StateChange, holder: bool = True) -> ProgressView:
    case = Case(
        case_id=CaseId("01960000-0000-7000-8000-000000000001"),
        item_code=ITEM.code,
        item_title=ITEM.title,
        catalog_version="1",
        started_at=EARLIER,
        state=state,
        receipt_number="22240100100101260510001X",
        official_number="" if state is CaseState.QUEUED else "0701-20260510-000137",
        applicant_name=RESIDENT.name,
        applicant_number=RESIDENT.number,
        pages=(PageRef("0" * 64, ITEM.materials[0].key, 9),),
        confirmed_at=EARLIER,
    )
    return ProgressView(
        ProgressStep.CASE,
        holder=RESIDENT if holder else None,
        chosen=case,
        changes=changes,
        item=ITEM,
    )


def change(state: CaseState, **more: object) -> StateChange:
    moved = StateChange(CaseId("01960000-0000-7000-8000-000000000001"), state, "审核中", EARLIER)
    return replace(moved, **more)  # type: ignore[arg-type]


ACCEPTED = view_of(CaseState.ACCEPTED, change(CaseState.RECEIVED), change(CaseState.ACCEPTED))
CORRECTION = view_of(CaseState.CORRECTION, change(CaseState.CORRECTION, asked=ROWS, round=1))


def slip(kind: CaseSlip, view: ProgressView, *, offline: bool = False) -> Receipt:
    return case_slip(kind, view, SITE, now=NOW, offline=offline)


def test_each_state_has_its_slips() -> None:
    assert slips_of(ACCEPTED) == (CaseSlip.ACCEPTANCE, CaseSlip.PROGRESS)
    assert slips_of(CORRECTION) == (CaseSlip.CORRECTION, CaseSlip.PROGRESS)
    assert slips_of(view_of(CaseState.QUEUED)) == (CaseSlip.PROGRESS,)


def test_whoever_has_only_the_slip_of_somebody_gets_none() -> None:
    assert slips_of(view_of(CaseState.ACCEPTED, change(CaseState.ACCEPTED), holder=False)) == ()
    assert slips_of(ProgressView()) == ()


def test_the_notice_lists_everything_once_with_the_clerks_words() -> None:
    made = slip(CaseSlip.CORRECTION, CORRECTION)
    assert made.title == "补正通知"
    assert made.materials == (
        f"{ITEM.materials[0].name}：看不清，要重拍（首页看不清）",
        "本人签名：缺少",
    )
    assert NOTE_ONCE in made.notes
    assert ("通知时间", "2026年05月10日 09:05") in made.lines


def test_the_acceptance_has_the_offices_number_first_and_says_where_it_comes_from() -> None:
    made = slip(CaseSlip.ACCEPTANCE, ACCEPTED)
    assert made.lines[0] == ("受理编号", "0701-20260510-000137")
    assert made.materials == (ITEM.materials[0].name,)
    assert any("以部门存档为准" in note for note in made.notes)
    assert RESIDENT.number not in str(made.lines)


def test_progress_names_every_step_in_the_time_of_the_place() -> None:
    made = slip(CaseSlip.PROGRESS, ACCEPTED)
    assert made.materials[0] == "05月10日 09:05 已提交"
    assert made.materials[-1] == "05月10日 09:05 已受理，正在办"


def test_what_is_printed_without_the_office_is_marked() -> None:
    assert slip(CaseSlip.PROGRESS, ACCEPTED).marks == ()
    assert slip(CaseSlip.PROGRESS, ACCEPTED, offline=True).marks == (MARK_OFFLINE,)


@pytest.mark.parametrize("kind", CaseSlip)
def test_every_fixed_word_has_a_korean_draft_and_the_slip_can_be_drawn(kind: CaseSlip) -> None:
    view = CORRECTION if kind is CaseSlip.CORRECTION else ACCEPTED
    made = slip(kind, view, offline=True)
    fixed = {made.title, made.materials_title, made.footer, made.qr_words, *made.marks}
    fixed |= {label for label, _ in made.lines} | set(made.notes)
    assert fixed <= set(korean_words()), fixed - set(korean_words())
    for width in (576, 384):
        drawn = SlipLayout(width).picture(replace(made, with_korean=True))
        assert drawn.width == width


def test_the_ledger_gets_the_case_and_its_receipt_number() -> None:
    order = slip_order(ACCEPTED)
    assert ACCEPTED.chosen is not None
    assert (order.case_id, order.paper) == (
        ACCEPTED.chosen.case_id,
        ACCEPTED.chosen.receipt_number,
    )
    assert set(TITLES) == set(CaseSlip)
