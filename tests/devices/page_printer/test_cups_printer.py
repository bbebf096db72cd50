"""What only the driver of the print system has: the words of a printer, and a cupsd that hangs."""

import logging
import threading
import time
from collections.abc import Iterator

import pytest

from devices.device import DeviceError, DeviceState
from devices.page_printer.api import PrintJobId, PrintJobState
from devices.page_printer.cups_job import CupsJob
from devices.page_printer.cups_printer import CupsPagePrinter
from devices.page_printer.ipp_witness import IppJobState, IppWitness
from kiosk.domain.fault import Fault
from tests.counterparts.cups_server import CupsServer
from tests.counterparts.waiting import wait_until

pytestmark = pytest.mark.counterpart


@pytest.fixture
def printer(cups_server: CupsServer) -> Iterator[CupsPagePrinter]:
    page_printer = CupsPagePrinter(cups_server.queue, port=cups_server.port, limit=5.0)
    page_printer.open()
    yield page_printer
    page_printer.close()


@pytest.fixture
def unprepared() -> Iterator[CupsServer]:
    """As on a machine where cupsd was left as it came."""
    with CupsServer(prepared=False) as server:
        yield server


def _until(printer: CupsPagePrinter, job: PrintJobId, state: PrintJobState) -> Fault | None:
    wait_until(lambda: printer.job_status(job).state is state, seconds=30.0, what=state)
    return printer.job_status(job).fault


def test_low_toner_does_not_stop_a_job(
    printer: CupsPagePrinter, cups_server: CupsServer, pdf: bytes
) -> None:
    cups_server.set_fault("marker-supply-low")
    job = printer.print_pdf(pdf, title="result notice")
    _until(printer, job, PrintJobState.PRINTING)
    assert printer.status().state is DeviceState.BUSY
    cups_server.clear_fault()
    _until(printer, job, PrintJobState.PRINTED)


def test_the_spool_folder_holds_no_document_after_the_job(
    printer: CupsPagePrinter, cups_server: CupsServer, pdf: bytes
) -> None:
    job = printer.print_pdf(pdf, title="result notice", copies=2)
    _until(printer, job, PrintJobState.PRINTED)
    wait_until(lambda: not cups_server.spooled_files(), what="cupsd threw the document away")


def test_a_restarted_terminal_still_learns_what_became_of_a_job(
    printer: CupsPagePrinter, cups_server: CupsServer, pdf: bytes
) -> None:
    job = printer.print_pdf(pdf, title="result notice")
    _until(printer, job, PrintJobState.PRINTED)
    afresh = CupsPagePrinter(cups_server.queue, port=cups_server.port, limit=5.0)
    _until(afresh, job, PrintJobState.PRINTED)


def test_a_hanging_print_service_is_gone_within_the_limit(
    cups_server: CupsServer, pdf: bytes
) -> None:
    printer = CupsPagePrinter(cups_server.queue, port=cups_server.port, limit=1.0)
    printer.open()
    cups_server.freeze()
    try:
        began = time.monotonic()
        assert printer.status().state is DeviceState.GONE
        assert printer.status().state is DeviceState.GONE
        assert time.monotonic() - began < 3.0
        with pytest.raises(DeviceError) as raised:
            printer.print_pdf(pdf, title="result notice")
        assert raised.value.fault is Fault.PAGE_PRINTER_GONE
        assert printer.job_status(PrintJobId("1")).state is PrintJobState.STUCK
        printer.cancel(PrintJobId("1"))
    finally:
        cups_server.thaw()
    wait_until(lambda: printer.status().state is DeviceState.READY, what="it is back")


def test_a_print_service_that_wakes_after_the_time_limit_does_not_print_the_refused_document(
    cups_server: CupsServer, pdf: bytes
) -> None:
    printer = CupsPagePrinter(cups_server.queue, port=cups_server.port, limit=1.0, hand_in=0.3)
    printer.open()
    cups_server.freeze()
    try:
        with pytest.raises(DeviceError) as raised:
            printer.print_pdf(pdf, title="result notice")
        assert raised.value.fault is Fault.PAGE_PRINTER_GONE
    finally:
        cups_server.thaw()
    wait_until(lambda: printer.status().state is DeviceState.READY, what="it is back")
    patient = CupsPagePrinter(cups_server.queue, port=cups_server.port, limit=5.0)
    _until(patient, patient.print_pdf(pdf, title="the next one"), PrintJobState.PRINTED)
    assert len(cups_server.printed_files()) == 1, "only the next one came out"


