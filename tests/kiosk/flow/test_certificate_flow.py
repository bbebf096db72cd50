"""From the shown certificate to the paper, with a real store, the printer's thread and a crash."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.page_printer.api import PrintJobState
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from kiosk.domain.case import CaseState
from kiosk.domain.fault import Fault
from kiosk.domain.printed import RESIDENT, PaperKind, PrintOrder, PrintOutcome, ReprintReason
from kiosk.domain.progress import StateChange
from kiosk.domain.receipt import Receipt
from kiosk.flow.certificate_flow import (
    CertificateFlow,
    CertificateStep,
    CertificateView,
)
from kiosk.flow.equipment import CasesChanged, Event, PrintsSettled
from kiosk.flow.site import Site
from kiosk.flow.void_slip import void_slip, voided
from kiosk.print_line import Settling, line_of
from kiosk.printing import DocumentJob
from offline_store.file_key import FileKey
from offline_store.sqlcipher_store import SqlCipherStore, open_store
from tests.counterparts.sample_cases import NOON, take_in
from tests.offline_store.test_print_ledger import decided

STAFF = "s-017"


class Machine:
    """Prints at once when asked, on the calling thread; the events wait to be told."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.printer = SimulatedPagePrinter()
        self.events: list[Event] = []
        self.orders: list[PrintOrder] = []

    def open(self) -> SqlCipherStore:
        key = FileKey(self._folder / "store.key")
        return open_store(self._folder, key, clock=lambda: NOON)

    def print_document(self, pdf: bytes, *, title: str, order: PrintOrder) -> None:
        self.orders.append(order)
        with line_of(self.open, order, lambda: NOON) as line:
            DocumentJob().run(self.printer, pdf, title, line, self.events.append)

    def cancel_document(self) -> None:
        raise AssertionError("nobody cancels here")

    def settle_prints(self) -> None:
        Settling(self.printer, self.open, now=lambda: NOON, wait=lambda _: None).run()
        self.events.append(PrintsSettled())


class Visit:
    def __init__(self, folder: Path, *, copies: int = 1) -> None:
        self.machine = Machine(folder)
        self.store = self.machine.open()
        self.order = decided(self.store, copies=copies)
        self.refusal = ""
        self.views: list[CertificateView] = []

    def flow(self, staff_id: str = "", *, read: bool = True) -> CertificateFlow:
        [document] = self.store.documents_of(self.order.case_id)
        flow = CertificateFlow(
            self.store,
            self.store.case(self.order.case_id),
            document,
            equipment=self.machine,  # type: ignore[arg-type]
            check=lambda _pdf, _case: self.refusal,
            picture=lambda pdf: b"PNG of " + pdf,
            now=lambda: NOON,
            on_change=self.views.append,
            staff_id=staff_id,
        )
        flow.begin()
        self.tell(flow)
        if read and (work := flow.reading()) is not None:
            flow.opened(work())
        return flow

    def tell(self, flow: CertificateFlow) -> None:
        while self.machine.events:
            flow.happened(self.machine.events.pop(0))


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    made = Visit(tmp_path / "store")
    yield made
    made.store.close()


def test_a_certificate_is_shown_and_comes_out_once(visit: Visit) -> None:
    flow = visit.flow()
    assert (flow.view.step, flow.view.left) == (CertificateStep.SHOWN, 1)
    assert flow.view.picture.startswith(b"PNG of %PDF")
    flow.print_it()
    flow.print_it()  # a second finger
    assert flow.view.step is CertificateStep.PRINTING
    visit.tell(flow)
    assert (flow.view.step, flow.view.left) == (CertificateStep.DONE, 0)
    assert flow.view.case.state is CaseState.DELIVERED
    assert not flow.view.may_reprint
    assert visit.flow().view.step is CertificateStep.SPENT
    assert len(visit.machine.printer.printed) == 1


@pytest.mark.parametrize("refusal", ["unsigned", "changed", "other_person"])
def test_what_the_check_refuses_is_neither_shown_nor_printed(visit: Visit, refusal: str) -> None:
    visit.refusal = refusal
    flow = visit.flow()
    assert (flow.view.step, flow.view.refusal) == (CertificateStep.REFUSED, refusal)
    assert flow.view.picture == b""
    flow.print_it()
    flow.reprint(ReprintReason.LOST)
    assert visit.machine.orders == []


def test_paper_out_is_said_and_the_approval_stays(visit: Visit) -> None:
    flow = visit.flow()
    visit.machine.printer.unplug()
    flow.print_it()
    visit.tell(flow)
    assert (flow.view.step, flow.view.fault) == (CertificateStep.SHOWN, Fault.PAGE_PRINTER_GONE)
    visit.machine.printer.plug_in()
    flow.print_it()
    visit.tell(flow)
    assert flow.view.step is CertificateStep.DONE


