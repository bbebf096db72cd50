"""Leads an assistant through a batch: common answers once, then one person after the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from kiosk.domain.batch import Batch, common_questions
from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.printed import PrintOrder
from kiosk.domain.receipt import Receipt
from kiosk.domain.receipt_number import grouped
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.kept_batch import end_batch, keep_batch, kept_batch
from kiosk.flow.print_orders import receipt_order
from kiosk.flow.receipts import FOOTER, Prove, no_proof, receipt_for
from kiosk.flow.site import Site
from offline_store.api import ScreenStore, StoreError

FORGOTTEN_AFTER: Final = timedelta(days=30)  # no list of people takes a village longer
LIST_TITLE: Final = "批量办理名单"


@unique
class BatchStep(StrEnum):
    """One page of a batch."""

    COMMON = "common"  # the answers that are the same for everybody
    PEOPLE = "people"  # who has been, and the next card


@dataclass(frozen=True, slots=True)
class BatchView:
    """Everything a page needs to draw itself."""

    item: ServiceItem
    step: BatchStep
    common: Mapping[str, str] = field(default_factory=dict, repr=False)
    people: tuple[Case, ...] = field(default=(), repr=False)  # in the order they came
    resumed: bool = False  # it was begun before, and goes on
    fault: Fault | None = None

    @property
    def at_province(self) -> int:
        """How many of the cases have reached the province."""
        return sum(case.state is not CaseState.QUEUED for case in self.people)


class BatchFlow:
    """What is done is in the store at once; a batch may be left and gone on with at any time.

    Lives on the interface's thread. Store trouble appears as `view.fault`.
    """

    def __init__(
        self,
        item: ServiceItem,
        store: ScreenStore,
        *,
        site: Site,
        now: Callable[[], datetime],
        on_change: Callable[[BatchView], None],
        prove: Prove = no_proof,
    ) -> None:
        self._store = store
        self._site = site
        self._now = now
        self._prove = prove
        self._on_change = on_change
        self._batch = Batch(item.code, now())
        self.view = BatchView(item, BatchStep.COMMON)

    def begin(self) -> None:
        """With the common answers, or where a batch of this item stopped."""
        try:
            kept = kept_batch(self._store, self.view.item.code)
            if kept is not None and self._now() - kept.begun_at > FORGOTTEN_AFTER:
                kept = None  # nobody ended it; who came then may come again
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))
            return
        if kept is not None:
            self._batch = kept
            self._take_up()
            self._show(
                replace(self.view, step=BatchStep.PEOPLE, common=self._batch.common, resumed=True)
            )
        elif common_questions(self.view.item):
            self._show(self.view)
        else:
            self.answered_for_all({})

    def answered_for_all(self, answers: Mapping[str, str]) -> None:
        """These hold for everybody who comes."""
        asked = {question.key for question in common_questions(self.view.item)}
        common = MappingProxyType({k: v for k, v in answers.items() if k in asked and v})
        self._keep(replace(self._batch, common=common))
        self._show(replace(self.view, step=BatchStep.PEOPLE, common=common))

    def may_come(self, number: str) -> bool:
        """Whether that card's holder has not been yet; else the view says so."""
        if any(case.applicant_number == number for case in self.view.people):
            self._show(replace(self.view, fault=Fault.CARD_ALREADY_READ))
            return False
        return True

    def person_began(self, case_id: CaseId) -> None:
        """Somebody's case is being taken in."""
        if self._batch.current:
            self._take_up()  # the store would not say when that one was over
        self._keep(replace(self._batch, current=case_id))

    def person_over(self) -> None:
        """That person is done, or left without confirming."""
        self._take_up()
        self._show(replace(self.view, resumed=False))

    def cases_changed(self) -> None:
        """Sync brought something: numbers and states are read anew."""
        self._show(replace(self.view, people=self._read(self._batch.cases)))

    def device_failed(self, fault: Fault | None) -> None:
        """A device that this page needs made trouble, or works again."""
        if fault is not self.view.fault:
            self._show(replace(self.view, fault=fault))

    def end(self) -> bool:
        """Everybody has been: True when that is kept. The cases stay; only the batch is over."""
        try:
            end_batch(self._store, self._batch.item_code)
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))
            return False
        return True

    def leave(self) -> None:
        """Nobody stays in the view."""
        self.view = BatchView(self.view.item, self.view.step)

    def slips(self) -> tuple[tuple[Receipt, PrintOrder], ...]:
        """The slip of every case, in order, and as what the ledger enters it."""
        view, now = self.view, self._now()
        return tuple(
            (
                receipt_for(case, view.item, self._site, now=now, prove=self._prove),
                receipt_order(case),
            )
            for case in view.people
        )

    def slip_of_all(self) -> Receipt:
        """One slip with everybody's name and receipt number, for the assistant."""
        item = self.view.item
        return Receipt(
            title=LIST_TITLE,
            site=self._site.name,
            lines=tuple(
                (case.applicant_name, grouped(case.receipt_number)) for case in self.view.people
            ),
            notes=(item.title, f"{self._now():%Y年%m月%d日 %H:%M}"),
            footer=FOOTER,
            korean=((item.title, item.title_ko),) if item.title_ko else (),
        )

    def _take_up(self) -> None:
        """The case at hand counts once it is confirmed, also when the power failed just then."""
        batch = self._batch
        self.view = replace(self.view, fault=None)
        confirmed = [c for c in self._read((CaseId(batch.current),)) if c.receipt_number]
        if self.view.fault is not None:
            return  # the store does not say now; the next look asks again
        done = (*batch.cases, *(c.case_id for c in confirmed if c.case_id not in batch.cases))
        self._keep(replace(batch, cases=done, current=""))
        people = self._read(done)  # may note a fault in the view
        self.view = replace(self.view, people=people)

    def _read(self, case_ids: tuple[CaseId, ...]) -> tuple[Case, ...]:
        found = []
        for case_id in case_ids:
            try:
                found.append(self._store.case(case_id))
            except KeyError:  # removed since: kept long enough, or never confirmed
                continue
            except StoreError as error:
                self.view = replace(self.view, fault=error.fault)
        return tuple(found)

    def _keep(self, batch: Batch) -> None:
        self._batch = batch
        try:
            keep_batch(self._store, batch)
        except StoreError as error:
            self.view = replace(self.view, fault=error.fault)

    def _show(self, view: BatchView) -> None:
        self.view = view
        self._on_change(view)
