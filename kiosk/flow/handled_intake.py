"""A visit in which others than the applicant take part: an agent, the family, the staff."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from kiosk.domain.case import CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.handling import (
    AGENT_SIGNATURE,
    ALONE,
    RELATIONS,
    Agent,
    AgentKind,
    Handling,
)
from kiosk.domain.identity import IdentityCard
from kiosk.domain.page import ScannedPage
from kiosk.flow import family
from kiosk.flow.family_intake import FamilyIntake
from kiosk.flow.flow_view import FlowView
from kiosk.flow.remembered import Remembered
from kiosk.flow.steps import Step, steps_for
from kiosk.flow.visit_plan import VisitPlan
from offline_store.api import OpenDraft

AGENT_NAME: Final = "agent_name"  # keys of the catalogue
AGENT_NUMBER: Final = "agent_id_no"
AGENT_RELATION: Final = "agent_relation"
FIELD_MARK: Final = "#"  # between the step of a draft and the question people were at


class HandledIntake(FamilyIntake):
    """`arrange` it before `begin`; without it this is the visit of a resident alone."""

    _plan = VisitPlan()

    def arrange(self, plan: VisitPlan) -> None:
        """What is known before the first page; a draft knows itself who handled it."""
        self._plan = plan
        handling = Handling(taken_by=plan.staff_id, agent=plan.agent, visit=plan.visit)
        step, at_field = self.view.step, ""
        if self._draft is not None:
            self._draft, at_field = _at_field(self._draft)
            handling = self._draft.case.handling
        by_agent = plan.agency or handling.agent is not None
        item = self.view.item.for_agent() if by_agent else self.view.item
        steps = steps_for(item)
        if plan.agent is not None:  # the card was read for the case before
            steps = tuple(one for one in steps if one is not Step.AGENT)
        if plan.without_guide:
            steps = tuple(one for one in steps if one is not Step.GUIDE)
            step = steps[0] if self._draft is None else step
        self.view = replace(
            self.view, item=item, steps=steps, step=step, assisted=bool(plan.staff_id)
        )
        self._handle(handling)
        self.view = replace(self.view, at_field=at_field)

    @property
    def plan(self) -> VisitPlan:
        """What was known before the first page."""
        return self._plan

    @property
    def case_id(self) -> CaseId:
        """Of the case that comes of this visit."""
        return self._kept.case.case_id

    @property
    def agent_awaited(self) -> str:
        """The name of the agent whose card alone will do; "" here: anybody may be entrusted."""
        return ""

    @property
    def remembered(self) -> Remembered | None:
        """Nobody where an agent stands here: the next thing would be done in the other's name."""
        return None if self.view.handling.agent is not None else super().remembered

    # -- what people do

    def act_for_another(self) -> None:
        """Whoever stands here is an agent: their card is asked for before the applicant's."""
        view = self.view
        if view.step is Step.READ_CARD and view.holder is None and not view.item.by_agent:
            item = view.item.for_agent()
            self.view = replace(view, item=item, steps=steps_for(item))
            self._move_to(Step.AGENT)

    def card_read(self, card: IdentityCard) -> None:
        """The agent's card, the applicant's, or one of the family's, by the page people see."""
        match self.view.step:
            case Step.AGENT if self._is_valid(card) and not card.by_picture:
                self._agent_read(card)
            case Step.READ_CARD if self._is_agents(card):
                self._show(replace(self.view, fault=Fault.CARD_ALREADY_READ))
            case Step.READ_CARD:
                super().card_read(card)
            case Step.FAMILY if self._is_valid(card):
                self._member_read(card)

    def signed(self, picture: ScannedPage | None) -> None:
        """The applicant signed or wiped it; an entrustment with another signature is none."""
        self._drop_entrustment()
        super().signed(picture)

    def signed_by_agent(self, picture: ScannedPage | None) -> None:
        """The agent signed, or wiped it (None)."""
        self._drop_entrustment()
        for page in self.view.pages_of(AGENT_SIGNATURE):
            self.page_dropped(page.sha256)
        if picture is not None:
            self.page_taken(replace(picture, material=AGENT_SIGNATURE))

    def entrusted(self, page: ScannedPage) -> None:
        """The entrustment with both signatures, as a picture of it."""
        material = self.view.item.entrustment
        if material is not None:
            self._drop_entrustment()
            self.page_taken(replace(page, material=material.key))

    def looking_at(self, key: str) -> None:
        """The question that people answer now: a draft that is gone on with begins there."""
        if key != self.view.at_field:
            self.view = replace(self.view, at_field=key)
            self._kept.lags = True

    def confirm(self) -> None:
        """With who took part; not without the entrustment where somebody acts for another."""
        if self.view.step is not Step.REVIEW:
            return
        if Step.ENTRUST in self.view.steps and not self._entrusted_pages():
            self._move_to(Step.ENTRUST)
            return
        if not self._family_has_answered():
            self._move_to(Step.SIGN_FAMILY)
            return
        self._drop_signatures_of_nobody()
        handling, table = self.view.handling, self.view.item.family_table
        if table is not None:
            answer = self.view.answers.get(table.key, "")
            members = family.members_in(table, answer, read=handling.members)
            handling = replace(handling, members=members)
        relation = self.view.answers.get(AGENT_RELATION, "")
        kinds = [kind for kind, words in RELATIONS.items() if words == relation]
        if handling.agent is not None and kinds:
            handling = replace(handling, agent=replace(handling.agent, kind=kinds[0]))
        self._handle(replace(handling, held=self._plan.needs_approval))
        super().confirm()

    def leave(self) -> None:
        """Nobody who took part is remembered."""
        super().leave()
        self._plan = VisitPlan()
        self._handle(ALONE)

    # -- inside

    def _agent_read(self, card: IdentityCard) -> None:
        holder, before = self.view.holder, self.view.handling.agent
        if holder is not None and holder.number == card.number:
            self._show(replace(self.view, fault=Fault.CARD_ALREADY_READ))
            return
        self._handle(replace(self.view.handling, agent=self._agent_of(card)))
        if before is not None and before.number != card.number:
            self._agent_changed()
        if holder is not None:
            self._answer_for_agent()
        self._move(+1)

    def _agent_of(self, card: IdentityCard) -> Agent:
        kind = AgentKind.STAFF if self._plan.staff_id else AgentKind.RELATIVE
        return Agent(kind, card.shown_name, card.number)

    def _agent_changed(self) -> None:
        """What the agent before answered and signed is not this one's."""
        self.signed_by_agent(None)
        answers = {k: a for k, a in self.view.answers.items() if k != AGENT_RELATION}
        self.view = replace(self.view, answers=MappingProxyType(answers))

    def _answer_for_agent(self) -> None:
        """Name and number as the agent's card says them; how staff stand to the applicant."""
        agent, view = self.view.handling.agent, self.view
        if agent is None:
            return
        known = {AGENT_NAME: agent.name, AGENT_NUMBER: agent.number}
        if not view.answers.get(AGENT_RELATION) and agent.kind is AgentKind.STAFF:
            known[AGENT_RELATION] = RELATIONS[agent.kind]
        asked = {question.key for question in view.item.questions()}
        answers = {k: a for k, a in known.items() if k in asked}
        self._kept.lags = True
        self.view = replace(
            view,
            answers=MappingProxyType({**view.answers, **answers}),
            prefilled=view.prefilled | ({AGENT_NAME, AGENT_NUMBER} & answers.keys()),
        )

    def _recall(self, card: IdentityCard) -> None:
        super()._recall(card)
        self._holder_known(card)

    def _holder_known(self, card: IdentityCard) -> None:
        """What agent, earlier case and the first row of the family answer by themselves."""
        item, view = self.view.item, self.view
        asked = {question.key for question in item.questions()}
        may = self._plan.given_to in ("", card.number)
        given = self._plan.given if may else {}
        open_ones = {k: v for k, v in given.items() if not view.answers.get(k)}
        answers = {k: v for k, v in open_ones.items() if k in asked}
        if (table := item.family_table) is not None:
            before = view.answers.get(table.key) or answers.get(table.key, "")
            answers[table.key] = family.with_card(table, before, card, relation=family.SELF)
            self._note_member(card)
        self._kept.lags = True
        self.view = replace(self.view, answers=MappingProxyType({**view.answers, **answers}))
        self._answer_for_agent()

    def _complete(self) -> bool:
        view = self.view
        match view.step:
            case Step.AGENT:
                return view.handling.agent is not None
            case Step.SIGN_FAMILY:
                return self._family_has_answered()
            case Step.SIGN_AGENT:
                return bool(view.pages_of(AGENT_SIGNATURE))
            case Step.ENTRUST:
                return bool(self._entrusted_pages())
            case _:
                return super()._complete()

    def _may_begin(self) -> bool:
        if self._plan.no_power and self._draft is None:
            self._show(replace(self.view, fault=Fault.BATTERY_EMPTY))
            return False
        return super()._may_begin()

    def _go_on(self, draft: OpenDraft, card: IdentityCard) -> None:
        at_field = self.view.at_field
        super()._go_on(draft, card)
        self.view = replace(self.view, at_field=at_field)
        handling = self._kept.case.handling
        # Neither who began a case nor who finishes it is its second person.
        self._handle(handling.taken_over_by(self._plan.staff_id))

    def _save(self, step: Step) -> Fault | None:
        view = self.view
        mark = f"{FIELD_MARK}{view.at_field}" if step is Step.FORM and view.at_field else ""
        return self._kept.save(view.answers, view.pages, view.signature, f"{step}{mark}")

    def _drop_entrustment(self) -> None:
        for page in self._entrusted_pages():
            self.page_dropped(page.sha256)

    def _entrusted_pages(self) -> tuple[ScannedPage, ...]:
        material = self.view.item.entrustment if self.view.item.by_agent else None
        return self.view.pages_of(material.key) if material is not None else ()

    def _is_agents(self, card: IdentityCard) -> bool:
        agent = self.view.handling.agent
        return agent is not None and agent.number == card.number


def _at_field(draft: OpenDraft) -> tuple[OpenDraft, str]:
    step, _, at_field = draft.step.partition(FIELD_MARK)
    return replace(draft, step=step), at_field


__all__ = ["FIELD_MARK", "FlowView", "HandledIntake"]
