"""Writes to the office 咨询, 预约, 投诉, 建议: with the card, or without a name where it may be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from kiosk.domain.case import CaseId
from kiosk.domain.letters import kind_of
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.site import Site
from kiosk.flow.steps import Step, steps_for
from offline_store.api import CaseStore


class LetterFlow(IntakeFlow):
    """A visit without a guide: card, what to say, reading it once more."""

    def __init__(
        self,
        item: ServiceItem,
        cases: CaseStore,
        *,
        nameless: bool,
        site: Site,
        catalog_version: str,
        new_case_id: Callable[[], CaseId],
        now: Callable[[], datetime],
        on_change: Callable[[FlowView], None],
    ) -> None:
        """`nameless`: no card is read, and nothing of the person is in the letter."""
        super().__init__(
            item,
            cases,
            site=site,
            catalog_version=catalog_version,
            new_case_id=new_case_id,
            now=now,
            on_change=on_change,
        )
        self._kept.case = replace(self._kept.case, kind=kind_of(item.letter))
        left_out = {Step.GUIDE, Step.READ_CARD} if nameless else {Step.GUIDE}
        if nameless:
            self._kept.is_stored = self._kept.lags = True
        steps = tuple(step for step in steps_for(item) if step not in left_out)
        self.view = FlowView(item=item, steps=steps, step=steps[0])

    def begin(self) -> None:
        """The first page. A letter is small: a terminal that takes no new cases takes it."""
        self._show(self.view)
