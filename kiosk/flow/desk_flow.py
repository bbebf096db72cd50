"""The desk of village assistants: what is to be done today, each case with its clock.

A list shows no more of a person than is needed to tell two cases apart: family name and the masked
number.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from kiosk.domain.case import Case, CaseId, CaseKind, CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.id_number import masked
from kiosk.domain.masked_name import masked_name
from kiosk.domain.receipt_number import day_prefix, plain
from kiosk.domain.staff import Role, StaffMember
from kiosk.domain.working_days import Remaining
from kiosk.flow.equipment import CasesChanged, CodeSeen, Event
from kiosk.flow.receipts import receipt_number_in
from kiosk.flow.site import Site
from offline_store.api import Limits, ScreenStore, StoreError
from offline_store.api_staff import DeskList, DeskRow

CASE_WORKERS: Final = (Role.ASSISTANT, Role.CLERK, Role.FIELD)
MOST_A_DAY: Final = 2000  # cases on the printed list
LimitOf = Callable[[Case], Remaining | None]
"""What is left of the time that the office promised; None: nothing runs."""


@unique
class DeskOffer(StrEnum):
    """What a person of the staff is offered at the desk; the value is the key of its words."""

    CASES = "cases"  # the lists and the search
    APPLY = "apply"  # begin a case for somebody
    AGENCY = "agency"  # 代办
    BATCH = "batch"  # 批量办理
    FIELD = "field"  # 上门办理
    APPROVE = "approve"  # a second person's word
    LEDGER = "ledger"  # 打印台账
    UPLOAD = "upload"  # 上传情况, with the switches
    MACHINE = "machine"  # devices, network, disk, clock, log
    TRAINING = "training"


def offers_for(member: StaffMember) -> frozenset[DeskOffer]:
    """By role (requirement T-34): who looks after machines sees nobody's cases."""
    machine = {DeskOffer.UPLOAD, DeskOffer.MACHINE, DeskOffer.TRAINING}
    if member.is_one_of(*CASE_WORKERS):
        cases = {DeskOffer.CASES, DeskOffer.APPLY, DeskOffer.AGENCY, DeskOffer.BATCH}
        at_home = {DeskOffer.FIELD} if member.is_one_of(Role.FIELD) else set()
        return frozenset({*cases, *at_home, DeskOffer.APPROVE, DeskOffer.LEDGER, *machine})
    return frozenset(machine)


@dataclass(frozen=True, slots=True)
class DeskCase:
    """One line of a list. Masked: nothing in it opens anything by itself."""

    case_id: CaseId
    item_title: str
    state: CaseState
    who: str = field(repr=False)  # family name and stars
    number: str = field(repr=False)  # masked
    receipt_number: str = ""
    since: datetime | None = None
    limit: Remaining | None = None
    hours_left: int | None = None  # of a draft, until it is removed
    is_aside: bool = False
    item_code: str = ""


@dataclass(frozen=True, slots=True)
class DeskView:
    """Everything the desk shows. Replaced, never changed."""

    offers: frozenset[DeskOffer]
    chosen: DeskList = DeskList.TODAY
    counts: Mapping[DeskList, int] = field(default_factory=lambda: MappingProxyType({}))
    rows: tuple[DeskCase, ...] = field(default=(), repr=False)
    searching: bool = False
    looked_for: str = field(default="", repr=False)
    unknown_code: bool = False  # a code or number that no case here has
    fault: Fault | None = None