def test_a_job_is_stuck_while_the_print_service_is_down(
    printer: CupsPagePrinter, cups_server: CupsServer, pdf: bytes
) -> None:
    cups_server.set_fault("media-empty")
    job = printer.print_pdf(pdf, title="result notice")
    _until(printer, job, PrintJobState.STUCK)
    cups_server.stop_cupsd()
    assert printer.status().state is DeviceState.GONE
    assert printer.job_status(job).fault is Fault.PAGE_PRINTER_GONE
    cups_server.start_cupsd()
    assert printer.status().state is not DeviceState.GONE
    printer.cancel(job)


def test_a_printer_that_works_without_an_end_is_stalled_and_gets_its_time_anew(
    cups_server: CupsServer, pdf: bytes
) -> None:
    printer = CupsPagePrinter(cups_server.queue, port=cups_server.port, limit=5.0, patience=0.3)
    cups_server.set_fault("")
    job = printer.print_pdf(pdf, title="result notice")
    assert _until(printer, job, PrintJobState.STUCK) is Fault.PAGE_STALLED
    printer.resume(job)
    assert printer.job_status(job).state is PrintJobState.PRINTING
    cups_server.clear_fault()
    _until(printer, job, PrintJobState.PRINTED)


def _killed_while_it_prints(printer: CupsPagePrinter, server: CupsServer, pdf: bytes) -> PrintJobId:
    """The printer has the document, and lets it out while cupsd is dead."""
    server.set_fault("media-empty")
    job = printer.print_pdf(pdf, title="result notice")
    _until(printer, job, PrintJobState.STUCK)
    server.kill_cupsd()
    server.clear_fault()
    _until(printer, job, PrintJobState.PRINTED)
    return job


def test_a_prepared_print_service_hands_nothing_over_once_more_after_its_start(
    printer: CupsPagePrinter, cups_server: CupsServer, pdf: bytes
) -> None:
    _killed_while_it_prints(printer, cups_server, pdf)
    cups_server.start_cupsd()  # and the printer prints as fast as it can
    wait_until(lambda: printer.status().state is not DeviceState.GONE, what="cupsd is back")
    after = printer.print_pdf(pdf, title="the next one")
    _until(printer, after, PrintJobState.PRINTED)
    assert len(cups_server.printed_files()) == 2


def test_what_an_unprepared_print_service_would_hand_over_once_more_is_taken_back(
    unprepared: CupsServer, pdf: bytes
) -> None:
    printer = CupsPagePrinter(unprepared.queue, port=unprepared.port, limit=5.0)
    printer.open()
    _killed_while_it_prints(printer, unprepared, pdf)
    unprepared.set_fault("media-empty")  # else it would be quicker than we are
    unprepared.start_cupsd()
    wait_until(lambda: printer.status().state is not DeviceState.GONE, what="cupsd is back")
    unprepared.clear_fault()
    after = printer.print_pdf(pdf, title="the next one")
    _until(printer, after, PrintJobState.PRINTED)
    assert len(unprepared.printed_files()) == 2
    assert printer.kept_documents() > 0


def test_after_a_start_another_job_of_the_same_number_is_neither_ours_nor_taken_back(
    printer: CupsPagePrinter, cups_server: CupsServer, pdf: bytes
) -> None:
    cups_server.pause()
    ours = printer.print_pdf(pdf, title="result notice")
    _until(printer, ours, PrintJobState.STUCK)
    cups_server.kill_cupsd()
    (cups_server.folder / "cache/job.cache").unlink(missing_ok=True)  # where numbers are kept
    cups_server.start_cupsd()
    wait_until(lambda: printer.status().state is not DeviceState.GONE, what="cupsd is back")
    afresh = CupsPagePrinter(cups_server.queue, port=cups_server.port, limit=5.0)
    cups_server.let_go()
    cups_server.set_fault("media-empty")
    other = afresh.print_pdf(pdf, title="of somebody else")
    assert CupsJob.read(other).number == CupsJob.read(ours).number
    _until(afresh, other, PrintJobState.STUCK)
    printer.cancel(ours)
    cups_server.clear_fault()
    _until(afresh, other, PrintJobState.PRINTED)
    assert _until(printer, ours, PrintJobState.FAILED) is Fault.PAGE_UNCERTAIN
    old = PrintJobId(f"{CupsJob.read(ours).number} {CupsJob.read(ours).name}")
    afresh.cancel(old)  # as written down by an earlier version, without the uuid
    assert _until(afresh, old, PrintJobState.FAILED) is Fault.PAGE_UNCERTAIN
    assert len(cups_server.printed_files()) == 1


