"""Leads through the pages of a progress query; the flow decides, the pages draw."""

from kiosk.domain.case import CaseId
from kiosk.domain.identity import IdentityCard
from kiosk.domain.printed import UNNAMED, PrintOrder
from kiosk.domain.receipt import Receipt
from kiosk.flow.case_slips import CaseSlip, case_slip, slip_order, slips_of
from kiosk.flow.equipment import CasesChanged, Event
from kiosk.flow.online import PaymentHeard
from kiosk.flow.progress_flow import ProgressFlow, ProgressStep, ProgressView
from kiosk.flow.void_slip import void_order, void_slip
from ui.certificate_walk import certificate_of
from ui.correction_walk import correction_of
from ui.evaluation_walk import can_evaluate, evaluation_of
from ui.office_days import calendar_here
from ui.paged_walk import PagedWalk
from ui.pages.progress_case import CasePage
from ui.pages.progress_cases import CasesPage
from ui.pages.progress_identify import IdentifyPage
from ui.pages.progress_page import ProgressPage
from ui.payment_walk import payment_of
from ui.slip_language import in_visits_languages
from ui.walk import Around, Bars, Opening

PAGES: dict[ProgressStep, type[ProgressPage]] = {
    ProgressStep.IDENTIFY: IdentifyPage,
    ProgressStep.CASES: CasesPage,
    ProgressStep.CASE: CasePage,
}


class ProgressWalk(PagedWalk[ProgressView]):
    """One query. Nothing is ever lost by ending it."""

    def __init__(
        self,
        around: Around,
        *,
        case_id: CaseId | None = None,
        back_with: tuple[IdentityCard, CaseId] | None = None,
    ) -> None:
        """`case_id`: that case, from the desk of staff; see ProgressFlow.open_for_staff.

        `back_with`: whose card was read, and the case that they had opened.
        """
        super().__init__(around)
        self._opened = case_id
        self._back_with = back_with
        self._order = UNNAMED  # of the slip that was printed last
        self._asked_about = ""  # the case whose payment was asked for
        terminal = around.terminal
        items = {item.code: item for item in terminal.catalog().every()}
        self.flow = ProgressFlow(
            terminal.store,
            site=terminal.site,
            now=terminal.now,
            on_change=self._changed,
            item=items.get,
            calendar=calendar_here(terminal),
            can_evaluate=can_evaluate(terminal),
        )

    def begin(self) -> None:
        """Ask who it is."""
        if self._back_with is not None:
            self.flow.come_back(*self._back_with)
        elif self._opened is not None:
            self.flow.open_for_staff(self._opened)
        else:
            self._changed(self.flow.view)

    def bars(self) -> Bars:
        """Next is there only where nothing but the end is left."""
        say, view = self._terminal.texts.say, self.flow.view
        from_desk = self._opened is not None
        steps = () if from_desk else tuple(say(f"progress_step.{step}") for step in ProgressStep)
        at_end = view.step is ProgressStep.CASE or (
            view.step is ProgressStep.CASES and not view.cases
        )
        finish = say("progress.finish") if at_end else ""
        if view.may_correct:
            finish = say("correction.redo")
        return Bars(
            steps=steps,
            at=0 if from_desk else tuple(ProgressStep).index(view.step),
            next_words=finish,
            can_go_next=bool(finish),
        )

    def next(self) -> None:
        """完成; of a case that was sent back: do again what the office listed, and nothing else."""
        view = self.flow.view
        if view.may_correct:
            self.opens.emit(correction_of(view))
        else:
            self.over.emit()

    def back(self) -> None:
        """One page back; from the first page to choosing."""
        if self._opened is not None:
            self.over.emit()
        elif self.flow.view.step is ProgressStep.IDENTIFY:
            self.home_wanted.emit("")
        else:
            self.flow.back()

    def happened(self, event: Event) -> None:
        """To the flow where it concerns the cases, and to the page people see."""
        if isinstance(event, CasesChanged):
            self.flow.cases_changed()
        elif isinstance(event, PaymentHeard):
            self.flow.payment_heard(event.case_id, event.due)
        super().happened(event)

    def _page_for(self, view: ProgressView) -> ProgressPage:
        page = PAGES[view.step](
            self.flow,
            equipment=self._terminal.equipment,
            texts=self._terminal.texts,
            scale=self._scale,
        )
        if isinstance(page, CasePage):
            page.evaluate_wanted.connect(self._evaluate)
            page.pay_wanted.connect(self._pay)
            page.document_wanted.connect(self._open_document)
            page.void_wanted.connect(self._print_void)
            page.slip_wanted.connect(self._print_slip)
            page.slip_answered.connect(self._slip_answered)
        return page

    def _changed(self, view: ProgressView) -> None:
        super()._changed(view)
        chosen = view.chosen if view.may_print else None
        case_id = chosen.case_id if chosen is not None else ""
        if case_id and case_id != self._asked_about:
            self._terminal.online.look_at_payment(case_id)
        self._asked_about = case_id

    def _open_document(self, sha256: str) -> None:
        view = self.flow.view
        document = next((one for one in view.documents if one.sha256 == sha256), None)
        if view.may_print and document and view.chosen is not None and view.holder is not None:
            was = (view.holder, view.chosen.case_id)
            again: Opening = lambda around: ProgressWalk(around, back_with=was)  # noqa: E731
            self.opens.emit(certificate_of(view.chosen, document, again))

    def _print_void(self) -> None:
        view, terminal = self.flow.view, self._terminal
        if view.chosen is not None and view.void:
            title_ko = view.item.title_ko if view.item is not None else ""
            slip = void_slip(
                view.chosen, view.void, terminal.site, now=terminal.now(), title_ko=title_ko
            )
            self._print(slip, void_order(view.chosen))

    def _print_slip(self, kind: CaseSlip, offline: bool) -> None:
        view, terminal = self.flow.view, self._terminal
        if kind in slips_of(view):
            slip = case_slip(kind, view, terminal.site, now=terminal.now(), offline=offline)
            self._print(slip, slip_order(view))

    def _print(self, slip: Receipt, order: PrintOrder) -> None:
        self._order = order
        slip = in_visits_languages(slip, self._terminal.texts)
        self._terminal.equipment.print_receipt(slip, order)

    def _slip_answered(self, came_out: bool) -> None:
        self._terminal.equipment.person_says(self._order, came_out=came_out)

    def _pay(self) -> None:
        view = self.flow.view
        if view.due is not None and view.chosen is not None:
            self.opens.emit(payment_of(view.chosen.case_id, view.due))

    def _evaluate(self) -> None:
        view = self.flow.view
        if view.may_evaluate and view.chosen is not None:
            self.opens.emit(evaluation_of(view.chosen))

    def _leave_flow(self) -> None:
        self.flow.leave()
