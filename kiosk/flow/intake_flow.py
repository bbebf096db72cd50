"""Leads one resident from the guide of an item to a case that is safe on the disk.

No Qt, no drivers, no network: a page calls a method when the resident has done something, and
draws whatever `view` says afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from kiosk.domain.answers import complaint_about
from kiosk.domain.case import Case, CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.service_item import ServiceCatalog, ServiceItem
from kiosk.domain.standing import Reason, Standing
from kiosk.flow.flow_view import FlowView
from kiosk.flow.kept_draft import KeptDraft
from kiosk.flow.kept_visit import KeptVisit
from kiosk.flow.may_begin import refusal
from kiosk.flow.prefill import prefilled, with_typed
from kiosk.flow.remembered import Earlier, Remembered, offers_for
from kiosk.flow.resumed_draft import NotResumed, ResumedDraft
from kiosk.flow.site import Site
from kiosk.flow.steps import Step, steps_for
from offline_store.api import CaseStore, OpenDraft, StoreError

SIGNATURE: Final = "signature"  # the material key under which the signature's picture is kept


class IntakeFlow(KeptVisit):
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
        standing: Callable[[], Standing] = Standing,
        draft: OpenDraft | None = None,
        person: Remembered | None = None,
        catalog: ServiceCatalog | None = None,
    ) -> None:
        """`draft`: go on with that one, of this very item, instead of beginning anew.

        `person`: whose card was read in this visit already, and what they answered since.
        `catalog`: to know the papers of earlier cases by their names.
        """
        steps = steps_for(item)
        step = steps[0] if draft is None else Step.READ_CARD
        case = Case(
            case_id=new_case_id(),
            item_code=item.code,
            item_title=item.title,
            catalog_version=catalog_version,
            started_at=now(),
        )
        super().__init__(
            FlowView(item=item, steps=steps, step=step, resuming=draft is not None),
            KeptDraft(cases, case),
            on_change=on_change,
        )
        self._cases = cases
        self._site = site
        self._now = now
        self._standing = standing
        self._draft = draft
        self._person = person
        self._catalog = catalog

    def begin(self) -> None:
        """The guide is shown; says at once when no further case can be taken in.

        A draft is gone on with whatever the terminal's standing: its case was begun before.
        """
        self.view = replace(self.view, standing=self._standing())
        if self.view.resuming or self._may_begin():
            self._show(self.view)

    @property
    def site(self) -> Site:
        """Where this terminal stands, for questions about the place."""
        return self._site

    @property
    def today(self) -> date:
        """The day, where the wheels of a date begin."""
        return self._now().date()

    @property
    def takes_pictures(self) -> bool:
        """Whether a photographed card may stand for one that was read: staff must have seen it.

        Never for a draft, which shows what somebody has typed.
        """
        return self.view.assisted and self._draft is None

    @property
    def remembered(self) -> Remembered | None:
        """What is known of the person for the next thing in this visit; None before a card."""
        holder = self.view.holder
        if holder is None:
            return self._person
        if not holder.opens_earlier:
            return None
        known = self._person
        if known is None or known.card.number != holder.number:
            known = Remembered(holder)
        return known.with_answers(self.view.item, self.view.answers)

    # -- what the resident does

    def card_read(self, card: IdentityCard) -> None:
        """A card was laid down. On any page but the one that asks for it, it is ignored."""
        if self.view.step is not Step.READ_CARD or not self._may_stand(card):
            return
        today = self._now().date()
        clock_is_right = Reason.CLOCK_WRONG not in self.view.standing.reasons
        if clock_is_right and card.expired_on(today):
            self._show(replace(self.view, fault=Fault.CARD_EXPIRED))
            return
        if self._draft is not None:
            self._go_on(self._draft, card)
            return
        known = prefilled(self.view.item, card, site_code=self._site.code, today=today)
        prefilled_keys = frozenset(known)
        before = self.view.holder
        holder_stays = before is not None and before.number == card.number
        if holder_stays:
            # Back and forth must not lose what was typed.
            known = with_typed(self.view.item, known, self.view.answers)
        else:
            self._drop_everything_of_somebody_else()
        changing = self.view.changing and holder_stays
        self._kept.case = replace(
            self._kept.case, applicant_name=card.shown_name, applicant_number=card.number
        )
        self.view = replace(
            self.view, holder=card, answers=MappingProxyType(known), prefilled=prefilled_keys
        )
        self._recall(card)
        self._kept.is_stored = True
        self.view = replace(self.view, changing=changing)
        self._move_to(Step.REVIEW) if changing else self._move(+1)

    def answer(self, key: str, answer: str) -> None:
        """An answer was given or changed; a complaint about it goes away until `next`."""
        self._answered({key: answer})

    def answer_as_last_time(self) -> None:
        """Take over what the person answered to this item the last time; typed ones stay."""
        if not self.view.same_as_last_time:
            self._answered(self.view.last_time)

    def next(self) -> None:
        """To the next page, when this one is complete; else `view` says what is missing."""
        if self.view.step is Step.REVIEW:
            self.confirm()
        elif self._complete():
            if self.view.changing:
                self._move_to(Step.REVIEW)
            elif self.view.step is Step.GUIDE and self._person is not None:
                self._with_card_of(self._person)
            else:
                self._move(+1)

    def back(self) -> None:
        """To the page before; nothing is lost."""
        if self.view.can_go_back:
            self.view = replace(self.view, changing=False)
            self._move(-1)

    def go_to(self, step: Step) -> None:
        """From the review to an earlier page, to change something there; `next` leads back."""
        if self.view.step is Step.REVIEW and step in self.view.steps:
            self.view = replace(self.view, changing=True)
            self._move_to(step)

    def confirm(self) -> None:
        """Everything was read once more. Moves to DONE only when the case is on the disk."""
        if self.view.step is not Step.REVIEW:
            return
        view = self.view
        answers = view.item.without_unasked(view.answers)
        outcome = self._kept.confirm(
            answers, view.pages, view.signature, site=self._site, now=self._now()
        )
        if isinstance(outcome, Fault):
            self._show(replace(view, fault=outcome))
            return
        self.view = replace(view, case=outcome)
        self._move(+1)

    def leave(self) -> None:
        """The resident ended the visit or walked away: the draft goes, a confirmed case stays."""
        self._kept.abandon()
        self._draft = None
        self._person = None
        self.view = FlowView(item=self.view.item, steps=self.view.steps, step=self.view.step)

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

    # -- inside

    def _answered(self, given: Mapping[str, str]) -> None:
        view = self.view
        answers = MappingProxyType({**view.answers, **given})
        complaints = {k: v for k, v in view.complaints.items() if k not in given}
        self._kept.lags = True
        offers = offers_for(view.item, answers, self._person)
        self._show(replace(view, answers=answers, complaints=complaints, offers=offers))

    def _with_card_of(self, person: Remembered) -> None:
        """The card was read earlier in this visit: nobody lays it down twice."""
        self._move(+1)
        if self.view.step is Step.READ_CARD and self.view.holder is None:
            self.card_read(person.card)

    def _may_stand(self, card: IdentityCard) -> bool:
        """Photographed only beside staff; a draft only for a card that opens what was before."""
        if self._draft is not None:
            return card.opens_earlier
        return self.takes_pictures or not card.by_picture

    def _recall(self, card: IdentityCard) -> None:
        """What this person answered and showed before, as far as the store still has it.

        Nothing for a card that does not open it, and nothing of an earlier holder stays.
        """
        known = self._person
        if known is not None and (not card.opens_earlier or known.card.number != card.number):
            self._person = None
        item = self.view.item
        earlier = Earlier()
        if card.opens_earlier:
            earlier = Earlier.of(card, item, self._cases, self._catalog)
        offers = offers_for(item, self.view.answers, self._person)
        self.view = replace(
            self.view,
            offers=offers,
            last_time=earlier.last_time,
            shown_before=earlier.shown_before,
        )

    def _go_on(self, draft: OpenDraft, card: IdentityCard) -> None:
        """The visit goes on where it was, if this is the card with which it was begun."""
        item, catalog_version = self.view.item, self._kept.case.catalog_version
        try:
            known = ResumedDraft(
                draft,
                item,
                card,
                self._cases,
                site_code=self._site.code,
                today=self._now().date(),
            )
        except NotResumed as error:
            self._show(replace(self.view, fault=error.fault))
            return
        self._kept.case = replace(known.case, catalog_version=catalog_version)
        self._kept.is_stored = True
        self._draft = None
        self.view = replace(
            self.view,
            resuming=False,
            holder=card,
            answers=known.answers,
            prefilled=known.prefilled,
            signature=known.signature,
        )
        self._recall(card)
        self.view = self.view.with_pages(known.pages)
        after_card = self.view.steps[self.view.steps.index(Step.READ_CARD) + 1 : -1]
        # With another catalogue the form is asked again: its questions may be others.
        is_same = draft.case.catalog_version == catalog_version
        there = [step for step in after_card if is_same and step == draft.step]
        self._move_to(there[0] if there else after_card[0])

    def _complete(self) -> bool:
        match self.view.step:
            case Step.GUIDE:
                return self._may_begin()
            case Step.READ_CARD:
                return self.view.holder is not None
            case Step.FORM:
                complaints = {
                    field.key: complaint
                    for field in self.view.asked
                    if (complaint := complaint_about(field, self.view.answers.get(field.key, "")))
                }
                self._show(replace(self.view, complaints=complaints))
                return not complaints
            case Step.MATERIALS:
                self._show(self.view.with_pages(self.view.pages))
                return not self.view.missing
            case Step.SIGN:
                return self.view.signature is not None
            case _:
                return True

    def _may_begin(self) -> bool:
        """What cannot be taken in is refused before the resident begins (design.md section 4)."""
        standing = self._standing()
        fault = refusal(self._cases, standing)
        self.view = replace(self.view, standing=standing)
        if fault != self.view.fault:
            self._show(replace(self.view, fault=fault))
        return fault is None
