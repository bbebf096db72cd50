"""打印台账: what was printed today, by whose word, and what staff may set right or print again."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from kiosk.domain.masked_name import masked_name
from kiosk.domain.printed import (
    NO_CASE,
    PaperKind,
    PrintEntry,
    PrintId,
    PrintOrder,
    PrintOutcome,
    ReprintReason,
)
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.staff import StaffMember
from kiosk.flow.certificate_flow import TITLE, CheckPaper
from kiosk.flow.equipment import DocumentMoved, Equipment, Event, PrintsSettled
from kiosk.flow.void_papers import VoidPapers
from offline_store.api import ScreenStore, StoreError

ENDED = (PrintJobState.PRINTED, PrintJobState.FAILED)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line as staff see it: nothing in it opens a case or names a person in full."""

    entry: PrintEntry
    item_title: str = ""
    who: str = field(default="", repr=False)  # family name and stars
    may_settle: bool = False  # somebody has to look into the tray
    may_reprint: bool = False
    is_void: bool = False  # the case was refused or the paper taken back: it no longer counts


@dataclass(frozen=True, slots=True)
class LedgerView:
    """Everything the page needs. Replaced, never changed."""

    rows: tuple[LedgerRow, ...] = ()
    chosen: PrintId | None = None  # of which one more is to be printed: why?
    job: PrintJobStatus | None = None  # while one is in the printer
    refusal: str = ""  # why it may not be printed, see CheckPaper
    fault: Fault | None = None


