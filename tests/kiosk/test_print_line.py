"""Every print is in the ledger, before, during and after; a crash is settled by the printer."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.page_printer.api import PrintJobId, PrintJobState, PrintJobStatus
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.printed import (
    PRINTER,
    RESIDENT,
    TERMINAL,
    PaperKind,
    PrintEntry,
    PrintOrder,
    PrintOutcome,
)
from kiosk.domain.receipt import Receipt
from kiosk.flow.equipment import DocumentMoved, Event, ReceiptFailed, ReceiptPrinted
from kiosk.papers.slip_layout import SlipLayout
from kiosk.print_line import SLIP, Settling, line_of, outcome_of, person_says
from kiosk.printing import DocumentJob, print_slip
from offline_store.api import StoreError
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NOON
from tests.offline_store.test_print_ledger import decided

PDF = b"%PDF-1.7 issued"
FAILED = PrintJobState.FAILED


class Desk:
    """A store, a printer in memory, and what was announced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.store = self.open()
        self.order = decided(self.store)
        self.printer = SimulatedPagePrinter()
        self.told: list[Event] = []

    def open(self) -> SqlCipherStore:
        key = FileKey(self._folder / "store.key")
        return open_store(self._folder, key, clock=lambda: NOON)

    def print(
        self, order: PrintOrder | None = None, *, job: DocumentJob | None = None
    ) -> PrintJobStatus:
        """Print that document to its end; the last that was told."""
        with line_of(self.open, order or self.order, lambda: NOON) as line:
            (job or DocumentJob()).run(self.printer, PDF, "证明", line, self.told.append)
        last = self.told[-1]
        assert isinstance(last, DocumentMoved)
        return last.status

    def settle(self) -> None:
        wait: Callable[[float], None] = lambda _seconds: None  # noqa: E731
        Settling(self.printer, self.open, now=lambda: NOON, wait=wait).run()

    def only(self) -> PrintEntry:
        [entry] = self.store.prints_since(NOON)
        return entry


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "store")
    yield made
    made.store.close()


def test_a_document_is_claimed_numbered_and_ended(desk: Desk) -> None:
    assert desk.print().state is PrintJobState.PRINTED
    entry = desk.only()
    assert (entry.outcome, entry.job, entry.told_by) == (PrintOutcome.PRINTED, "1", PRINTER)
    assert desk.store.case(desk.order.case_id).state is CaseState.DELIVERED


def test_the_second_paper_of_an_approval_never_reaches_the_printer(desk: Desk) -> None:
    desk.print()
    assert desk.print() == PrintJobStatus(FAILED, Fault.PAPER_SPENT)
    assert len(desk.printer.printed) == 1


def test_where_a_paper_may_come_out_twice_a_counted_one_is_not_even_claimed(desk: Desk) -> None:
    desk.printer.remember(True)
    assert desk.print() == PrintJobStatus(FAILED, Fault.PRINT_SERVICE_UNFIT)
    assert desk.store.prints_since(NOON) == []
    assert desk.printer.printed == ()
    desk.printer.remember(False)
    assert desk.print().state is PrintJobState.PRINTED


@pytest.mark.parametrize("is_issued", [False, True])
def test_where_a_paper_may_come_out_twice_what_nobody_counts_is_printed(
    desk: Desk, is_issued: bool
) -> None:
    desk.printer.remember(True)
    uncounted = decided(desk.store, copies=0, serial=2) if is_issued else PrintOrder(PaperKind.FORM)
    assert desk.print(uncounted).state is PrintJobState.PRINTED


def test_the_claim_and_the_number_are_on_the_disk_before_the_document_is_handed_in(
    desk: Desk,
) -> None:
    seen: list[PrintEntry] = []

    class Watched(SimulatedPagePrinter):
        def job_status(self, job: PrintJobId) -> PrintJobStatus:
            seen.append(desk.only())
            return super().job_status(job)

    desk.printer = Watched()
    desk.print()
    assert [(one.outcome, one.job) for one in seen] == [(PrintOutcome.STARTED, "1")] * 2


def test_a_job_that_was_taken_back_before_it_began_leaves_the_approval_free(desk: Desk) -> None:
    desk.printer.unplug()
    job = DocumentJob()
    job.ticket.valid = True

    def cancel_when_stuck(event: Event) -> None:
        desk.told.append(event)
        job.cancel()

    with line_of(desk.open, desk.order, lambda: NOON) as line:
        job.run(desk.printer, PDF, "证明", line, cancel_when_stuck)
    assert desk.only().outcome is PrintOutcome.FAILED  # the printer did not open
    desk.printer.plug_in()
    assert desk.print().state is PrintJobState.PRINTED


