"""The desk of staff: from here to cases, to a new one, and to the pages about the machine."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.working_days import Remaining
from kiosk.flow.case_limit import limit_of
from kiosk.flow.desk_flow import DeskFlow, DeskOffer, DeskView
from kiosk.flow.equipment import Event
from offline_store.api import OpenDraft, StoreError
from offline_store.api_staff import DeskList
from ui.approval_walk import ApprovalWalk
from ui.field_walk import FieldWalk
from ui.ledger_walk import LedgerWalk
from ui.office_days import calendar_here
from ui.one_page_walk import OnePageWalk
from ui.pages.desk import DeskPage
from ui.progress_walk import ProgressWalk
from ui.staff_openings import agency, batch
from ui.staff_pages_walk import StaffPagesWalk
from ui.staff_words import person_words
from ui.upload_walk import UploadWalk
from ui.visit_walk import VisitWalk
from ui.walk import Around, Bars, Opening

LOOK_EVERY = 10  # ticks


class DeskWalk(OnePageWalk[DeskView]):
    """Somebody must be signed in. Ends with their sign-out."""

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        terminal, session = around.terminal, around.session
        assert session is not None, "the window hands its session to every walk"
        assert around.staff is not None, "only staff have a desk"
        self._session = session
        self._member = around.staff
        self._ticks = 0
        self._calendar = calendar_here(terminal)
        self._items = {item.code: item for item in terminal.catalog().every()}
        self.flow = DeskFlow(
            terminal.store,
            around.staff,
            site=terminal.site,
            now=terminal.now,
            on_change=self._changed,
            opens=self._open_case,
            limit_of=self._limit_of,
        )

    def _limit_of(self, case: Case) -> Remaining | None:
        store, now = self._terminal.store, self._terminal.now()
        item = self._items.get(case.item_code)
        changes = store.changes_of(case.case_id) if case.state is CaseState.ACCEPTED else ()
        return limit_of(case, changes, item, calendar=self._calendar, now=now)

    def begin(self) -> None:
        """Today's list."""
        self.flow.begin()

    def bars(self) -> Bars:
        """The way back is the sign-out."""
        return Bars(can_go_back=False)

    def back(self) -> None:
        """There is nothing behind the desk."""

    def happened(self, event: Event) -> None:
        """To the flow, then to the page."""
        self.flow.happened(event)
        super().happened(event)

    def tick(self) -> None:
        """Cases go up while somebody looks."""
        self._ticks += 1
        if self._ticks % LOOK_EVERY == 0:
            self.flow.look()

    def key(self, event: QKeyEvent) -> bool:
        """F1 to F5: lists; F6: search; F7: new case; F8: the machine; Esc: the whole list again."""
        offers, page = self.flow.view.offers, self.page
        acts: dict[int, Callable[[], object]] = {
            Qt.Key.Key_F8: partial(self._offer, DeskOffer.MACHINE)
        }
        if DeskOffer.CASES in offers and isinstance(page, DeskPage):
            lists = zip(range(Qt.Key.Key_F1, Qt.Key.Key_F6), DeskList, strict=True)
            acts |= {key: partial(self.flow.choose, which) for key, which in lists}
            acts[Qt.Key.Key_F6] = page.field.setFocus
            acts[Qt.Key.Key_F7] = partial(self._offer, DeskOffer.APPLY)
            acts[Qt.Key.Key_Escape] = partial(self.flow.choose, self.flow.view.chosen)
        act = acts.get(event.key())
        if act is not None:
            act()
        return act is not None

    def _make_page(self) -> DeskPage:
        terminal = self._terminal
        return DeskPage(
            self.flow,
            items=self._items,
            who=person_words(self._member, terminal.texts),
            opens=self._offer,
            lock=self._session.lock,
            shade=self.shade_wanted.emit,
            equipment=terminal.equipment,
            texts=terminal.texts,
            scale=self._scale,
        )

    def _offer(self, offer: DeskOffer) -> None:
        match offer:
            case DeskOffer.APPLY:
                self.home_wanted.emit("")
            case DeskOffer.AGENCY:
                self.opens.emit(agency)
            case DeskOffer.BATCH:
                self.opens.emit(batch)
            case DeskOffer.FIELD:
                self.opens.emit(FieldWalk)
            case DeskOffer.APPROVE:
                self.opens.emit(ApprovalWalk)
            case DeskOffer.LEDGER:
                self.opens.emit(LedgerWalk)
            case DeskOffer.UPLOAD:
                self.opens.emit(UploadWalk)
            case DeskOffer.MACHINE:
                self.opens.emit(StaffPagesWalk)
            case DeskOffer.TRAINING:
                if self._terminal.start_training is not None:
                    self._terminal.start_training()
            case _:
                pass

    def _open_case(self, case_id: CaseId, state: CaseState) -> None:
        if state is CaseState.DRAFT:
            opening = self._draft_opening(case_id)
            if opening is not None:
                self.opens.emit(opening)
            return
        self.opens.emit(lambda around: ProgressWalk(around, case_id=case_id))

    def _draft_opening(self, case_id: CaseId) -> Opening | None:
        item = self._item_of(case_id)
        if item is None:
            return None
        try:
            row = self._terminal.store.draft_row(case_id)
        except (KeyError, StoreError):
            self.flow.look()
            return None
        draft = OpenDraft(row.case, row.step, row.saved_at or self._terminal.now())
        return lambda around: VisitWalk(around, item, draft=draft)

    def _item_of(self, case_id: CaseId) -> ServiceItem | None:
        try:
            code = self._terminal.store.case(case_id).item_code
        except (KeyError, StoreError):
            return None
        return self._items.get(code)

    def _leave_flow(self) -> None:
        self.flow.leave()