class LedgerFlow:
    """One look at the ledger. Lives on the interface's thread."""

    def __init__(
        self,
        store: ScreenStore,
        member: StaffMember,
        *,
        equipment: Equipment,
        check: CheckPaper,
        item: Callable[[str], ServiceItem | None],
        now: Callable[[], datetime],
        on_change: Callable[[LedgerView], None],
    ) -> None:
        """`now`: aware, local: today begins at its midnight. `item`: by code."""
        self._store = store
        self._member = member
        self._equipment = equipment
        self._check = check
        self._item = item
        self._now = now
        self._on_change = on_change
        self._void = VoidPapers(store)
        self._pdf = b""
        self._order: PrintOrder | None = None  # of `_pdf`
        self.view = LedgerView()

    def begin(self) -> None:
        """Today's lines; what is open is asked about."""
        self.look()
        if any(row.entry.outcome is PrintOutcome.STARTED for row in self.view.rows):
            self._equipment.settle_prints()

    def look(self) -> None:
        """Ask the store anew."""
        with self._store_trouble_shown():
            self._show(replace(self.view, rows=self._rows()))

    def settle(self, print_id: PrintId, *, came_out: bool) -> None:
        """That member of staff has looked into the tray."""
        row = self._row(print_id)
        if row is None or not row.may_settle:
            return
        outcome = PrintOutcome.PRINTED if came_out else PrintOutcome.FAILED
        by, now = self._member.staff_id, self._now()
        with self._store_trouble_shown():
            self._store.end_print(print_id, outcome, told_by=by, now=now)
        self.look()

    def choose(self, print_id: PrintId | None) -> None:
        """One more of that paper: the reason is asked. None: no more."""
        row = None if print_id is None else self._row(print_id)
        chosen = print_id if row is not None and row.may_reprint else None
        self._show(replace(self.view, chosen=chosen, refusal="", fault=None))

    def checking(self, reason: ReprintReason) -> Callable[[], str] | None:
        """Work for another thread; its result goes to `checked`. None: nothing is printed."""
        row = None if self.view.chosen is None else self._row(self.view.chosen)
        if row is None or not row.may_reprint or self.view.job is not None:
            return None
        order, check = row.entry.order, self._check
        try:
            pdf, case = self._store.document(order.paper), self._store.case(order.case_id)
        except (StoreError, KeyError) as error:
            self._show(replace(self.view, fault=_fault_of(error)))
            return None
        self._pdf = pdf
        self._order = replace(order, copies=1, by=self._member.staff_id, reason=reason)
        waiting = PrintJobStatus(PrintJobState.WAITING)
        self._show(replace(self.view, job=waiting, refusal="", fault=None))
        return lambda: check(pdf, case)

    def checked(self, refusal: str | None) -> None:
        """Print it, or say why not. None: our own mistake kept it from being checked."""
        pdf, self._pdf = self._pdf, b""
        order, self._order = self._order, None
        if order is None:
            return
        if refusal is None or refusal:
            fault = Fault.PROGRAM_DEFECT if refusal is None else None
            self._show(replace(self.view, job=None, refusal=refusal or "", fault=fault))
            return
        self._equipment.print_document(pdf, title=TITLE, order=order)

    def happened(self, event: Event) -> None:
        """The printer."""
        match event:
            case DocumentMoved(status=status) if self.view.job is not None:
                if status.state not in ENDED:
                    self._show(replace(self.view, job=status))
                    return
                done = replace(self.view, job=None, fault=status.fault)
                if status.state is PrintJobState.PRINTED:
                    done = replace(done, chosen=None)
                self._show(done)
                self.look()
            case PrintsSettled():
                self.look()
            case _:
                pass

    def cancel(self) -> None:
        """Take it back where it has not come out."""
        self._equipment.cancel_document()

    def leave(self) -> None:
        """Nothing stays."""
        if self.view.job is not None:
            self._equipment.cancel_document()
        self._pdf, self._order = b"", None
        self.view = LedgerView()

    def _rows(self) -> tuple[LedgerRow, ...]:
        midnight = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        entries = self._store.prints_since(midnight)
        open_before = [
            one
            for one in self._store.open_prints()
            if one.at < midnight and one.order.kind is PaperKind.CERTIFICATE
        ]
        newest: dict[str, PrintId] = {}
        for entry in entries:
            newest.setdefault(entry.order.paper, entry.print_id)
        cases = self._cases_of([*entries, *open_before])
        void = {paper.print_id for case in cases.values() for paper in self._void.of(case)}
        lines = (
            self._line(entry, cases.get(entry.order.case_id), newest)
            for entry in (*entries, *reversed(open_before))
            if not _is_hidden(cases.get(entry.order.case_id))
        )
        return tuple(
            replace(line, is_void=True, may_reprint=False) if line.entry.print_id in void else line
            for line in lines
        )

    def _cases_of(self, entries: Sequence[PrintEntry]) -> dict[str, Case]:
        found: dict[str, Case] = {}
        for case_id in {entry.order.case_id for entry in entries} - {NO_CASE}:
            try:
                found[case_id] = self._store.case(case_id)
            except KeyError:  # tidied away; the line stays
                continue
        return found

    def _line(self, entry: PrintEntry, case: Case | None, newest: dict[str, PrintId]) -> LedgerRow:
        order = entry.order
        is_issued = order.kind is PaperKind.CERTIFICATE
        item = None if case is None else self._item(case.item_code)
        return LedgerRow(
            entry=entry,
            item_title="" if case is None else case.item_title,
            who="" if case is None else masked_name(case.applicant_name),
            may_settle=is_issued and entry.outcome is PrintOutcome.UNCERTAIN,
            may_reprint=is_issued
            and entry.outcome is PrintOutcome.PRINTED
            and newest.get(order.paper) == entry.print_id
            and case is not None
            and not (item is not None and item.result_for_holder_only)
            and self._is_counted(entry),
        )

    def _is_counted(self, entry: PrintEntry) -> bool:
        """Of what is not counted the resident prints another one without anybody."""
        documents = self._store.documents_of(entry.order.case_id)
        return any(one.sha256 == entry.order.paper and one.copies for one in documents)

    def _row(self, print_id: PrintId) -> LedgerRow | None:
        return next((row for row in self.view.rows if row.entry.print_id == print_id), None)

    @contextmanager
    def _store_trouble_shown(self) -> Iterator[None]:
        try:
            yield
        except (StoreError, KeyError) as error:
            self._show(replace(self.view, fault=_fault_of(error), job=None))

    def _show(self, view: LedgerView) -> None:
        self.view = view
        self._on_change(view)


def _fault_of(error: StoreError | KeyError) -> Fault:
    return error.fault if isinstance(error, StoreError) else Fault.PAPER_GONE


def _is_hidden(case: Case | None) -> bool:
    """An evaluation 好差评 or a letter is never seen by those it may be about."""
    return case is not None and case.kind.value in ("evaluation", "letter")
