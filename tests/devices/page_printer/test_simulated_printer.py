"""The switches of the simulated A4 printer that the contract does not ask for."""

from devices.device import DeviceState
from devices.page_printer.api import PrintJobState, PrintJobStatus
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from kiosk.domain.fault import Fault


def test_copies_lie_in_the_tray_one_by_one() -> None:
    printer = SimulatedPagePrinter()
    job = printer.print_pdf(b"%PDF-1.7", title="result notice", copies=2)
    assert printer.status().state is DeviceState.BUSY
    assert printer.job_status(job) == PrintJobStatus(PrintJobState.PRINTING)
    assert printer.printed == ()
    assert printer.job_status(job) == PrintJobStatus(PrintJobState.PRINTED)
    assert printer.printed == (b"%PDF-1.7", b"%PDF-1.7")
    assert printer.status().state is DeviceState.READY


def test_jam_and_cover_stop_a_job_until_they_are_put_right() -> None:
    printer = SimulatedPagePrinter()
    for stop, go_on, fault in (
        (printer.jam, printer.clear_jam, Fault.PAGE_JAM),
        (printer.open_cover, printer.close_cover, Fault.PAGE_COVER_OPEN),
    ):
        job = printer.print_pdf(b"%PDF-1.7", title="result notice")
        stop()
        assert printer.job_status(job) == PrintJobStatus(PrintJobState.STUCK, fault)
        assert printer.status().fault is fault
        go_on()
        assert printer.job_status(job).state is PrintJobState.PRINTING
        assert printer.job_status(job).state is PrintJobState.PRINTED
