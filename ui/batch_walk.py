"""Leads through a batch: the common answers, then the visit of one person after the other."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from devices.id_card.card_watch import CardRead
from kiosk.domain.batch import common_questions
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.batch_flow import BatchFlow, BatchStep, BatchView
from kiosk.flow.equipment import CasesChanged, Event, NetworkChanged
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.steps import Step
from kiosk.flow.visit_plan import VisitPlan
from ui.pages.batch_people import BatchPeoplePage
from ui.pages.form import FormPage
from ui.pages.handled_page import handled
from ui.pages.page import Page
from ui.visit_walk import VisitWalk
from ui.walk import Around, Bars, Walk


class BatchWalk(Walk):
    """Every person's visit is a VisitWalk of its own; only what is common is known before."""

    def __init__(self, around: Around, item: ServiceItem) -> None:
        super().__init__()
        self._around = around
        self._item = item
        terminal = around.terminal
        self.flow = BatchFlow(
            item,
            terminal.store,
            site=terminal.site,
            now=terminal.now,
            on_change=self._changed,
            prove=terminal.prove,
        )
        self._common = self._common_form()
        self._people = BatchPeoplePage(
            self.flow, equipment=terminal.equipment, texts=terminal.texts, scale=around.scale
        )
        self._page: QWidget | None = None
        self.person: VisitWalk | None = None  # whose visit runs now

    def begin(self) -> None:
        """With the common answers, or where the batch stopped."""
        self.flow.begin()

    def bars(self) -> Bars:
        """Those of the person's visit while one runs."""
        if self.person is not None:
            return replace(self.person.bars(), leave="leave_batch")
        say = self._around.terminal.texts.say
        common = self.flow.view.step is BatchStep.COMMON
        words = say("batch.common_next") if common else say("batch.end")
        done = common or bool(self.flow.view.people)
        return Bars(next_words=words, can_go_next=done, leave="leave_batch")

    def next(self) -> None:
        """The person's visit goes on; or the common answers hold; or everybody has been."""
        if self.person is not None:
            self.person.next()
        elif self.flow.view.step is BatchStep.COMMON:
            self.flow.answered_for_all(self._common.flow.view.answers)
        elif self.flow.end():
            self.over.emit()

    def back(self) -> None:
        """One page back in the person's visit; from the list the batch pauses."""
        if self.person is not None:
            self.person.back()
        else:
            self.over.emit()

    def happened(self, event: Event) -> None:
        """To the person's visit, or a card begins one."""
        if isinstance(event, NetworkChanged):
            self._around = replace(self._around, network=event)
        if isinstance(event, CasesChanged) and self.person is None:
            self.flow.cases_changed()
        if self.person is not None:
            if self._has_been(event):
                self._person_over()
                self.flow.device_failed(Fault.CARD_ALREADY_READ)
            else:
                self.person.happened(event)
        elif self._page is self._people and isinstance(event, CardRead):
            self._begin_person(event.card)
        elif isinstance(self._page, Page):
            self._page.happened(event)

    def tick(self) -> None:
        """Saves the person's draft that lags behind."""
        if self.person is not None:
            self.person.tick()

    def is_working(self) -> bool:
        """As the person's visit says."""
        return self.person is not None and self.person.is_working()

    def leave(self) -> None:
        """The batch stays in the store; a person's draft that was not confirmed goes."""
        self._end_person()
        for page in (self._people, self._common):
            if page is self._page:
                page.left()
            page.forget()
            page.deleteLater()
        self.flow.leave()

    # -- inside

    def _has_been(self, event: Event) -> bool:
        """Another card than the one that began is laid where a card is asked for."""
        person = self.person
        asked = person is not None and person.flow.view.step is Step.READ_CARD
        return asked and isinstance(event, CardRead) and not self.flow.may_come(event.card.number)

    def _begin_person(self, card: IdentityCard) -> None:
        if not self.flow.may_come(card.number):
            return
        plan = VisitPlan(given=self.flow.view.common, without_guide=True)
        person = VisitWalk(self._around, self._item, plan=plan)
        self._people.left()  # its reader off before the person's page wants one
        person.flow.begin()
        if person.flow.view.fault is not None:
            self.flow.device_failed(person.flow.view.fault)
            person.leave()
            person.deleteLater()
            self._people.entered()
            return
        self.flow.person_began(handled(person.flow).case_id)
        self.person = person
        person.setParent(self)
        person.page_shown.connect(self._show)
        person.bars_changed.connect(self.bars_changed)
        person.home_wanted.connect(lambda _theme: self._person_over())
        person.over.connect(self._person_over)
        person.opens.connect(lambda _opening: self._person_over())  # whoever is next waits
        person.flow.card_read(card)
        if person.flow.view.step is Step.READ_CARD and person.page is not None:
            self._show(person.page)  # the card will not do; the page says why

    def _person_over(self) -> None:
        self._end_person()
        self.flow.person_over()

    def _end_person(self) -> None:
        person, self.person = self.person, None
        if person is not None:
            person.blockSignals(True)
            person.leave()
            person.deleteLater()

    def _changed(self, view: BatchView) -> None:
        if self.person is not None:
            return
        page = self._people if view.step is BatchStep.PEOPLE else self._common
        if self._page is not page:
            if isinstance(self._page, Page) and self._page in (self._people, self._common):
                self._page.left()
            self._show(page)
            page.entered()
            if page is self._common:
                self._common.draw(self._common.flow.view)
        self._people.draw(view)
        self.bars_changed.emit()

    def _show(self, page: QWidget) -> None:
        self._page = page
        self.page_shown.emit(page)
        self.bars_changed.emit()

    def _common_form(self) -> FormPage:
        """The form of the common questions alone; nothing of it is a case."""
        terminal = self._around.terminal
        questions = tuple(replace(q, required=False) for q in common_questions(self._item))
        shown: list[FormPage] = []

        def draw(view: FlowView) -> None:
            for page in shown:
                page.draw(view)

        flow = IntakeFlow(
            replace(self._item, fields=questions, materials=()),
            terminal.store,
            site=terminal.site,
            catalog_version="",
            new_case_id=terminal.new_case_id,
            now=terminal.now,
            on_change=draw,
        )
        flow.view = replace(flow.view, steps=(Step.FORM,), step=Step.FORM)
        page = FormPage(
            flow, equipment=terminal.equipment, texts=terminal.texts, scale=self._around.scale
        )
        shown.append(page)
        return page
