"""A store in memory, for pictures and tests: what pages ask of the real one, and nothing more."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.page import PageRef, ScannedPage
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.receipt_number import receipt_number
from kiosk.domain.staff import StaffAct, StaffEntry
from kiosk.domain.standing import Heard
from offline_store.api import OpenDraft, SetAside, StoreError
from ui.specimen_desk import MemoryDesk
from ui.specimen_ledger import MemoryLedger

_S = CaseState
_STEPS_TO: Final = {
    _S.RECEIVED: (_S.RECEIVED,),
    _S.ACCEPTED: (_S.RECEIVED, _S.ACCEPTED),
    _S.CORRECTION: (_S.RECEIVED, _S.ACCEPTED, _S.CORRECTION),
    _S.DECIDED: (_S.RECEIVED, _S.ACCEPTED, _S.DECIDED),
    _S.DELIVERED: (_S.RECEIVED, _S.ACCEPTED, _S.DECIDED, _S.DELIVERED),
    _S.REFUSED: (_S.RECEIVED, _S.REFUSED),
}


class MemoryStore(MemoryDesk, MemoryLedger):
    """A ScreenStore that forgets everything with the program. `fault`: refuse every write."""

    def __init__(self, moment: datetime) -> None:
        """`moment`: when every draft is saved."""
        MemoryLedger.__init__(self)
        self.moment = moment
        self.cases: dict[CaseId, Case] = {}
        self.documents: dict[CaseId, list[IssuedDocument]] = {}
        self.changes: dict[CaseId, list[StateChange]] = {}
        self.pages: dict[str, bytes] = {}
        self.contents: dict[str, bytes] = {}  # of documents, by name
        self.revoked: set[str] = set()  # names of documents that the office took back
        self.fault: Fault | None = None
        self.draft: OpenDraft | None = None
        self.abandons = True  # False: the program ends without a word
        self.reasons: dict[CaseId, str] = {}  # of the cases that were set aside
        self.board: list[Notice] = []
        self.planned: list[HomeVisit] = []
        self.heard_at = Heard()
        self.switches: dict[str, str] = {}
        self.draft_steps: dict[CaseId, str] = {}
        self.people: list[StaffEntry] = []  # the register of staff
        self.acts: list[tuple[StaffAct, str]] = []  # what the audit would keep
        self._serial = itertools.count(1)

    def put(self, case: Case, *documents: IssuedDocument) -> None:
        """As if the office had brought the case to this state, one step a day."""
        self.cases[case.case_id] = case
        self.documents[case.case_id] = list(documents)
        self.changes[case.case_id] = [
            StateChange(case.case_id, state, case.office_state, case.started_at + timedelta(days=n))
            for n, state in enumerate(_STEPS_TO.get(case.state, ()))
        ]

    def save_draft(self, case: Case, *, step: str = "") -> None:
        """See CaseStore."""
        self._check()
        self.cases[case.case_id] = case
        self.draft = OpenDraft(case, step, self.moment)
        self.draft_steps[case.case_id] = step

    def open_draft(self) -> OpenDraft | None:
        """See CaseStore."""
        draft = self.draft
        known = self.cases.get(draft.case.case_id) if draft is not None else None
        return draft if known is not None and known.state is CaseState.DRAFT else None

    def add_page(self, case_id: CaseId, page: ScannedPage) -> PageRef:
        """See CaseStore."""
        self._check()
        self.pages[page.sha256] = page.content
        return page.reference()

    def drop_page(self, case_id: CaseId, sha256: str) -> None:
        """See CaseStore."""
        self.pages.pop(sha256, None)

    def confirm(self, case: Case, *, site: str, terminal: str, now: datetime) -> Case:
        """See CaseStore."""
        self._check()
        number = receipt_number(
            site=site, terminal=terminal, day=now.date(), serial=next(self._serial)
        )
        confirmed = replace(
            case.moved_to(CaseState.QUEUED), receipt_number=number, confirmed_at=now
        )
        self.cases[case.case_id] = confirmed
        return confirmed

    def abandon(self, case_id: CaseId) -> None:
        """See CaseStore."""
        if self.abandons:
            self.cases.pop(case_id, None)

    def case(self, case_id: CaseId) -> Case:
        """See CaseStore."""
        return self.cases[case_id]

    def cases_of(self, applicant_number: str) -> Sequence[Case]:
        """See CaseStore."""
        self._check()
        found = [
            case
            for case in self.cases.values()
            if case.applicant_number == applicant_number
            and case.state is not CaseState.DRAFT
            and case.about is None
        ]
        return sorted(found, key=lambda case: case.started_at, reverse=True)

    def following(self, case_id: CaseId) -> Sequence[Case]:
        """See CaseStore."""
        known = self.cases.values()
        return [c for c in known if c.about == case_id and c.state is not CaseState.DRAFT]

    def case_by_receipt(self, receipt_number: str) -> Case | None:
        """See CaseStore."""
        return next((c for c in self.cases.values() if c.receipt_number == receipt_number), None)

    def page(self, sha256: str) -> bytes:
        """See CaseStore."""
        return self.pages[sha256]

    def documents_of(self, case_id: CaseId) -> Sequence[IssuedDocument]:
        """See CaseStore."""
        return self.documents.get(case_id, [])

    def changes_of(self, case_id: CaseId) -> Sequence[StateChange]:
        """See CaseStore."""
        return self.changes.get(case_id, [])

    def document(self, sha256: str) -> bytes:
        """See CaseStore."""
        return self.contents.get(sha256, b"%PDF-1.7 specimen")

    def delivered(self, case_id: CaseId, *, now: datetime) -> Case:
        """See CaseStore."""
        case = self.cases[case_id]
        if case.state is CaseState.DECIDED:
            self.cases[case_id] = case = case.moved_to(CaseState.DELIVERED)
            step = StateChange(case_id, CaseState.DELIVERED, "", now)
            self.changes.setdefault(case_id, []).append(step)
        return case

    def held(self) -> Sequence[Case]:
        """See CaseStore."""
        return [case for case in self.cases.values() if case.handling.held and case.receipt_number]

    def release(self, case_id: CaseId, *, by: str, now: datetime) -> Case:
        """See CaseStore."""
        case = self.cases[case_id]
        released = replace(case, handling=replace(case.handling, held=False, approved_by=by))
        self.cases[case_id] = released
        return released

    def cases_that_fit(self) -> int:
        """See CaseStore."""
        return 120

    def room_for_a_case(self) -> bool:
        """See CaseStore."""
        return self.fault is not Fault.STORE_FULL

    def waiting(self) -> int:
        """See WaitingCases."""
        return len(self._queued())

    def oldest_waiting(self) -> datetime | None:
        """See WaitingCases."""
        self._check()
        moments = [case.confirmed_at for case in self._queued() if case.confirmed_at is not None]
        return min(moments, default=None)

    def aside(self) -> Sequence[SetAside]:
        """See WaitingCases."""
        return [SetAside(case_id, reason) for case_id, reason in self.reasons.items()]

    def offer_again(self) -> int:
        """See WaitingCases."""
        self._check()
        offered = len(self.reasons)
        self.reasons.clear()
        return offered

    def configuration(self) -> tuple[str, bytes] | None:
        """See Noticeboard: the papers that were taken back, and nothing else."""
        revoked = sorted(self.revoked)
        return ("specimen", msgspec.json.encode({"revoked": revoked})) if revoked else None

    def notices(self, audience: Audience, now: datetime) -> Sequence[Notice]:
        """See Noticeboard."""
        return [
            notice
            for notice in self.board
            if audience is Audience.EVERYBODY or notice.audience in (audience, Audience.EVERYBODY)
        ]

    def visits(self) -> Sequence[HomeVisit]:
        """See Noticeboard."""
        return self.planned

    def heard(self) -> Heard:
        """See Noticeboard."""
        return self.heard_at

    def note_clock(self, now: datetime) -> None:
        """See Noticeboard."""

    def switch(self, name: str) -> str:
        """See Noticeboard."""
        return self.switches.get(name, "")

    def set_switch(self, name: str, value: str) -> None:
        """See Noticeboard."""
        self._check()
        self.switches[name] = value

    def _queued(self) -> Sequence[Case]:
        known = self.cases.values()
        return [c for c in known if c.state is CaseState.QUEUED and c.case_id not in self.reasons]

    def _check(self) -> None:
        if self.fault is not None:
            raise StoreError(self.fault)