def crashed(visit: Visit) -> None:
    """The program was killed with the document in the printer, which forgot it."""
    print_id = visit.store.begin_print(visit.order, now=NOON)
    visit.store.print_handed_in(print_id, "99 gone")


def test_after_a_crash_the_resident_may_say_that_it_came_out(visit: Visit) -> None:
    crashed(visit)
    flow = visit.flow()
    assert flow.view.step is CertificateStep.UNCERTAIN
    flow.print_it()
    assert visit.machine.orders == []
    flow.came_out(True)
    assert flow.view.step is CertificateStep.DONE
    [entry] = flow.view.entries
    assert (entry.outcome, entry.told_by) == (PrintOutcome.PRINTED, RESIDENT)
    assert flow.view.case.state is CaseState.DELIVERED


def test_that_nothing_came_out_only_staff_can_say(visit: Visit) -> None:
    crashed(visit)
    flow = visit.flow()
    flow.came_out(False)
    assert (flow.view.step, flow.view.told_no) == (CertificateStep.UNCERTAIN, True)
    flow = visit.flow(STAFF)
    flow.came_out(False)
    assert flow.view.step is CertificateStep.SHOWN
    flow.print_it()
    visit.tell(flow)
    assert flow.view.step is CertificateStep.DONE
    first, second = flow.view.entries
    assert (first.outcome, first.told_by) == (PrintOutcome.FAILED, STAFF)
    assert (second.outcome, second.order.by) == (PrintOutcome.PRINTED, STAFF)


def test_a_print_system_that_does_not_answer_leaves_it_open_until_it_does(visit: Visit) -> None:
    crashed(visit)
    printer = visit.machine.printer
    answers = printer.job_status
    visit.machine.printer.job_status = lambda job: replace(  # type: ignore[method-assign]
        answers(job), state=PrintJobState.STUCK, fault=Fault.PAGE_PRINTER_GONE
    )
    flow = visit.flow()
    assert flow.view.step is CertificateStep.SETTLING
    flow.came_out(False)
    assert flow.view.step is CertificateStep.SETTLING


def test_staff_print_once_more_with_a_reason_that_stands_in_the_ledger(visit: Visit) -> None:
    flow = visit.flow(STAFF)
    flow.print_it()
    visit.tell(flow)
    flow = visit.flow(STAFF)
    assert (flow.view.step, flow.view.may_reprint) == (CertificateStep.SPENT, True)
    flow.reprint(ReprintReason.DAMAGED)
    visit.tell(flow)
    assert flow.view.step is CertificateStep.DONE
    assert [entry.order.reason for entry in flow.view.entries] == [None, ReprintReason.DAMAGED]


def test_what_is_not_counted_may_be_printed_again_by_anybody(tmp_path: Path) -> None:
    visit = Visit(tmp_path / "store", copies=0)
    for _ in range(2):
        flow = visit.flow()
        flow.print_it()
        visit.tell(flow)
        assert (flow.view.step, flow.view.left) == (CertificateStep.DONE, None)
    visit.store.close()


def test_what_the_province_takes_back_is_void_and_its_papers_are_named(visit: Visit) -> None:
    flow = visit.flow()
    flow.print_it()
    visit.tell(flow)
    visit.refusal = "revoked"
    flow = visit.flow()
    assert flow.view.step is CertificateStep.VOID
    papers = voided(flow.view.entries)
    assert [paper.order.kind for paper in papers] == [PaperKind.CERTIFICATE]
    slip = void_slip(flow.view.case, papers, Site(code="1", name="示范站", terminal="01"), now=NOON)
    assert isinstance(slip, Receipt)
    assert slip.title == "作废通知"
    assert slip.materials == ("证明（03月05日 04:00）",)


def test_a_case_that_is_refused_while_it_is_shown_makes_it_void(visit: Visit) -> None:
    flow = visit.flow()
    withdrawn = StateChange(visit.order.case_id, CaseState.REFUSED, "不予受理", NOON)
    take_in(visit.store, [withdrawn], cursor="2")
    flow.happened(CasesChanged((visit.order.case_id,)))
    assert flow.view.step is CertificateStep.SHOWN  # an office cannot refuse what it decided


def test_nothing_of_it_stays(visit: Visit) -> None:
    flow = visit.flow()
    flow.leave()
    assert flow.view.picture == b""
    flow.print_it()
    assert visit.machine.orders == []


def test_staff_print_nothing_again_that_was_not_checked_in_this_visit(visit: Visit) -> None:
    flow = visit.flow()
    flow.print_it()
    visit.tell(flow)
    visit.machine.orders.clear()
    visit.refusal = "changed"
    again = visit.flow(STAFF, read=False)
    assert again.view.step is CertificateStep.SPENT
    work = again.reading()
    assert work is not None
    again.reprint(ReprintReason.DAMAGED)
    assert (again.pdf, again.view.may_reprint) == (b"", False)
    again.opened(work())
    again.reprint(ReprintReason.DAMAGED)
    assert visit.machine.orders == []
