"""What can go wrong on the cable: it is never called printed, and nothing hangs."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.device import DeviceError, DeviceState
from devices.receipt_printer.connection import (
    FileConnection,
    NetworkConnection,
    SerialConnection,
    UsbConnection,
)
from devices.receipt_printer.escpos_printer import EscPosPrinter, Patience
from devices.receipt_printer.escpos_raster import raster_job
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt
from tests.counterparts.escpos_sink import EscPosSerialSink, EscPosSink, Paper

HASTY = Patience(connect=1.0, answer=0.5, send=0.4, finish=0.4)
SLIP = Receipt(title="回执", site="示范站", lines=())


class Noise:
    """A layout that draws no words but much ink, so that its job is 40 KB long."""

    def __init__(self) -> None:
        dots = random.Random(1).randbytes(72 * 500)
        self._picture = Image.frombytes("1", (576, 500), dots)

    def picture(self, receipt: Receipt) -> Image.Image:
        return self._picture


NOISE = Noise()
JOB_BYTES = len(raster_job(NOISE.picture(SLIP)))


def _network(sink: EscPosSink, patience: Patience = HASTY) -> EscPosPrinter:
    return EscPosPrinter(NetworkConnection("127.0.0.1", sink.port), layout=NOISE, patience=patience)


def _fault(printer: EscPosPrinter) -> Fault | None:
    try:
        printer.print_receipt(SLIP)
    except DeviceError as error:
        return error.fault
    return None


def test_two_hundred_lines_that_break_in_mid_job_are_never_called_printed() -> None:
    chosen = random.Random(7)
    with EscPosSink() as sink:
        printer = _network(sink)
        for _ in range(200):
            printer.open()
            sink.reset_after(chosen.randrange(7, JOB_BYTES))
            assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
        assert _fault(printer) is None, "a healthy job after all that"
        assert sink.wait_for_job(5.0).raw.startswith(b"\x1b@")
        printer.close()


def test_a_printer_that_stalls_in_mid_job_leaves_the_slip_uncertain_in_time() -> None:
    with EscPosSink() as sink:
        printer = _network(sink)
        for at in (100, 20_000, JOB_BYTES - 10):
            sink.stall_after(at)
            began = time.monotonic()
            assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
            assert time.monotonic() - began < 3.0
            sink.unplug()
            sink.go_on()
            sink.plug_in()
        printer.close()


def test_paper_that_ends_in_mid_slip_leaves_it_uncertain_and_is_told() -> None:
    with EscPosSink() as sink:
        printer = _network(sink)
        sink.paper_out_after(20_000)
        assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
        assert printer.status().fault is Fault.RECEIPT_PAPER_OUT
        assert sink.jobs == []
        printer.close()


def test_a_slow_printer_is_waited_for() -> None:
    with EscPosSink() as sink:
        sink.bytes_per_second = 200_000
        printer = _network(sink, Patience(send=10.0, finish=10.0))
        assert _fault(printer) is None
        printer.close()


def test_a_printer_that_never_answers_prints_but_stays_uncertain() -> None:
    with EscPosSink() as sink:
        sink.fall_silent()
        printer = _network(sink)
        status = printer.status()
        assert (status.state, status.fault) == (DeviceState.NEEDS_HELP, Fault.RECEIPT_UNCERTAIN)
        assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
        assert sink.wait_for_job(5.0).slip.cut
        printer.close()


def test_a_printer_that_stops_answering_is_gone_and_nothing_is_sent() -> None:
    with EscPosSink() as sink:
        printer = _network(sink)
        assert printer.status().state is DeviceState.READY
        sink.fall_silent()
        assert printer.status().state is DeviceState.GONE
        assert _fault(printer) is Fault.RECEIPT_PRINTER_GONE
        assert sink.jobs == []
        sink.speak_again()
        assert printer.status().state is DeviceState.READY
        printer.close()


def test_a_late_answer_is_not_taken_for_the_next_slip() -> None:
    with EscPosSink() as sink:
        printer = _network(sink)
        assert printer.status().state is DeviceState.READY
        sink.paper_out_after(20_000)
        assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
        sink.set_paper(Paper.ENOUGH)  # the first slip comes out now and is confirmed, too late
        sink.fall_silent(only_at_the_end=True)
        assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
        printer.close()


def test_paper_near_its_end_is_told_but_prints() -> None:
    with EscPosSink() as sink:
        sink.set_paper(Paper.NEAR_END)
        printer = _network(sink)
        status = printer.status()
        assert status.state is DeviceState.READY
        assert "nearly" in status.detail
        assert _fault(printer) is None
        printer.close()


def test_a_status_takes_at_most_about_a_second_whatever_the_printer_does() -> None:
    with EscPosSink() as sink:
        printer = _network(sink, Patience())
        sink.stall_after(0)
        began = time.monotonic()
        assert printer.status().state is not DeviceState.READY
        assert time.monotonic() - began < 1.5
        sink.go_on()
        printer.close()


class Babbler(EscPosSink):
    """Answers every question with the same bytes."""

    words = b""

    def receive(self, data: bytes) -> bytes:
        return self.words


@pytest.fixture(scope="module")
def babbler() -> Iterator[Babbler]:
    with Babbler() as sink:
        yield sink


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(words=st.binary(max_size=40))
def test_a_printer_that_talks_nonsense_makes_no_trouble(babbler: Babbler, words: bytes) -> None:
    babbler.words = words
    patience = Patience(connect=1.0, answer=0.02, send=1.0, finish=0.02)
    printer = _network(babbler, patience)
    printer.status()
    if _fault(printer) is None:
        assert any(byte & 0x90 == 0 for byte in words), "only GS r 1 can be the proof"
    printer.close()


def test_a_serial_line_that_hangs_up_in_mid_job_is_never_called_printed() -> None:
    for at in (50, 10_000, 30_000):
        with EscPosSerialSink() as line:
            printer = EscPosPrinter(SerialConnection(line.path), layout=NOISE, patience=HASTY)
            printer.open()
            line.reset_after(at)
            assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
            printer.close()


def test_a_serial_line_that_takes_no_more_bytes_does_not_hang() -> None:
    with EscPosSerialSink() as line:
        connection = SerialConnection(line.path, baud=4_000_000)
        printer = EscPosPrinter(connection, layout=NOISE, patience=HASTY)
        line.stall_after(1000)
        began = time.monotonic()
        assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
        printer.close()
        assert time.monotonic() - began < 3.0


def test_a_device_file_can_never_confirm_so_its_slips_are_uncertain() -> None:
    master, slave = os.openpty()
    os.set_blocking(master, False)
    printer = EscPosPrinter(FileConnection(Path(os.ttyname(slave))), layout=NOISE, patience=HASTY)
    assert printer.status().state is DeviceState.READY
    assert "cannot answer" in printer.status().detail
    assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
    printer.close()
    os.close(slave)
    os.close(master)


def test_an_unplugged_device_file_is_gone_and_never_made(tmp_path: Path) -> None:
    for path in (Path("/dev/doorstep-no-such-lp0"), tmp_path, tmp_path / "none" / "x"):
        printer = EscPosPrinter(FileConnection(path), layout=NOISE, patience=HASTY)
        assert printer.status().state is DeviceState.GONE
        assert _fault(printer) is Fault.RECEIPT_PRINTER_GONE
    assert not Path("/dev/doorstep-no-such-lp0").exists()


def test_a_full_disk_under_a_plain_file_is_not_called_printed() -> None:
    printer = EscPosPrinter(FileConnection(Path("/dev/full")), layout=NOISE, patience=HASTY)
    assert _fault(printer) is Fault.RECEIPT_UNCERTAIN
    printer.close()


@pytest.mark.parametrize(
    "connection",
    [
        UsbConnection(0xFFFF, 0xFFFE),
        SerialConnection(Path("/dev/doorstep-no-such-tty")),
        NetworkConnection("127.0.0.1", 1),
        NetworkConnection("no-such-host.invalid"),
    ],
    ids=str,
)
def test_a_printer_that_is_not_there_is_gone(
    connection: UsbConnection | SerialConnection | NetworkConnection,
) -> None:
    printer = EscPosPrinter(connection, layout=NOISE, patience=HASTY)
    assert printer.status().state is DeviceState.GONE
    with pytest.raises(DeviceError) as raised:
        printer.open()
    assert raised.value.fault is Fault.RECEIPT_PRINTER_GONE
    assert _fault(printer) is Fault.RECEIPT_PRINTER_GONE
    assert str(connection) in printer.name
