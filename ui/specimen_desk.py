"""What the store in memory answers staff: the register, the audit, the lists of a desk."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from kiosk.domain.case import Case, CaseId, CaseKind, CaseState
from kiosk.domain.staff import StaffAct, StaffEntry
from offline_store.api_staff import DeskList, DeskRow

_IN: Final[Mapping[DeskList, Callable[[Case, str], bool]]] = {
    DeskList.TODAY: lambda case, today: case.receipt_number.startswith(today),
    DeskList.DRAFTS: lambda case, _: case.state is CaseState.DRAFT,
    DeskList.WAITING: lambda case, _: case.state is CaseState.QUEUED,
    DeskList.CORRECTION: lambda case, _: case.state is CaseState.CORRECTION,
    DeskList.HAND_OUT: lambda case, _: case.state is CaseState.DECIDED,
}


class MemoryDesk:
    """The parts StaffBook and DeskCases of a ScreenStore in memory."""

    moment: datetime
    cases: dict[CaseId, Case]
    reasons: dict[CaseId, str]
    draft_steps: dict[CaseId, str]
    people: list[StaffEntry]
    acts: list[tuple[StaffAct, str]]

    def staff(self) -> Sequence[StaffEntry]:
        """See StaffBook."""
        return self.people

    def wrong_pins(self, staff_id: str) -> int:
        """See StaffBook."""
        wrong = 0
        for act, whose in self.acts:
            if whose == staff_id and act is StaffAct.WRONG_PIN:
                wrong += 1
            elif whose == staff_id and act in (StaffAct.SIGNED_IN, StaffAct.UNLOCKED):
                wrong = 0
        return wrong

    def note_staff(self, act: StaffAct, staff_id: str, now: datetime) -> None:
        """See StaffBook."""
        del now
        self.acts.append((act, staff_id))

    def desk_counts(self, *, today: str) -> Mapping[DeskList, int]:
        """See DeskCases."""
        return {which: len(self.desk_list(which, today=today)) for which in DeskList}

    def desk_list(self, which: DeskList, *, today: str, limit: int = 200) -> Sequence[DeskRow]:
        """See DeskCases."""
        known = (case for case in self.cases.values() if case.kind is CaseKind.APPLICATION)
        found = [case for case in known if _IN[which](case, today)]
        newest_first = which is not DeskList.WAITING
        found.sort(key=lambda case: case.confirmed_at or case.started_at, reverse=newest_first)
        return [self._row(case) for case in found[:limit]]

    def desk_find(self, words: str, *, limit: int = 50) -> Sequence[Case]:
        """See DeskCases."""
        return [
            case
            for case in self.cases.values()
            if case.receipt_number
            and case.kind is CaseKind.APPLICATION
            and any(
                words in text
                for text in (
                    case.receipt_number,
                    case.official_number,
                    case.applicant_name,
                    case.item_title,
                )
            )
        ][:limit]

    def draft_row(self, case_id: CaseId) -> DeskRow:
        """See DeskCases."""
        case = self.cases[case_id]
        if case.state is not CaseState.DRAFT:
            raise KeyError(case_id)
        return self._row(case)

    def _row(self, case: Case) -> DeskRow:
        is_draft = case.state is CaseState.DRAFT
        return DeskRow(
            case=case,
            saved_at=self.moment if is_draft else None,
            step=self.draft_steps.get(case.case_id, "") if is_draft else "",
            is_aside=case.case_id in self.reasons,
            since=case.confirmed_at,
        )