def test_what_was_taken_back_inside_the_printer_may_lie_in_its_tray(desk: Desk) -> None:
    desk.printer.take_paper_out()
    job = DocumentJob()

    def cancel_when_stuck(event: Event) -> None:
        desk.told.append(event)
        if isinstance(event, DocumentMoved) and event.status.state is PrintJobState.STUCK:
            job.cancel()

    with line_of(desk.open, desk.order, lambda: NOON) as line:
        job.run(desk.printer, PDF, "证明", line, cancel_when_stuck)
    assert desk.told[-1] == DocumentMoved(PrintJobStatus(FAILED, Fault.PAGE_UNCERTAIN))
    assert desk.only().outcome is PrintOutcome.UNCERTAIN
    desk.printer.put_paper_in()
    assert desk.print().fault is Fault.PAPER_SPENT


def _refusing() -> SqlCipherStore:
    raise StoreError(Fault.STORE_FULL)


@pytest.mark.logs_expected
def test_without_a_ledger_no_document_of_the_office_is_printed_but_a_form_is(desk: Desk) -> None:
    job = DocumentJob()
    with line_of(_refusing, desk.order, lambda: NOON) as line:
        job.run(desk.printer, PDF, "证明", line, desk.told.append)
    assert desk.told == [DocumentMoved(PrintJobStatus(FAILED, Fault.STORE_BUSY))]
    with line_of(_refusing, PrintOrder(PaperKind.FORM), lambda: NOON) as line:
        DocumentJob().run(desk.printer, PDF, "表", line, desk.told.append)
    assert desk.told[-1] == DocumentMoved(PrintJobStatus(PrintJobState.PRINTED))


def test_slips_are_in_the_ledger_with_what_their_printer_said(desk: Desk) -> None:
    printer = SimulatedReceiptPrinter(layout=SlipLayout())
    slip = Receipt("回执", "示范站", (("回执编号", "1"),))
    order = PrintOrder(PaperKind.RECEIPT, desk.order.case_id, "R1")
    for take_out in (True, False):
        (printer.take_paper_out if take_out else printer.put_paper_in)()
        with line_of(desk.open, order, lambda: NOON) as line:
            print_slip(printer, slip, line, desk.told.append)
    assert desk.told == [ReceiptFailed(Fault.RECEIPT_PAPER_OUT), ReceiptPrinted()]
    second, first = desk.store.prints_since(NOON)
    assert (first.outcome, first.fault) == (PrintOutcome.FAILED, Fault.RECEIPT_PAPER_OUT)
    assert (second.outcome, second.serial) == (PrintOutcome.PRINTED, 2)


# -- what a crash leaves


def test_a_claim_of_which_nothing_was_handed_in_is_free_again(desk: Desk) -> None:
    desk.store.begin_print(desk.order, now=NOON)
    desk.settle()
    assert (desk.only().outcome, desk.only().told_by) == (PrintOutcome.FAILED, TERMINAL)
    assert desk.print().state is PrintJobState.PRINTED


def handed_in(desk: Desk) -> PrintJobId:
    """As far as a program comes that is killed right after it handed the document in."""
    print_id = desk.store.begin_print(desk.order, now=NOON)
    return desk.printer.print_pdf(
        PDF, title="证明", numbered=lambda job: desk.store.print_handed_in(print_id, job)
    )


def test_a_paper_that_came_out_meanwhile_is_out_by_the_printers_own_word(desk: Desk) -> None:
    job = handed_in(desk)
    while desk.printer.job_status(job).state is not PrintJobState.PRINTED:
        pass
    desk.settle()
    assert (desk.only().outcome, desk.only().told_by) == (PrintOutcome.PRINTED, PRINTER)
    assert desk.store.case(desk.order.case_id).state is CaseState.DELIVERED
    assert desk.print().fault is Fault.PAPER_SPENT


def test_a_paper_that_still_waits_is_taken_back_and_can_be_printed_once(desk: Desk) -> None:
    desk.printer.unplug()
    handed_in(desk)
    desk.settle()
    assert desk.only().outcome is PrintOutcome.CANCELLED
    desk.printer.plug_in()
    assert desk.print().state is PrintJobState.PRINTED
    assert len(desk.printer.printed) == 1


def test_a_printer_that_forgot_the_job_leaves_it_to_a_person(desk: Desk) -> None:
    handed_in(desk)
    desk.printer = SimulatedPagePrinter()
    desk.settle()
    entry = desk.only()
    assert (entry.outcome, entry.fault) == (PrintOutcome.UNCERTAIN, Fault.PAGE_UNCERTAIN)
    assert desk.print().fault is Fault.PAPER_SPENT
    desk.store.end_print(entry.print_id, PrintOutcome.FAILED, told_by="s-017", now=NOON)
    assert desk.print().state is PrintJobState.PRINTED