def test_a_job_that_only_the_printer_still_knows_is_taken_back_there(
    printer: CupsPagePrinter, cups_server: CupsServer, pdf: bytes
) -> None:
    cups_server.set_fault("media-empty")
    job = printer.print_pdf(pdf, title="result notice")
    _until(printer, job, PrintJobState.STUCK)
    cups_server.kill_cupsd()
    cups_server.start_cupsd()
    wait_until(lambda: printer.status().fault is Fault.PAGE_MEDIA_EMPTY, what="cupsd is back")
    printer.cancel(job)
    cups_server.clear_fault()
    assert _until(printer, job, PrintJobState.FAILED) is Fault.PAGE_UNCERTAIN
    assert cups_server.printed_files() == []


def test_the_printer_that_the_settings_name_is_the_only_right_one(
    cups_server: CupsServer, pdf: bytes
) -> None:
    printer = CupsPagePrinter(
        cups_server.queue, port=cups_server.port, limit=5.0, printer_uuid="urn:uuid:another"
    )
    assert printer.status().fault is Fault.PAGE_WRONG_PRINTER
    with pytest.raises(DeviceError):
        printer.print_pdf(pdf, title="result notice")


def test_an_unknown_queue_is_a_gone_printer(cups_server: CupsServer, pdf: bytes) -> None:
    printer = CupsPagePrinter("nobody", port=cups_server.port, limit=5.0)
    with pytest.raises(DeviceError) as raised:
        printer.open()
    assert raised.value.fault is Fault.PAGE_PRINTER_GONE
    assert printer.status().state is DeviceState.GONE
    with pytest.raises(DeviceError):
        printer.print_pdf(pdf, title="result notice")


def test_a_printer_that_cannot_be_asked_leaves_every_job_uncertain(
    cups_server: CupsServer, pdf: bytes
) -> None:
    printer = CupsPagePrinter(
        cups_server.queue, port=cups_server.port, limit=5.0, device_uri="usb://Test/A4"
    )
    assert "cannot be asked" in printer.status().detail
    job = printer.print_pdf(pdf, title="result notice")
    assert _until(printer, job, PrintJobState.FAILED) is Fault.PAGE_UNCERTAIN


def test_the_witness_hears_the_printer_itself(
    printer: CupsPagePrinter, cups_server: CupsServer, pdf: bytes
) -> None:
    witness = IppWitness(cups_server.device_uri, user="root", limit=5.0)
    word = witness.ask("never handed in")
    assert word is not None
    assert word.job is None
    cups_server.set_fault("media-empty")
    job = printer.print_pdf(pdf, title="result notice")
    _until(printer, job, PrintJobState.STUCK)
    word = witness.ask()
    assert word is not None
    assert word.reasons[0].startswith("media-empty")
    assert not IppJobState.PROCESSING.has_ended


def test_the_witness_has_no_word_from_a_printer_that_is_off(
    cups_server: CupsServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    cups_server.unplug()
    assert IppWitness(cups_server.device_uri, user="root").ask() is None


def test_a_question_whose_thread_ends_late_does_not_stand_in_the_way_of_the_next_one(
    monkeypatch: pytest.MonkeyPatch, printer: CupsPagePrinter, cups_server: CupsServer, pdf: bytes
) -> None:
    class Late(threading.Thread):
        def run(self) -> None:
            super().run()
            time.sleep(0.3)

    monkeypatch.setattr("devices.page_printer.cups_queue.threading.Thread", Late)
    _until(printer, printer.print_pdf(pdf, title="result notice"), PrintJobState.PRINTED)


@pytest.mark.parametrize("answer", [{}, {"job-uuid": "urn:uuid:1", "job-state": 99}])
def test_a_print_service_that_talks_nonsense_of_a_job_leaves_it_stuck(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]
) -> None:
    class Babbling:
        def __init__(self, **_: object) -> None: ...

        def getPrinterAttributes(self, *_: object, **__: object) -> dict[str, int]:  # noqa: N802
            return {}

        def getJobAttributes(self, *_: object, **__: object) -> dict[str, object]:  # noqa: N802
            return answer

    monkeypatch.setattr("devices.page_printer.cups_queue.cups.Connection", Babbling)
    status = CupsPagePrinter("a4").job_status(PrintJobId("7 urn:uuid:1 result"))
    assert (status.state, status.fault) == (PrintJobState.STUCK, Fault.PAGE_PRINTER_GONE)