class DeskFlow:
    """One sitting at the desk. Lives on the interface's thread."""

    def __init__(
        self,
        store: ScreenStore,
        member: StaffMember,
        *,
        site: Site,
        now: Callable[[], datetime],
        on_change: Callable[[DeskView], None],
        opens: Callable[[CaseId, CaseState], None],
        limit_of: LimitOf = lambda _case: None,
    ) -> None:
        """`now`: aware, local. `opens`: that case is to be shown, or that draft gone on with."""
        self._store = store
        self.site = site
        self.now = now
        self._on_change = on_change
        self._opens = opens
        self._limit_of = limit_of
        self.view = DeskView(offers_for(member))

    def begin(self) -> None:
        """Show today's list."""
        self.look()
        self._on_change(self.view)

    def look(self) -> None:
        """Ask the store anew. Some 20 ms with 10,000 cases."""
        if DeskOffer.CASES not in self.view.offers:
            return
        with self._store_trouble_shown():
            today = self._today()
            view = replace(self.view, counts=self._store.desk_counts(today=today), fault=None)
            self._show(replace(view, rows=self._rows_of(view, today)))

    def happened(self, event: Event) -> None:
        """A code before the scanner, or news of cases."""
        match event:
            case CodeSeen(text=text):
                self.code_read(text)
            case CasesChanged():
                self.look()
            case _:
                pass

    def todays(self) -> tuple[DeskCase, ...]:
        """The cases of today, as a list shows them; none when the store refuses, which is shown."""
        if DeskOffer.CASES not in self.view.offers:
            return ()
        lines: list[DeskCase] = []
        with self._store_trouble_shown():
            rows = self._store.desk_list(DeskList.TODAY, today=self._today(), limit=MOST_A_DAY)
            lines += [self._line(row) for row in rows]
        return tuple(lines)

    def choose(self, which: DeskList) -> None:
        """Another list."""
        self._show(
            replace(
                self.view, chosen=which, searching=False, looked_for="", unknown_code=False, rows=()
            )
        )
        self.look()

    def search(self, typed: str) -> None:
        """A number opens its case; words are looked for among names, items and numbers."""
        wanted = typed.strip()
        if not wanted:
            self.choose(self.view.chosen)
            return
        if self._open_receipt(plain(wanted)):
            return
        self._show(replace(self.view, searching=True, looked_for=wanted, unknown_code=False))
        self.look()

    def search_person(self, number: str) -> None:
        """Their card was read: their cases, whatever state they are in."""
        with self._store_trouble_shown():
            rows = tuple(
                self._line(DeskRow(case))
                for case in self._store.cases_of(number)
                if case.kind is CaseKind.APPLICATION
            )
            self._show(replace(self.view, searching=True, looked_for="", rows=rows))

    def code_read(self, code: str) -> None:
        """The QR code of a slip opens its case."""
        number = receipt_number_in(code, self.site) or plain(code)
        if DeskOffer.CASES in self.view.offers and not self._open_receipt(number):
            self._show(replace(self.view, unknown_code=True))

    def open(self, case_id: CaseId) -> None:
        """One of the lines was touched."""
        row = next(row for row in self.view.rows if row.case_id == case_id)
        self._opens(row.case_id, row.state)

    def leave(self) -> None:
        """Nothing of anybody stays."""
        self.view = DeskView(self.view.offers)

    def _open_receipt(self, number: str) -> bool:
        with self._store_trouble_shown():
            case = self._store.case_by_receipt(number) if number else None
            if case is not None and case.kind is CaseKind.APPLICATION:
                self._opens(case.case_id, case.state)
                return True
        return False

    def _today(self) -> str:
        day = self.now().date()
        return day_prefix(site=self.site.code, terminal=self.site.terminal, day=day)

    def _still_known(self, view: DeskView) -> Iterator[Case]:
        for row in view.rows:
            with suppress(KeyError):  # tidied away meanwhile
                yield self._store.case(row.case_id)

    def _rows_of(self, view: DeskView, today: str) -> tuple[DeskCase, ...]:
        if view.searching and not view.looked_for:  # a person's, by their card
            return tuple(self._line(DeskRow(case)) for case in self._still_known(view))
        if view.searching:
            found = self._store.desk_find(view.looked_for)
            return tuple(self._line(DeskRow(case)) for case in found)
        return tuple(self._line(row) for row in self._store.desk_list(view.chosen, today=today))

    def _line(self, row: DeskRow) -> DeskCase:
        case, since = row.case, row.since or row.case.confirmed_at
        hours = None
        if row.saved_at is not None:
            hours = max(0, (row.saved_at + Limits().drafts - self.now()) // timedelta(hours=1))
        limit = self._limit_of(case)
        return DeskCase(
            case_id=case.case_id,
            item_title=case.item_title,
            state=case.state,
            who=masked_name(case.applicant_name),
            number=masked(case.applicant_number) if case.applicant_number else "",
            receipt_number=case.receipt_number,
            since=since or row.saved_at,
            limit=limit,
            hours_left=hours,
            is_aside=row.is_aside,
            item_code=case.item_code,
        )

    @contextmanager
    def _store_trouble_shown(self) -> Iterator[None]:
        try:
            yield
        except StoreError as error:
            self._show(replace(self.view, fault=error.fault))

    def _show(self, view: DeskView) -> None:
        if view != self.view:
            self.view = view
            self._on_change(view)