def test_a_slip_that_a_crash_cut_off_is_uncertain(desk: Desk) -> None:
    desk.store.begin_print(PrintOrder(PaperKind.RECEIPT), now=NOON, job=SLIP)
    desk.settle()
    assert desk.only().outcome is PrintOutcome.UNCERTAIN


@pytest.mark.parametrize(
    ("status", "issued", "plain"),
    [
        (PrintJobStatus(PrintJobState.PRINTED), "printed", "printed"),
        (PrintJobStatus(FAILED, Fault.PAGE_UNCERTAIN), "uncertain", "uncertain"),
        (PrintJobStatus(FAILED, Fault.PAGE_JOB_REFUSED), "uncertain", "failed"),
        (PrintJobStatus(FAILED, Fault.PAGE_JOB_REFUSED, no_paper=True), "failed", "failed"),
    ],
)
def test_of_an_issued_document_failed_is_believed_only_where_the_printer_never_had_it(
    status: PrintJobStatus, issued: str, plain: str
) -> None:
    assert outcome_of(status, is_issued=True, cancelled=False) == issued
    assert outcome_of(status, is_issued=False, cancelled=False) == plain


def test_a_sheet_that_was_taken_back_but_is_still_in_the_printer_keeps_the_claim_open(
    desk: Desk,
) -> None:
    class Holding(SimulatedPagePrinter):
        """Works on a job that was taken back, as printers out of paper do."""

        def job_status(self, job: PrintJobId) -> PrintJobStatus:
            return PrintJobStatus(FAILED, Fault.PAGE_UNCERTAIN, may_come=True)

    desk.printer = Holding()
    assert desk.print().fault is Fault.PAGE_UNCERTAIN
    assert desk.only().outcome is PrintOutcome.STARTED
    desk.settle()
    assert desk.only().outcome is PrintOutcome.STARTED
    desk.store.end_print(desk.only().print_id, PrintOutcome.PRINTED, told_by=PRINTER, now=NOON)
    assert desk.print().fault is Fault.PAPER_SPENT


def silent_slip(desk: Desk, order: PrintOrder) -> None:
    """One slip of which the printer does not say whether it came out."""
    with line_of(desk.open, order, lambda: NOON) as line:
        line.begin(SLIP)
        line.ended(PrintOutcome.UNCERTAIN, Fault.RECEIPT_UNCERTAIN)


@pytest.mark.parametrize("by", ["", "s-018"])
@pytest.mark.parametrize("came_out", [True, False])
def test_what_a_person_saw_is_in_the_ledger_as_that_persons_word(
    desk: Desk, came_out: bool, by: str
) -> None:
    order = PrintOrder(PaperKind.RECEIPT, desk.order.case_id, "220182-000137", by=by)
    silent_slip(desk, order)
    asked = replace(order, by="", provisional=True)  # the page does not know who is signed in
    person_says(desk.open, asked, came_out=came_out, now=lambda: NOON)
    entry = desk.only()
    assert entry.outcome is (PrintOutcome.PRINTED if came_out else PrintOutcome.FAILED)
    assert entry.told_by == (by or RESIDENT)


def test_a_persons_word_is_about_the_newest_print_of_that_very_paper(desk: Desk) -> None:
    order = PrintOrder(PaperKind.RECEIPT, desk.order.case_id, "220182-000137")
    other = replace(order, kind=PaperKind.FORM)
    for one in (order, other, order, other):
        silent_slip(desk, one)
    person_says(desk.open, order, came_out=True, now=lambda: NOON)
    outcomes = [entry.outcome for entry in reversed(desk.store.prints_since(NOON))]
    unknown = PrintOutcome.UNCERTAIN
    assert outcomes == [unknown, unknown, PrintOutcome.PRINTED, unknown]


def test_of_an_issued_document_and_of_a_sure_print_that_word_changes_nothing(desk: Desk) -> None:
    silent_slip(desk, desk.order)
    person_says(desk.open, desk.order, came_out=False, now=lambda: NOON)
    assert desk.only().outcome is PrintOutcome.UNCERTAIN
    order = PrintOrder(PaperKind.GUIDE)
    with line_of(desk.open, order, lambda: NOON) as line:
        line.begin(SLIP)
        line.ended(PrintOutcome.PRINTED)
    person_says(desk.open, order, came_out=False, now=lambda: NOON)
    assert desk.store.prints_since(NOON)[0].outcome is PrintOutcome.PRINTED


@pytest.mark.logs_expected
def test_a_store_that_refuses_does_not_end_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    def refuses() -> SqlCipherStore:
        raise StoreError(Fault.STORE_FULL)

    person_says(refuses, PrintOrder(PaperKind.GUIDE), came_out=True, now=lambda: NOON)
    assert "not in the ledger" in caplog.text
