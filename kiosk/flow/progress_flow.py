"""Shows a resident how earlier cases stand, and which documents can be printed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique

from kiosk.domain.case import Case, CaseId, CaseKind, CaseState
from kiosk.domain.correction import can_be_redone, needs_agent, needs_entrustment
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.payment import PaymentDue
from kiosk.domain.printed import VOIDS, PrintEntry
from kiosk.domain.progress import IssuedDocument, StateChange
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.working_days import PACKAGED, Remaining, WorkCalendar
from kiosk.flow.case_limit import limit_of
from kiosk.flow.receipts import receipt_number_in
from kiosk.flow.site import Site
from kiosk.flow.void_papers import VoidPapers
from offline_store.api import ScreenStore, StoreError


@unique
class ProgressStep(StrEnum):
    """The pages of a progress query 进度查询."""

    IDENTIFY = "identify"  # lay the card, or show the slip's code
    CASES = "cases"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Everything the progress pages need. Replaced, never changed."""

    step: ProgressStep = ProgressStep.IDENTIFY
    holder: IdentityCard | None = field(default=None, repr=False)
    cases: tuple[Case, ...] = field(default=(), repr=False)
    chosen: Case | None = field(default=None, repr=False)
    documents: tuple[IssuedDocument, ...] = ()  # of the chosen case
    changes: tuple[StateChange, ...] = ()  # its steps, in the order in which they came
    following: tuple[Case, ...] = ()  # corrections and evaluation of it, newest first
    item: ServiceItem | None = None  # what it was applied for, where the catalogue still has it
    limit: Remaining | None = None  # until when the office promised to decide
    due: PaymentDue | None = None  # what is to be paid for it, as the gateway just said
    aside: frozenset[CaseId] = frozenset()  # those that staff have to look at before they are sent
    void: tuple[PrintEntry, ...] = ()  # papers of it that no longer count
    void_cases: frozenset[CaseId] = frozenset()  # those of `cases` that have such papers
    revoked: frozenset[str] = frozenset()  # SHA-256 of `documents` that the office took back
    fault: Fault | None = None
    unknown_code: bool = False  # a code was shown that belongs to no case here
    can_evaluate: bool = True  # whether this terminal takes evaluations at all
    by_staff: bool = False  # opened from the desk, without the person's card

    @property
    def may_print(self) -> bool:
        """Documents are handed only to a person whose card was read, never to a slip alone."""
        return (
            self.holder is not None
            and self.chosen is not None
            and self.holder.number == self.chosen.applicant_number
        )

    @property
    def may_print_form(self) -> bool:
        """The holder's own form, as long as the answers are kept here."""
        case = self.chosen
        return (
            self.may_print
            and case is not None
            and case.kind is CaseKind.APPLICATION
            and case.state not in VOIDS
            and bool(case.answers)
        )

    @property
    def for_holder_only(self) -> bool:
        """The result is for the person alone: neither agent nor staff may see it (domain.md 5)."""
        return self.item is not None and self.item.result_for_holder_only

    @property
    def _is_sealed(self) -> bool:
        """Decided, and for the person alone; what is to be corrected before that is no result."""
        over = (CaseState.DECIDED, CaseState.DELIVERED, CaseState.REFUSED)
        return self.for_holder_only and self.chosen is not None and self.chosen.state in over

    @property
    def may_read(self) -> bool:
        """Whether what the office wrote may stand on the page.

        Whoever has no card may read it where nobody is named. Staff may, to help the person with
        it, unless the result is for the holder alone.
        """
        nameless = self.chosen is not None and not self.chosen.applicant_number
        helped = self.by_staff and not self._is_sealed
        return self.may_print or nameless or helped

    @property
    def says_result(self) -> bool:
        """Whether the province's own word for the state may stand there; it may tell the result."""
        return self.may_print or not self._is_sealed

    @property
    def asked(self) -> StateChange | None:
        """The office's newest list, row by row; None where there is none."""
        return next((one for one in reversed(self.changes) if one.asked), None)

    @property
    def corrected(self) -> Case | None:
        """What was handed in for that list."""
        if self.asked is None:
            return None
        same = (c for c in self.following if c.kind is CaseKind.CORRECTION)
        return next((c for c in same if c.round == self.asked.round), None)

    @property
    def may_correct(self) -> bool:
        """True when all of the list can be done again here and now, by the card's holder."""
        return (
            self.may_print
            and self.chosen is not None
            and self.chosen.state is CaseState.CORRECTION
            and self.asked is not None
            and self.corrected is None
            and self.item is not None
            and can_be_redone(self.item, self.asked.asked)
        )

    @property
    def needs_agent(self) -> bool:
        """True when the list has rows that only the agent 代办人 of the case can answer."""
        rows = self.asked.asked if self.asked is not None else ()
        return self.item is not None and needs_agent(self.item, rows)

    @property
    def needs_both(self) -> bool:
        """True when applicant and agent make the entrustment 委托书 anew."""
        rows = self.asked.asked if self.asked is not None else ()
        return self.item is not None and needs_entrustment(self.item, rows)

    @property
    def may_evaluate(self) -> bool:
        """True once it is decided, for the card's holder, as long as nobody did."""
        return (
            self.can_evaluate
            and self.may_print
            and self.chosen is not None
            and self.chosen.kind is CaseKind.APPLICATION
            and self.chosen.state in (CaseState.DECIDED, CaseState.DELIVERED)
            and all(c.kind is not CaseKind.EVALUATION for c in self.following)
        )


