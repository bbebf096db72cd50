"""Does again what the office wants corrected 补正, and nothing else of the case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from kiosk.domain.case import Case, CaseId, CaseKind
from kiosk.domain.correction import reduced
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.progress import StateChange
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.site import Site
from kiosk.flow.steps import Step, steps_for
from offline_store.api import CaseStore, StoreError


class CorrectionFlow(IntakeFlow):
    """A visit that begins at the first page with something to do again.

    What is confirmed carries the parts that were done again alone, under an id of its own, about
    that case and that round; the office puts them in the place of the old ones.
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
    ) -> None:
        """`first`: the case; `asked`: the office's list. `holder`: whose card lies here."""
        small = reduced(item, asked.asked)
        super().__init__(
            small,
            cases,
            site=site,
            catalog_version=catalog_version,
            new_case_id=new_case_id,
            now=now,
            on_change=on_change,
        )
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
        known = {key: answer for key, answer in first.answers.items() if key in keys}
        steps = tuple(s for s in steps_for(small) if s not in (Step.GUIDE, Step.READ_CARD))
        self.view = FlowView(
            item=small,
            steps=steps,
            step=steps[0],
            holder=holder,
            answers=MappingProxyType(known),
        )

    def begin(self) -> None:
        """The first page. A terminal that takes no new cases takes this: the office waits for it.

        Only a full disk keeps it back, and says so.
        """
        try:
            fault = None if self._cases.room_for_a_case() else Fault.STORE_FULL
        except StoreError as error:
            fault = error.fault
        self._show(replace(self.view, fault=fault))
