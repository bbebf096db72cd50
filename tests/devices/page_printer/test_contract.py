"""What every A4 printer keeps to: a real cupsd with an IPP printer, and the simulator."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from devices.device import DeviceError, DeviceState
from devices.page_printer.api import PagePrinter, PrintJobId, PrintJobState, PrintJobStatus, Sides
from devices.page_printer.cups_printer import CupsPagePrinter
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from kiosk.domain.fault import Fault
from tests.counterparts.waiting import wait_until

ENDED = {PrintJobState.PRINTED, PrintJobState.FAILED}


@dataclass
class Case:
    """A printer and the hands that stand at it."""

    printer: PagePrinter
    sheets: Callable[[], int]
    take_paper_out: Callable[[], Any]
    put_paper_in: Callable[[], Any]
    unplug: Callable[[], Any]
    plug_in: Callable[[], Any]
    faults: Mapping[Fault, tuple[Callable[[], Any], Callable[[], Any]]]  # how to, how to mend it
    pause: Callable[[], Any]
    swap: Callable[[], Any]  # another printer at its place
    sides: Callable[[], str]  # of the last document

    def wait_for(self, job: PrintJobId, *states: PrintJobState) -> PrintJobStatus:
        """The first status in one of the states; a job that ends otherwise fails the test."""
        seen: list[PrintJobStatus] = []

        def reached() -> bool:
            status = self.printer.job_status(job)
            seen.append(status)
            assert status.state in states or status.state not in ENDED, status
            return status.state in states

        wait_until(reached, seconds=30.0, what=f"the job is one of {states}")
        return seen[-1]


@pytest.fixture(params=[pytest.param("cups", marks=pytest.mark.counterpart), "simulator"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    if request.param == "cups":
        server = request.getfixturevalue("cups_server")
        before = len(server.printed_files())
        yield Case(
            printer=CupsPagePrinter(server.queue, port=server.port, limit=5.0, grace=1.0),
            sheets=lambda: len(server.printed_files()) - before,
            take_paper_out=lambda: server.set_fault("media-empty"),
            put_paper_in=server.clear_fault,
            unplug=server.unplug,
            plug_in=server.plug_in,
            faults={
                fault: (partial(server.set_fault, reason), server.clear_fault)
                for fault, reason in {
                    Fault.PAGE_COVER_OPEN: "cover-open",
                    Fault.PAGE_JAM: "media-jam",
                    Fault.PAGE_TONER_EMPTY: "toner-empty",
                }.items()
            },
            pause=server.pause,
            swap=lambda: (server.unplug(), server.plug_in("Another")),
            sides=lambda: server.sides,
        )
    else:
        simulated = SimulatedPagePrinter()
        yield Case(
            printer=simulated,
            sheets=lambda: len(simulated.printed),
            take_paper_out=simulated.take_paper_out,
            put_paper_in=simulated.put_paper_in,
            unplug=simulated.unplug,
            plug_in=simulated.plug_in,
            faults={
                Fault.PAGE_COVER_OPEN: (simulated.open_cover, simulated.close_cover),
                Fault.PAGE_JAM: (simulated.jam, simulated.clear_jam),
                Fault.PAGE_TONER_EMPTY: (simulated.use_up_toner, simulated.change_toner),
            },
            pause=simulated.pause,
            swap=lambda: simulated.swap(True),
            sides=lambda: simulated.sides.value,
        )


def test_a_document_is_printed_by_the_printers_own_word(case: Case, pdf: bytes) -> None:
    case.printer.open()
    assert case.printer.status().state is DeviceState.READY
    job = case.printer.print_pdf(pdf, title="result notice")
    assert case.wait_for(job, PrintJobState.PRINTED) == PrintJobStatus(PrintJobState.PRINTED)
    assert case.sheets() == 1
    assert case.printer.job_status(job).state is PrintJobState.PRINTED, "it stays printed"
    case.printer.close()


def test_an_empty_tray_stops_the_job_and_refilling_prints_it(case: Case, pdf: bytes) -> None:
    case.printer.open()
    case.take_paper_out()
    job = case.printer.print_pdf(pdf, title="result notice")
    assert case.wait_for(job, PrintJobState.STUCK).fault is Fault.PAGE_MEDIA_EMPTY
    assert case.printer.status().fault is Fault.PAGE_MEDIA_EMPTY
    assert case.sheets() == 0
    case.put_paper_in()
    case.wait_for(job, PrintJobState.PRINTED)
    assert case.sheets() == 1


def test_a_power_cut_with_the_job_inside_is_never_called_printed(case: Case, pdf: bytes) -> None:
    case.printer.open()
    case.take_paper_out()
    job = case.printer.print_pdf(pdf, title="result notice")
    case.wait_for(job, PrintJobState.STUCK)
    case.unplug()
    wait_until(
        lambda: case.printer.status().state is DeviceState.GONE, what="the printer is seen as gone"
    )
    assert case.printer.job_status(job).state is not PrintJobState.PRINTED
    case.plug_in()
    status = case.wait_for(job, PrintJobState.FAILED)
    assert status.fault is Fault.PAGE_UNCERTAIN
    assert case.sheets() == 0


def test_a_job_for_an_unplugged_printer_is_printed_when_it_is_back(case: Case, pdf: bytes) -> None:
    case.printer.open()
    case.unplug()
    assert case.printer.status().fault is Fault.PAGE_PRINTER_GONE
    job = case.printer.print_pdf(pdf, title="result notice")
    assert case.wait_for(job, PrintJobState.STUCK).fault is Fault.PAGE_PRINTER_GONE
    case.plug_in()
    case.wait_for(job, PrintJobState.PRINTED)
    assert case.sheets() == 1


def test_a_cancelled_job_does_not_come_out(case: Case, pdf: bytes) -> None:
    case.printer.open()
    case.take_paper_out()
    job = case.printer.print_pdf(pdf, title="result notice")
    case.wait_for(job, PrintJobState.STUCK)
    case.printer.cancel(job)
    # a printer that cannot let go of the sheet it has begun leaves it uncertain
    fault = case.wait_for(job, PrintJobState.FAILED).fault
    assert fault in {Fault.PAGE_JOB_REFUSED, Fault.PAGE_UNCERTAIN}
    assert case.sheets() == 0
    case.printer.cancel(job)


@pytest.mark.parametrize(
    "fault", [Fault.PAGE_COVER_OPEN, Fault.PAGE_JAM, Fault.PAGE_TONER_EMPTY], ids=str
)
def test_what_stops_the_printer_is_told_and_the_job_goes_on_when_it_is_mended(
    case: Case, pdf: bytes, fault: Fault
) -> None:
    case.printer.open()
    happen, mend = case.faults[fault]
    happen()
    job = case.printer.print_pdf(pdf, title="result notice")
    assert case.wait_for(job, PrintJobState.STUCK).fault is fault
    mend()
    case.printer.resume(job)
    case.wait_for(job, PrintJobState.PRINTED)
    assert case.sheets() == 1


def test_a_paused_queue_goes_on_when_it_is_resumed(case: Case, pdf: bytes) -> None:
    case.printer.open()
    case.pause()
    assert case.printer.status().fault is Fault.PAGE_PAUSED
    job = case.printer.print_pdf(pdf, title="result notice")
    assert case.wait_for(job, PrintJobState.STUCK).fault is Fault.PAGE_PAUSED
    case.printer.resume(job)
    case.wait_for(job, PrintJobState.PRINTED)
    assert case.sheets() == 1


def test_what_never_went_to_the_printer_left_no_paper(case: Case, pdf: bytes) -> None:
    case.printer.open()
    case.pause()
    job = case.printer.print_pdf(pdf, title="result notice")
    case.wait_for(job, PrintJobState.STUCK)
    case.printer.cancel(job)
    status = case.wait_for(job, PrintJobState.FAILED)
    assert status == PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_JOB_REFUSED, no_paper=True)


def test_a_job_that_nobody_wrote_down_is_not_printed(case: Case, pdf: bytes) -> None:
    heard: list[PrintJobId] = []

    def forget(job: PrintJobId) -> None:
        heard.append(job)
        raise RuntimeError("the disk is full")

    case.printer.open()
    with pytest.raises(RuntimeError):
        case.printer.print_pdf(pdf, title="result notice", numbered=forget)
    case.wait_for(
        case.printer.print_pdf(pdf, title="result notice", numbered=heard.append),
        PrintJobState.PRINTED,
    )
    assert len(heard) == 2
    assert case.sheets() == 1


def test_another_printer_at_its_place_prints_nothing(case: Case, pdf: bytes) -> None:
    case.printer.open()
    assert case.printer.status().state is DeviceState.READY
    case.pause()
    job = case.printer.print_pdf(pdf, title="result notice")
    case.swap()
    assert case.printer.status().fault is Fault.PAGE_WRONG_PRINTER
    with pytest.raises(DeviceError) as raised:
        case.printer.print_pdf(pdf, title="result notice")
    assert raised.value.fault is Fault.PAGE_WRONG_PRINTER
    assert case.wait_for(job, PrintJobState.FAILED).fault is Fault.PAGE_WRONG_PRINTER
    assert case.sheets() == 0


def test_two_copies_on_both_sides(case: Case, pdf: bytes) -> None:
    case.printer.open()
    job = case.printer.print_pdf(pdf, title="result notice", copies=2, sides=Sides.TWO)
    case.wait_for(job, PrintJobState.PRINTED)
    assert case.sheets() == 2
    assert case.sides() == Sides.TWO.value


def test_what_is_no_pdf_document_is_refused(case: Case) -> None:
    case.printer.open()
    with pytest.raises(DeviceError) as raised:
        case.printer.print_pdf(b"<html>", title="result notice")
    assert raised.value.fault is Fault.PAGE_JOB_REFUSED


def test_a_job_that_nobody_knows_is_uncertain(case: Case) -> None:
    case.printer.open()
    status = case.printer.job_status(PrintJobId("999999"))
    assert status == PrintJobStatus(PrintJobState.FAILED, Fault.PAGE_UNCERTAIN)