class ProgressFlow:
    """One query. Make a new one for the next resident; lives on the interface's thread."""

    def __init__(
        self,
        cases: ScreenStore,
        *,
        site: Site,
        now: Callable[[], datetime],
        on_change: Callable[[ProgressView], None],
        item: Callable[[str], ServiceItem | None] = lambda _code: None,
        calendar: WorkCalendar = PACKAGED,
        can_evaluate: bool = True,
    ) -> None:
        """`item`: of the catalogue, by its code. `calendar`: the office's days."""
        self._can_evaluate = can_evaluate
        self._item = item
        self._calendar = calendar
        self._cases = cases
        self.site = site
        self._now = now
        self._on_change = on_change
        self._void = VoidPapers(cases)
        self.view = ProgressView()

    def come_back(self, card: IdentityCard, case_id: CaseId) -> None:
        """The holder has seen one of the documents of that case."""
        self.card_read(card)
        if any(case.case_id == case_id for case in self.view.cases):
            self.choose(case_id)

    def card_read(self, card: IdentityCard) -> None:
        """A card was laid down: show that person's cases. An expired card may still ask."""
        if self.view.holder is not None:
            return
        with self._store_trouble_shown():
            self._show(self._after_card(card, tuple(self._cases.cases_of(card.number))))

    def _after_card(self, card: IdentityCard, cases: tuple[Case, ...]) -> ProgressView:
        known = self.view.chosen
        if known is not None and known.applicant_number == card.number:
            return replace(self.view, holder=card, cases=cases, fault=None)
        return ProgressView(
            step=ProgressStep.CASES,
            holder=card,
            cases=cases,
            aside=self._set_aside(cases),
            void_cases=self._void.among(cases),
        )

    def item_of(self, case: Case) -> ServiceItem | None:
        """What the catalogue of now has for that case."""
        return self._item(case.item_code)

    def signature(self) -> bytes | None:
        """With which the chosen case was signed, JPEG; b"": it has none. None: it is gone."""
        case = self.view.chosen
        if case is None:
            return None
        if case.signature is None:
            return b""
        with self._store_trouble_shown(), suppress(KeyError):
            return self._cases.page(case.signature.sha256)
        return None

    def code_read(self, code: str) -> None:
        """A slip's QR code was shown: open that case, without its documents."""
        if self.view.step is not ProgressStep.IDENTIFY:
            return
        number = receipt_number_in(code, self.site)
        with self._store_trouble_shown():
            case = self._cases.case_by_receipt(number) if number else None
            if case is None:
                self._show(replace(self.view, unknown_code=True))
                return
            self._show(self._opened(replace(self.view, cases=(case,), unknown_code=False), case))

    def open_for_staff(self, case_id: CaseId) -> None:
        """Open one case from the desk: how it stands, and what is to be corrected.

        Its papers stay with the person: their card opens them here, too.
        """
        with self._store_trouble_shown():
            case = self._cases.case(case_id)
            view = ProgressView(cases=(case,), by_staff=True)
            self._show(self._opened(view, case))

    def choose(self, case_id: CaseId) -> None:
        """Open one of the cases."""
        case = next(case for case in self.view.cases if case.case_id == case_id)
        with self._store_trouble_shown():
            self._show(self._opened(self.view, case))

    def device_failed(self, fault: Fault) -> None:
        """A device that this page needs made trouble."""
        self._show(replace(self.view, fault=fault))

    def payment_heard(self, case_id: str, due: PaymentDue | None) -> None:
        """The gateway says what is to be paid. Only the card's holder is told."""
        chosen = self.view.chosen
        if chosen is not None and chosen.case_id == case_id and self.view.may_print:
            self._show(replace(self.view, due=due))

    def cases_changed(self) -> None:
        """Sync brought something: read the shown cases again."""
        if self.view.step is ProgressStep.IDENTIFY:
            return
        with self._store_trouble_shown():
            cases = tuple(self._cases.case(case.case_id) for case in self.view.cases)
            view = replace(
                self.view,
                cases=cases,
                aside=self._set_aside(cases),
                void_cases=self._void.among(cases),
            )
            if view.chosen is not None:
                view = self._opened(view, self._cases.case(view.chosen.case_id))
            self._show(view)

    def back(self) -> None:
        """From one case to the list, from the list to the beginning."""
        if self.view.step is ProgressStep.CASE and self.view.holder is not None:
            view = replace(self.view, chosen=None, documents=(), changes=(), due=None)
            self._show(replace(view, step=ProgressStep.CASES))
        else:
            self._show(ProgressView())

    def leave(self) -> None:
        """The visit is over: forget the person."""
        self.view = ProgressView()

    @contextmanager
    def _store_trouble_shown(self) -> Iterator[None]:
        """The store's trouble appears on the page and ends what was asked."""
        try:
            yield
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))

    def _set_aside(self, cases: tuple[Case, ...]) -> frozenset[CaseId]:
        waiting = any(case.state is CaseState.QUEUED for case in cases)
        known = {entry.case_id for entry in self._cases.aside()} if waiting else set()
        return frozenset(case.case_id for case in cases if case.case_id in known)

    def _opened(self, view: ProgressView, case: Case) -> ProgressView:
        documents = tuple(self._cases.documents_of(case.case_id))
        changes = tuple(self._cases.changes_of(case.case_id))
        item = self._item(case.item_code)
        revoked = self._void.revoked()
        return replace(
            view,
            step=ProgressStep.CASE,
            chosen=case,
            documents=documents,
            aside=self._set_aside((*view.cases, case)),
            changes=changes,
            following=tuple(self._cases.following(case.case_id)),
            can_evaluate=self._can_evaluate,
            item=item,
            void=self._void.of(case),
            revoked=frozenset(one.sha256 for one in documents if one.sha256 in revoked),
            limit=limit_of(case, changes, item, calendar=self._calendar, now=self._now()),
            fault=None,
        )

    def _show(self, view: ProgressView) -> None:
        self.view = view
        self._on_change(view)
