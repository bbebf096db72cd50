"""What the program may ask of the store. Every method is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Protocol

from kiosk.domain.case import Case, CaseId
from kiosk.domain.fault import Fault
from kiosk.domain.page import PageRef, ScannedPage
from kiosk.domain.progress import IssuedDocument, StateChange
from offline_store.api_prints import PrintLedger
from offline_store.api_staff import DeskCases, StaffBook
from offline_store.arrivals import Inbox, Noticeboard


class StoreError(Exception):
    """The store could not do it, and nothing was changed. The only error it raises.

    `fault` is one of the STORE_ faults. `of_the_disk`: the system refused a call to the disk now,
    which says nothing of what is stored: that may be whole, and the same call may succeed later.
    With STORE_DAMAGED and without `of_the_disk`, what was read is not what was written.
    """

    def __init__(self, fault: Fault, detail: str = "", *, of_the_disk: bool = False) -> None:
        super().__init__(f"{fault.name}: {detail}" if detail else fault.name)
        self.fault = fault
        self.of_the_disk = of_the_disk


@dataclass(frozen=True, slots=True)
class Limits:
    """How long what is kept (design.md section 4). A case not acknowledged stays for ever.

    Times are ages of the store, not those of the clock (decision 0011).
    """

    drafts: timedelta = timedelta(hours=72)
    sent_cases: timedelta = timedelta(days=1)  # answers, pages: after the signed acknowledgement
    printed_documents: timedelta = timedelta(hours=24)  # after the case was delivered
    persons: timedelta = timedelta(days=90)  # name, number, reasons: after the last step
    # Numbers, steps, acknowledgement, after the last step; at least six months (networks law,
    # reference/domain.md section 6), the longest of which have 184 days.
    ledger: timedelta = timedelta(days=190)
    audit: timedelta = timedelta(days=190)
    visits: timedelta = timedelta(days=30)  # home visits that nobody ended
    staged: timedelta = timedelta(days=7)  # half a download

    def ages(self) -> tuple[timedelta, ...]:
        """All of them."""
        return tuple(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one tidying removed."""

    drafts: int = 0
    cleared: int = 0  # sent cases that lost answers and pages; number, state, receipt stay
    documents: int = 0
    forgotten: int = 0  # cases that lost name and number of the person
    removed: int = 0  # cases of which nothing is left
    audit_rows: int = 0
    prints: int = 0  # lines of the print ledger


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft that was neither confirmed nor abandoned."""

    case: Case
    step: str  # where the visit was; "" when it was never said
    saved_at: datetime  # aware


class StoreKey(Protocol):
    """Where the database key lives. Destroying it is the wipe."""

    def key(self) -> bytes:
        """32 bytes, made at first use. Raises StoreError(STORE_KEY_WRONG)."""
        ...

    def destroy(self) -> bool:
        """Make every byte of the database unreadable for ever; True when there was a key.

        May be repeated. Raises StoreError when it may still be there.
        """
        ...


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A confirmed case on its way. `order` is the store's own counter, never the clock."""

    case_id: CaseId
    order: int
    attempts: int
    not_before: datetime | None  # aware, UTC


@dataclass(frozen=True, slots=True)
class SetAside:
    """An entry that the gateway refuses for good; a person must look at it."""

    case_id: CaseId
    reason: str = field(repr=False)


