"""Does again what the office wants corrected 补正, and nothing else of the case."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from kiosk.domain.case import Case, CaseId, CaseKind, CaseState
from kiosk.domain.correction import needs_entrustment, reduced
from kiosk.domain.fault import Fault
from kiosk.domain.handling import Agent, Handling
from kiosk.domain.identity import IdentityCard
from kiosk.domain.progress import StateChange
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.standing import Standing
from kiosk.flow.flow_view import FlowView
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.site import Site
from kiosk.flow.steps import Step, steps_for
from kiosk.flow.visit_plan import VisitPlan
from offline_store.api import CaseStore, StoreError

# What the gateway has not taken, or not kept, changed nothing about the case.
NOT_TAKEN: Final = frozenset(
    {CaseState.DRAFT, CaseState.QUEUED, CaseState.REFUSED, CaseState.WITHDRAWN, CaseState.ABANDONED}
)


class CorrectionFlow(HandledIntake):
    """A visit that begins at the first page with something to do again.

    What is confirmed carries the parts that were done again alone, under an id of its own, about
    that case and that round; the office puts them in the place of the old ones. What is the
    agent's 代办人 to answer is asked after the agent's card: of the same one as before, where the
    store still knows who that was; an entrustment made anew may name somebody else. It waits for a
    second person like an application of that item.
    """

    def __init__(
        self,
        item: ServiceItem,
        first: Case,
        asked: StateChange,
        holder: IdentityCard,
        cases: CaseStore,
        *,
        site: Site,
        catalog_version: str,
        new_case_id: Callable[[], CaseId],
        now: Callable[[], datetime],
        on_change: Callable[[FlowView], None],
        plan: VisitPlan | None = None,
        standing: Callable[[], Standing] = Standing,
        following: Sequence[Case] = (),
    ) -> None:
        """`first`: the case; `asked`: the office's list. `holder`: whose card lies here.

        `plan`: who is signed in, and whether a second person approves. `following`: what was
        handed in about `first` since; agent and answers are as its corrections left them.
        """
        small = reduced(item, asked.asked)
        super().__init__(
            small,
            cases,
            site=site,
            catalog_version=catalog_version,
            new_case_id=new_case_id,
            now=now,
            on_change=on_change,
            standing=standing,
        )
        self._plan = plan or VisitPlan()
        earlier = [
            one
            for one in following
            if one.kind is CaseKind.CORRECTION and one.state not in NOT_TAKEN
        ]
        so_far = (first, *sorted(earlier, key=lambda one: one.round))
        agents = [one.handling.agent for one in so_far if one.handling.agent is not None]
        before = agents[-1] if agents else None
        self._agent_before = None if needs_entrustment(item, asked.asked) else before
        self._kept.case = replace(
            self._kept.case,
            kind=CaseKind.CORRECTION,
            about=first.case_id,
            round=asked.round,
            item_title=first.item_title,
            applicant_name=first.applicant_name,
            applicant_number=first.applicant_number,
        )
        self._kept.is_stored = self._kept.lags = True
        keys = {field.key for field in small.questions()}
        known = {k: a for one in so_far for k, a in one.answers.items() if k in keys}
        steps = tuple(s for s in steps_for(small) if s not in (Step.GUIDE, Step.READ_CARD))
        self.view = FlowView(
            item=small,
            steps=steps,
            step=steps[0],
            holder=holder,
            answers=MappingProxyType(known),
            assisted=bool(self._plan.staff_id),
        )
        self._handle(Handling(taken_by=self._plan.staff_id))
        self._holder_known(holder)  # their own row of the family

    @property
    def agent_awaited(self) -> str:
        """The name of the agent whose card alone will do, "" where another's will too."""
        return self._agent_before.name if self._agent_before is not None else ""

    def begin(self) -> None:
        """The first page. A terminal that takes no new cases takes this: the office waits for it.

        Only a full disk keeps it back, and says so.
        """
        try:
            fault = None if self._cases.room_for_a_case() else Fault.STORE_FULL
        except StoreError as error:
            fault = error.fault
        self._show(replace(self.view, fault=fault, standing=self._standing()))

    def leave(self) -> None:
        """Nobody who took part is remembered."""
        super().leave()
        self._agent_before = None

    def _agent_read(self, card: IdentityCard) -> None:
        before = self._agent_before
        if before is not None and card.number != before.number:
            self._show(replace(self.view, fault=Fault.CARD_OF_ANOTHER))
            return
        super()._agent_read(card)

    def _agent_of(self, card: IdentityCard) -> Agent:
        """How they stand to the applicant was said in the first case."""
        before = self._agent_before
        return super()._agent_of(card) if before is None else replace(before, name=card.shown_name)
