"""The desk: lists with masked people, their clocks, and the search by words, number and code."""

from dataclasses import replace
from datetime import UTC, date

import pytest

from kiosk.domain.case import Case, CaseId, CaseKind, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.staff import Role, StaffMember
from kiosk.domain.working_days import Remaining
from kiosk.flow.desk_flow import DeskFlow, DeskOffer, DeskView, offers_for
from kiosk.flow.equipment import CasesChanged, CodeSeen
from offline_store.api import StoreError
from offline_store.api_staff import DeskList
from ui.specimen_store import MemoryStore
from ui.specimens import MOMENT, SITE, specimen_cases

ASSISTANT = StaffMember("s-1", "测试代办员", frozenset({Role.ASSISTANT}), SITE.code)
MAINTAINER = replace(ASSISTANT, roles=frozenset({Role.MAINTAINER}))


class Desk:
    def __init__(self, member: StaffMember = ASSISTANT) -> None:
        self.store = MemoryStore(MOMENT)
        for case, documents in specimen_cases():
            self.store.put(case, *documents)
        self.views: list[DeskView] = []
        self.opened: list[tuple[CaseId, CaseState]] = []
        self.flow = DeskFlow(
            self.store,
            member,
            site=SITE,
            now=lambda: MOMENT,
            on_change=self.views.append,
            opens=lambda case_id, state: self.opened.append((case_id, state)),
            limit_of=self.limit_of,
        )
        self.flow.begin()

    @staticmethod
    def limit_of(case: Case) -> Remaining | None:
        if case.state is CaseState.QUEUED:
            return None
        return Remaining(date(2026, 6, 1), 16, working=True)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_tabs_have_their_numbers(desk: Desk) -> None:
    counts = desk.flow.view.counts
    assert (counts[DeskList.CORRECTION], counts[DeskList.HAND_OUT]) == (1, 1)
    assert (counts[DeskList.WAITING], counts[DeskList.DRAFTS]) == (1, 0)


def test_a_line_tells_two_cases_apart_and_nothing_more(desk: Desk) -> None:
    desk.flow.choose(DeskList.CORRECTION)
    [line] = desk.flow.view.rows
    whole = specimen_cases()[1][0]
    assert (line.case_id, line.state) == (whole.case_id, CaseState.CORRECTION)
    assert line.limit is not None
    assert line.limit.left == 16
    assert whole.applicant_name not in (line.who, repr(desk.views))
    assert whole.applicant_number != line.number
    assert line.number[6:-4] == "*" * 8


def test_a_draft_says_how_long_it_is_kept(desk: Desk) -> None:
    begun = replace(specimen_cases()[0][0], case_id=CaseId("d"), state=CaseState.DRAFT)
    desk.store.save_draft(replace(begun, receipt_number=""), step="form")
    desk.flow.choose(DeskList.DRAFTS)
    assert desk.flow.view.rows[0].hours_left == 72


def test_the_code_of_a_slip_opens_its_case(desk: Desk) -> None:
    case = specimen_cases()[3][0]
    desk.flow.happened(CodeSeen(f"DS1/{case.receipt_number}"))
    assert desk.opened == [(case.case_id, case.state)]
    desk.flow.happened(CodeSeen("https://example.com"))
    assert desk.flow.view.unknown_code
    assert len(desk.opened) == 1


def test_a_typed_number_opens_and_words_are_looked_for(desk: Desk) -> None:
    case = specimen_cases()[2][0]
    desk.flow.search(case.receipt_number.lower())
    assert desk.opened == [(case.case_id, case.state)]
    desk.flow.search(case.item_title[:4])
    assert case.case_id in {row.case_id for row in desk.flow.view.rows}
    desk.flow.open(desk.flow.view.rows[0].case_id)
    assert len(desk.opened) == 2
    desk.flow.search("没有这样的")
    assert desk.flow.view.rows == ()
    desk.flow.search(" ")
    assert not desk.flow.view.searching


def test_a_persons_card_shows_their_cases_also_after_news(desk: Desk) -> None:
    case = specimen_cases()[0][0]
    desk.flow.search_person(case.applicant_number)
    assert len(desk.flow.view.rows) == len(specimen_cases())
    desk.store.put(replace(case, state=CaseState.DELIVERED))
    desk.flow.happened(CasesChanged((case.case_id,)))
    assert desk.flow.view.rows[0].state is CaseState.DELIVERED


def test_todays_list_is_of_this_terminal_and_day(desk: Desk) -> None:
    pattern = specimen_cases()[2][0]
    number = f"{SITE.code}01{MOMENT:%y%m%d}0001X"
    today = replace(
        pattern, case_id=CaseId("t"), receipt_number=number, confirmed_at=MOMENT.astimezone(UTC)
    )
    desk.store.put(today)
    desk.flow.choose(DeskList.TODAY)
    assert [row.case_id for row in desk.flow.view.rows] == ["t"]


def test_who_looks_after_machines_sees_nobodys_cases() -> None:
    assert DeskOffer.CASES not in offers_for(MAINTAINER)
    assert DeskOffer.MACHINE in offers_for(MAINTAINER)
    desk = Desk(MAINTAINER)
    desk.flow.happened(CodeSeen(f"DS1/{specimen_cases()[0][0].receipt_number}"))
    assert (desk.opened, desk.flow.view.rows, dict(desk.flow.view.counts)) == ([], (), {})


def test_evaluations_and_letters_are_never_on_the_desk(desk: Desk) -> None:
    pattern = specimen_cases()[2][0]
    rated = replace(pattern, case_id=CaseId("e"), kind=CaseKind.EVALUATION)
    desk.store.put(rated)
    desk.flow.choose(DeskList.WAITING)
    assert "e" not in {row.case_id for row in desk.flow.view.rows}
    desk.flow.search_person(pattern.applicant_number)
    assert "e" not in {row.case_id for row in desk.flow.view.rows}


def test_trouble_of_the_store_is_shown(desk: Desk) -> None:
    def broken(**_: object) -> None:
        raise StoreError(Fault.STORE_DAMAGED)

    desk.store.desk_counts = broken  # type: ignore[assignment,method-assign]
    desk.flow.look()
    assert desk.flow.view.fault is Fault.STORE_DAMAGED


def test_when_it_is_over_nothing_of_anybody_stays(desk: Desk) -> None:
    desk.flow.choose(DeskList.CORRECTION)
    desk.flow.leave()
    assert desk.flow.view.rows == ()