class CaseStore(Protocol):
    """Cases and their pages. One instance belongs to one thread."""

    def save_draft(self, case: Case, *, step: str = "") -> None:
        """Insert or replace a case in state DRAFT, and where the visit is. Raises StoreError."""
        ...

    def open_draft(self) -> OpenDraft | None:
        """The draft that was begun last. Raises StoreError."""
        ...

    def add_page(self, case_id: CaseId, page: ScannedPage) -> PageRef:
        """Keep a page of a draft; the same bytes twice are kept once. Raises StoreError."""
        ...

    def drop_page(self, case_id: CaseId, sha256: str) -> None:
        """Forget a page of a draft; unknown pages are ignored."""
        ...

    def confirm(self, case: Case, *, site: str, terminal: str, now: datetime) -> Case:
        """Case, page list, outbox entry and audit row together, or nothing.

        Allots the receipt number, moves the case to QUEUED and returns it. When this returns, the
        bytes are on the disk (synchronous=FULL). Confirming the same case again returns the first
        result. Raises StoreError; IllegalMove when the case is past DRAFT in another way.
        """
        ...

    def abandon(self, case_id: CaseId) -> None:
        """The resident left: remove the draft with its pages; an audit row without names stays."""
        ...

    def case(self, case_id: CaseId) -> Case:
        """Raises KeyError when there is none."""
        ...

    def cases_of(self, applicant_number: str) -> Sequence[Case]:
        """Every confirmed case of that person, newest first, without those that follow another."""
        ...

    def following(self, case_id: CaseId) -> Sequence[Case]:
        """Corrections and the evaluation of that case, newest first."""
        ...

    def case_by_receipt(self, receipt_number: str) -> Case | None:
        """The case with that slip; of a correction's slip the case that it belongs to."""
        ...

    def page(self, sha256: str) -> bytes:
        """The page's JPEG. Raises KeyError."""
        ...

    def documents_of(self, case_id: CaseId) -> Sequence[IssuedDocument]:
        """What the office issued and this terminal has, oldest first."""
        ...

    def changes_of(self, case_id: CaseId) -> Sequence[StateChange]:
        """Every step of the case since it was confirmed, as this terminal heard of it, in order.

        RECEIVED and DELIVERED carry the terminal's own time, the office's steps the office's.
        Documents are left out: see `documents_of`. Empty for an unknown case.
        """
        ...

    def document(self, sha256: str) -> bytes:
        """The document's bytes, their hash checked. Raises KeyError, StoreError."""
        ...

    def delivered(self, case_id: CaseId, *, now: datetime) -> Case:
        """The result was printed and handed over: DECIDED to DELIVERED; repeated calls are fine."""
        ...

    def held(self) -> Sequence[Case]:
        """Confirmed cases that wait for a second person's approval, the last confirmed first."""
        ...

    def release(self, case_id: CaseId, *, by: str, now: datetime) -> Case:
        """The second person, that staff member, approves: from now on the case may be sent.

        Repeating it changes nothing. Raises KeyError, StoreError; IllegalMove when `by` is who took
        the case in.
        """
        ...

    def cases_that_fit(self) -> int:
        """How many whole cases surely fit on the disk yet. Raises StoreError."""
        ...

    def room_for_a_case(self) -> bool:
        """False when a whole case might not fit: ask before a resident begins. Raises StoreError.

        Microseconds; the reserve for confirming and the log is kept back.
        """
        ...


class WaitingCases(Protocol):
    """What people ask about the outbox, and the one thing they may wish of it."""

    def waiting(self) -> int:
        """How many confirmed cases are not at the gateway yet, those set aside not counted."""
        ...

    def oldest_waiting(self) -> datetime | None:
        """When the first of them was confirmed; None when there is none."""
        ...

    def aside(self) -> Sequence[SetAside]:
        """Everything set aside."""
        ...

    def offer_again(self) -> int:
        """Let everything that was set aside be sent once more; how many entries that were."""
        ...


class Outbox(WaitingCases, Protocol):
    """What waits to be sent, and what the gateway answered."""

    def due(self, now: datetime, limit: int) -> Sequence[OutboxEntry]:
        """Entries whose time has come, oldest first."""
        ...

    def acknowledged(
        self, case_id: CaseId, *, acknowledgement: bytes, official_number: str, now: datetime
    ) -> Case:
        """Store the gateway's receipt, move to RECEIVED, end the outbox entry: together.

        Repeating it changes nothing.
        """
        ...

    def try_again(self, case_id: CaseId, *, not_before: datetime) -> None:
        """Count an attempt; the entry is due again at that moment."""
        ...

    def wait_no_longer(self) -> int:
        """Make everything due that only waits for its time; how many entries that were.

        Attempts stay counted, and what is set aside stays so.
        """
        ...

    def set_aside(self, case_id: CaseId, reason: str, *, now: datetime) -> None:
        """Stop sending this one until a person has looked; nothing of it is deleted."""
        ...


class ScreenStore(
    CaseStore, WaitingCases, Noticeboard, StaffBook, DeskCases, PrintLedger, Protocol
):
    """What people at the screen may see and do. One instance belongs to one thread."""


class Store(CaseStore, Outbox, Inbox, StaffBook, DeskCases, PrintLedger, Protocol):
    """The whole store. One instance belongs to one thread; open one for each thread."""

    def next_day_serial(self, day: date) -> int:
        """The serial that the next receipt of that day would get; looks at every receipt.

        For checks from outside that each number is given once; confirming has a way of its own.
        """
        ...

    def tidy(self, now: datetime, limits: Limits) -> Tidied:
        """Remove what was kept long enough, in transactions of some milliseconds each.

        A sent case loses answers and pages first, then whose it was, and in the end numbers, steps
        and the signed acknowledgement. Ages count from the first call on: call it at every start
        and every hour. `now` dates what is noted; a wrong clock makes nothing older. May be
        repeated and broken off anywhere. Freed pages are overwritten and returned to the file
        system, and room for confirming is kept again. Raises StoreError; what was removed stays
        removed.
        """
        ...

    def free_bytes(self) -> int:
        """What the disk of the store still takes. Raises StoreError."""
        ...

    def problems(self) -> Sequence[str]:
        """What was found damaged at a start and set aside; empty once those files are taken away.

        Short words for staff without a person's name. Raises StoreError.
        """
        ...

    def integrity_problems(self) -> Sequence[str]:
        """What SQLite's own check complains about; empty when all is well. May take seconds.

        Raises StoreError when it cannot look.
        """
        ...

    def close(self) -> None:
        """Never raises."""
        ...
