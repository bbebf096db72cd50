"""Leads one resident from the guide of an item to a case that is safe on the disk.

No Qt, no drivers, no network: a page calls a method when the resident has done something, and
draws whatever `view` says afterwards.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from kiosk.domain.answers import Complaint, complaint_about
from kiosk.domain.case import Case, CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.page import ScannedPage
from kiosk.domain.service_item import Material, Need, ServiceItem
from kiosk.flow.prefill import filled_by_card, prefilled
from kiosk.flow.site import Site
from kiosk.flow.steps import Step, steps_for
from offline_store.api import CaseStore, StoreError

log = logging.getLogger(__name__)

SIGNATURE: Final = "signature"  # the material key under which the signature's picture is kept
# Seconds. `tick` comes once a second, so a draft lags behind the screen at most 2 (design.md
# section 2).
AUTOSAVE_AFTER: Final = 1.0


@dataclass(frozen=True, slots=True)
class FlowView:
    """Everything a page needs to draw itself. Replaced, never changed."""

    item: ServiceItem
    steps: tuple[Step, ...]
    step: Step
    holder: IdentityCard | None = field(default=None, repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    prefilled: frozenset[str] = frozenset()  # keys whose answer came from card or terminal
    complaints: Mapping[str, Complaint] = field(default_factory=dict)  # by field key
    pages: tuple[ScannedPage, ...] = field(default=(), repr=False)
    signature: ScannedPage | None = field(default=None, repr=False)
    missing: tuple[Material, ...] = ()  # required materials still without a page
    fault: Fault | None = None
    case: Case | None = field(default=None, repr=False)  # set once it is safe on the disk

    @property
    def can_go_back(self) -> bool:
        """Going back is always possible until the case is confirmed."""
        return self.step not in (self.steps[0], Step.DONE)

    def pages_of(self, material: str) -> tuple[ScannedPage, ...]:
        """The pages taken for one row of the guide."""
        return tuple(page for page in self.pages if page.material == material)


class IntakeFlow:
    """One visit. Make a new one for the next resident; nothing is carried over.

    Lives on the interface's thread. Store trouble appears as `view.fault`, never as an exception.
    """

    def __init__(
        self,
        item: ServiceItem,
        cases: CaseStore,
        *,
        site: Site,
        catalog_version: str,
        new_case_id: Callable[[], CaseId],
        now: Callable[[], datetime],
        on_change: Callable[[FlowView], None],
    ) -> None:
        self._cases = cases
        self._site = site
        self._now = now
        self._on_change = on_change
        self._case = Case(
            case_id=new_case_id(),
            item_code=item.code,
            item_title=item.title,
            catalog_version=catalog_version,
            started_at=now(),
        )
        self._saved_at: datetime | None = None  # None: nothing of this visit is in the store yet
        self._dirty = False
        steps = steps_for(item)
        self.view = FlowView(item=item, steps=steps, step=steps[0])

    def begin(self) -> None:
        """The guide is shown; says at once when the disk has no room for another case."""
        if self._room_for_the_case():
            self._show(self.view)

    @property
    def site(self) -> Site:
        """Where this terminal stands, for questions about the place."""
        return self._site

    @property
    def today(self) -> date:
        """The day, where the wheels of a date begin."""
        return self._now().date()

    # -- what the resident does

    def card_read(self, card: IdentityCard) -> None:
        """A card was laid down. On any page but the one that asks for it, it is ignored."""
        if self.view.step is not Step.READ_CARD:
            return
        today = self._now().date()
        if card.expired_on(today):
            self._show(replace(self.view, fault=Fault.CARD_EXPIRED))
            return
        known = prefilled(self.view.item, card, site_code=self._site.code, today=today)
        prefilled_keys = frozenset(known)
        if self.view.holder is not None and self.view.holder.number == card.number:
            known = self._typed_before(known)  # back and forth must not lose what was typed
        else:
            self._drop_everything_of_somebody_else()
        self._case = replace(
            self._case, applicant_name=card.shown_name, applicant_number=card.number
        )
        self.view = replace(
            self.view, holder=card, answers=MappingProxyType(known), prefilled=prefilled_keys
        )
        if self._save():
            self._move(+1)

    def answer(self, key: str, answer: str) -> None:
        """An answer was given or changed; a complaint about it goes away until `next`."""
        answers = MappingProxyType({**self.view.answers, key: answer})
        complaints = {k: v for k, v in self.view.complaints.items() if k != key}
        self.view = replace(self.view, answers=answers, complaints=complaints)
        self._dirty = True
        self.tick()
        self._show(self.view)

    def page_taken(self, page: ScannedPage) -> None:
        """A page was photographed; it is in the store before the screen shows it."""
        if any(known.sha256 == page.sha256 for known in self.view.pages_of(page.material)):
            return
        if self._keep(page):
            self._show(self._with_pages((*self.view.pages, page)))

    def page_dropped(self, sha256: str) -> None:
        """The resident wants that page away."""
        if self._dropped(sha256):
            self._show(self._with_pages(tuple(p for p in self.view.pages if p.sha256 != sha256)))

    def signed(self, picture: ScannedPage | None) -> None:
        """The signature was drawn, or wiped (None)."""
        before = self.view.signature
        if before is not None and not self._dropped(before.sha256):
            return
        if picture is None or self._keep(picture):
            self._show(replace(self.view, signature=picture, fault=None))

    def device_failed(self, fault: Fault) -> None:
        """A device that this page needs made trouble."""
        self._show(replace(self.view, fault=fault))

    def fault_seen(self) -> None:
        """The trouble is over or was read."""
        if self.view.fault is not None:
            self._show(replace(self.view, fault=None))

    def next(self) -> None:
        """To the next page, when this one is complete; else `view` says what is missing."""
        if self.view.step is Step.REVIEW:
            self.confirm()
        elif self._complete():
            self._move(+1)

    def back(self) -> None:
        """To the page before; nothing is lost."""
        if self.view.can_go_back:
            self._move(-1)

    def go_to(self, step: Step) -> None:
        """From the review back to an earlier page, to change something there."""
        if self.view.step is Step.REVIEW and step in self.view.steps:
            self._show(replace(self.view, step=step, fault=None))

    def confirm(self) -> None:
        """Everything was read once more. Moves to DONE only when the case is on the disk."""
        if self.view.step is not Step.REVIEW:
            return
        try:
            case = self._cases.confirm(
                self._current(),
                site=self._site.code,
                terminal=self._site.terminal,
                now=self._now(),
            )
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))
            return
        self._dirty = False
        self.view = replace(self.view, case=case)
        self._move(+1)

    def leave(self) -> None:
        """The resident ended the visit or walked away: the draft goes, a confirmed case stays."""
        if self.view.case is None and self._saved_at is not None:
            try:
                self._cases.abandon(self._case.case_id)
            except StoreError as error:  # the draft stays sealed and is removed after 72 hours
                log.warning("a left draft could not be removed: %s", error.fault.name)
        self._saved_at = None
        self.view = FlowView(
            item=self.view.item, steps=self.view.steps, step=self.view.step, case=None
        )

    def case_changed(self) -> None:
        """Sync brought something: look whether it concerns this case, such as its number."""
        if self.view.case is None:
            return
        try:
            case = self._cases.case(self.view.case.case_id)
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))
            return
        if case != self.view.case:
            self._show(replace(self.view, case=case))

    def tick(self) -> None:
        """Called about once a second: saves a draft that lags behind the screen."""
        if not self._dirty or self._saved_at is None:
            return
        if (self._now() - self._saved_at).total_seconds() >= AUTOSAVE_AFTER:
            self._save()

    # -- inside

    def _complete(self) -> bool:
        match self.view.step:
            case Step.GUIDE:
                return self._room_for_the_case()
            case Step.READ_CARD:
                return self.view.holder is not None
            case Step.FORM:
                complaints = {
                    field.key: complaint
                    for field in self.view.item.questions()
                    if (complaint := complaint_about(field, self.view.answers.get(field.key, "")))
                }
                self._show(replace(self.view, complaints=complaints))
                return not complaints and self._save()
            case Step.MATERIALS:
                self._show(self._with_pages(self.view.pages))
                return not self.view.missing
            case Step.SIGN:
                return self.view.signature is not None
            case _:
                return True

    def _room_for_the_case(self) -> bool:
        """What cannot fit is refused before the resident begins (design.md section 4)."""
        try:
            fault = None if self._cases.room_for_a_case() else Fault.STORE_FULL
        except StoreError as error:
            fault = error.fault
        if fault != self.view.fault:
            self._show(replace(self.view, fault=fault))
        return fault is None

    def _typed_before(self, known: dict[str, str]) -> dict[str, str]:
        """What was typed stays, but the card always wins on what is the card's."""
        of_card = {f.key for f in self.view.item.questions() if filled_by_card(f)}
        return {**known, **self.view.answers, **{k: v for k, v in known.items() if k in of_card}}

    def _drop_everything_of_somebody_else(self) -> None:
        """Another person takes the place of the one whose card lay here before."""
        kept = [*self.view.pages, *filter(None, [self.view.signature])]
        for page in kept:
            self._dropped(page.sha256)
        self.view = replace(self.view, pages=(), signature=None, missing=())

    def _with_pages(self, pages: tuple[ScannedPage, ...]) -> FlowView:
        taken = {page.material for page in pages}
        missing = tuple(
            material
            for material in self.view.item.pages_to_photograph()
            if material.need is Need.REQUIRED and material.key not in taken
        )
        return replace(self.view, pages=pages, missing=missing, fault=None)

    def _keep(self, page: ScannedPage) -> bool:
        try:
            self._cases.add_page(self._case.case_id, page)
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))
            return False
        return True

    def _dropped(self, sha256: str) -> bool:
        try:
            self._cases.drop_page(self._case.case_id, sha256)
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))
            return False
        return True

    def _current(self) -> Case:
        return replace(
            self._case,
            answers=dict(self.view.answers),
            pages=tuple(page.reference() for page in self.view.pages),
            signature=self.view.signature.reference() if self.view.signature else None,
        )

    def _save(self) -> bool:
        try:
            self._cases.save_draft(self._current())
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))
            return False
        self._saved_at, self._dirty = self._now(), False
        return True

    def _move(self, by: int) -> None:
        steps = self.view.steps
        step = steps[steps.index(self.view.step) + by]
        self._show(replace(self.view, step=step, fault=None, complaints={}))

    def _show(self, view: FlowView) -> None:
        self.view = view
        self._on_change(view)
