"""Leads through the pages of applying for one item; the flow decides, the pages draw."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from kiosk.domain.fault import Fault
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.equipment import CasesChanged, Event
from kiosk.flow.flow_view import FlowView
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.online import HandedOver
from kiosk.flow.power_look import Power, power_of
from kiosk.flow.remembered import Remembered
from kiosk.flow.steps import Step
from kiosk.flow.visit_plan import VisitPlan, plan_for
from offline_store.api import OpenDraft
from ui.evaluation_walk import evaluation_of, is_to_be_evaluated
from ui.page_router import page_for
from ui.paged_walk import PagedWalk
from ui.pages.done import DonePage
from ui.pages.form import FormPage
from ui.pages.page import VisitPage
from ui.pages.read_card import ReadCardPage
from ui.to_phone_walk import to_phone
from ui.walk import Around, Bars, Opening

Home = Callable[[str, Remembered | None], Opening]  # to choose again: theme, person

# Seconds on the last page until the evaluation comes by itself (DB2203/T 8—2024 5.1.3): time to
# take the slip and read the number.
EVALUATE_AFTER: Final = 25
HAND_OVER_PATIENCE: Final = 20  # seconds until a form that went to the gateway is given up


class VisitWalk(PagedWalk[FlowView]):
    """One visit."""

    def __init__(
        self,
        around: Around,
        item: ServiceItem,
        *,
        draft: OpenDraft | None = None,
        plan: VisitPlan | None = None,
        person: Remembered | None = None,
        home: Home | None = None,
    ) -> None:
        """`draft`: go on with that one, after its card was laid down. `plan`: who else is in it.

        `person`: whose card was read in this visit. `home`: how the same person chooses again.
        """
        super().__init__(around)
        self._home = home
        self._item = item
        self._draft = draft
        self._plan = plan or VisitPlan()
        self._person = person
        self._seconds_done = 0
        self._handing_over = False
        self._seconds_handing = 0
        self.flow = self._new_flow(around)

    def _new_flow(self, around: Around) -> IntakeFlow:
        return self._arranged(around, HandledIntake)

    def _arranged(self, around: Around, kind: Callable[..., HandledIntake]) -> HandledIntake:
        """A flow of that kind, which knows who else takes part."""
        terminal = around.terminal
        flow = kind(
            self._item,
            terminal.store,
            site=terminal.site,
            catalog_version=terminal.catalog().version,
            new_case_id=terminal.new_case_id,
            now=terminal.now,
            on_change=self._changed,
            standing=terminal.standing,
            draft=self._draft,
            person=self._person,
            catalog=terminal.catalog(),
        )
        plan = plan_for(self._item, terminal.store, around.staff, self._plan)
        no_power = power_of(terminal.battery()) is Power.EMPTY
        flow.arrange(replace(plan, no_power=no_power))
        return flow

    def begin(self) -> None:
        """Show the guide, or ask for the card of the draft."""
        self.flow.begin()

    def bars(self) -> Bars:
        """The step bar follows the flow; the next button is the page's own."""
        view, page = self.flow.view, self._page
        if not isinstance(page, VisitPage):
            return Bars()
        return Bars(
            steps=tuple(self._terminal.texts.say(f"step.{step}") for step in view.steps),
            at=view.steps.index(view.step),
            next_words=page.next_words,
            can_go_next=page.can_go_next,
            can_go_back=view.step is not Step.DONE,
            something_to_lose=view.holder is not None and view.step is not Step.DONE,
        )

    def next(self) -> None:
        """On, when the page is complete; after the last page the walk is over."""
        if self.flow.view.step is Step.DONE:
            if not self._may_evaluate():
                self.over.emit()
        else:
            self.flow.next()

    def _may_evaluate(self) -> bool:
        """On to the 好差评 right after the case; False where there is nothing to evaluate."""
        case = self.flow.view.case
        if case is None or not is_to_be_evaluated(case, self._terminal):
            return False
        self.opens.emit(evaluation_of(case))
        return True

    def back(self) -> None:
        """One page back; from the guide back to choosing; a confirmed case is never undone."""
        if self.flow.view.can_go_back:
            self.flow.back()
        elif self.flow.view.step is Step.DONE or self.flow.view.resuming:
            self.over.emit()
        else:
            self._choose_again(self.flow.view.item.theme)

    def happened(self, event: Event) -> None:
        """To the flow where it concerns the case, and to the page people see."""
        if isinstance(event, CasesChanged):
            self.flow.case_changed()
        elif isinstance(event, HandedOver) and self._handing_over:
            self._handing_over = False
            if event.code and self.flow.view.step is Step.FORM:
                self.opens.emit(to_phone(event.code))
                return
            self._hand_over_failed(event.fault or Fault.GATEWAY_UNREACHABLE)
        super().happened(event)

    def tick(self) -> None:
        """Saves a draft that lags behind the screen; goes on to the evaluation after the slip."""
        self.flow.tick()
        if self._handing_over:
            self._seconds_handing += 1
            if self._seconds_handing >= HAND_OVER_PATIENCE:
                self._stay_here()
                self._hand_over_failed(Fault.GATEWAY_UNREACHABLE)
        page = self._page
        if isinstance(page, DonePage) and page.slip.is_printed and not page.is_read:
            self._seconds_done += 1
            if self._seconds_done == EVALUATE_AFTER:
                self._may_evaluate()

    def _choose_again(self, theme: str = "") -> None:
        if self._home is None and self._plan != VisitPlan():
            self.over.emit()  # an agency or a home visit is chosen where it was begun
        elif self._home is None:
            self.home_wanted.emit(theme)
        else:
            self.opens.emit(self._home(theme, self.flow.remembered))

    def _page_for(self, view: FlowView) -> VisitPage:
        page = page_for(view.step, self.flow, terminal=self._terminal, scale=self._scale)
        page.next_changed.connect(self.bars_changed)
        flow = self.flow
        if isinstance(flow, HandledIntake) and isinstance(page, ReadCardPage):
            page.for_another.connect(flow.act_for_another)
        if isinstance(page, ReadCardPage) and not view.resuming and Step.FORM in view.steps:
            self._make_ahead(self._form_ahead(view))
        if isinstance(page, FormPage):
            page.to_phone.wanted.connect(self._to_phone)
            page.to_phone.called_off.connect(self._stay_here)
            if self._handing_over:
                page.to_phone.busy()
            if isinstance(flow, HandledIntake):
                page.looking_at.connect(flow.looking_at)
        if view.step is Step.DONE:
            self._terminal.equipment.send_soon()
        if isinstance(page, DonePage) and self._home and self.flow.remembered is not None:
            page.offer_another(self._choose_again)
        return page

    def _form_ahead(self, view: FlowView) -> Iterator[None]:
        """The form as it is before anybody's card: after it, little is left to do."""
        yield
        if Step.FORM in self._pages:
            return
        page = self._pages[Step.FORM] = self._page_for(replace(view, step=Step.FORM))
        yield
        if isinstance(page, FormPage):
            yield from page.ask_ahead()
        self.page_ahead.emit(page)

    def _to_phone(self) -> None:
        """What was typed goes on elsewhere; what the card says is asked of the card there."""
        view = self.flow.view
        if isinstance(self._page, FormPage):
            self._page.to_phone.busy()
        typed = {k: a for k, a in view.answers.items() if a and k not in view.prefilled}
        self._handing_over, self._seconds_handing = True, 0
        self._terminal.online.hand_over(view.item.code, typed)

    def _stay_here(self) -> None:
        """What comes back of it counts no more; its code was shown to nobody."""
        self._handing_over = False
        self._terminal.online.visit_over()

    def _hand_over_failed(self, fault: Fault) -> None:
        if isinstance(self._page, FormPage):
            self._page.to_phone.failed(fault)

    def _leave_flow(self) -> None:
        """The draft goes, a confirmed case stays."""
        self.flow.leave()
        self._draft = self._person = None
        self._plan = VisitPlan()
