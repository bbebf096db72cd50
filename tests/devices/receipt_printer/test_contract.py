"""What every receipt printer keeps to: network, serial line, device file and simulator."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from devices.device import DeviceError, DeviceState
from devices.receipt_printer.api import ReceiptPrinter
from devices.receipt_printer.connection import (
    FileConnection,
    NetworkConnection,
    SerialConnection,
)
from devices.receipt_printer.escpos_printer import EscPosPrinter, Patience
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt
from kiosk.papers.slip_layout import SlipLayout
from tests.counterparts.escpos_parser import SlipParser
from tests.counterparts.escpos_sink import EscPosSerialSink, EscPosSink, Paper
from tests.devices.receipt_printer.conftest import QR

SHORT = Patience(connect=1.0, answer=0.5, send=2.0, finish=1.0)


@dataclass
class Case:
    """A printer and the hands that stand at it."""

    printer: ReceiptPrinter
    slip: Callable[[], Image.Image]
    slips: Callable[[], int]
    paper_out: Callable[[], Any] | None = None
    paper_in: Callable[[], Any] | None = None
    open_cover: Callable[[], Any] | None = None
    close_cover: Callable[[], Any] | None = None
    fall_silent: Callable[[], Any] | None = None
    unplug: Callable[[], Any] | None = None
    plug_in: Callable[[], Any] | None = None


def _sink_case(sink: EscPosSink | EscPosSerialSink, printer: ReceiptPrinter) -> Case:
    return Case(
        printer=printer,
        slip=lambda: sink.wait_for_job(5.0).picture(),
        slips=lambda: len(sink.jobs),
        paper_out=lambda: sink.set_paper(Paper.OUT),
        paper_in=lambda: sink.set_paper(Paper.ENOUGH),
        open_cover=sink.open_cover,
        close_cover=sink.close_cover,
        fall_silent=lambda: sink.fall_silent(only_at_the_end=True),
        unplug=sink.unplug,
        plug_in=sink.plug_in if isinstance(sink, EscPosSink) else None,
    )


@pytest.fixture(params=["network", "serial", "file", "simulator"])
def case(request: pytest.FixtureRequest, layout: SlipLayout, tmp_path: Any) -> Iterator[Case]:
    match request.param:
        case "network":
            with EscPosSink() as sink:
                connection = NetworkConnection("127.0.0.1", sink.port)
                printer = EscPosPrinter(connection, layout=layout, patience=SHORT)
                yield _sink_case(sink, printer)
                printer.close()
        case "serial":
            with EscPosSerialSink() as line:
                printer = EscPosPrinter(SerialConnection(line.path), layout=layout, patience=SHORT)
                yield _sink_case(line, printer)
                printer.close()
        case "file":
            path = tmp_path / "slips.bin"
            printer = EscPosPrinter(FileConnection(path), layout=layout, patience=SHORT)
            yield Case(printer, lambda: _drawn(path.read_bytes()), lambda: 0)
            printer.close()
        case _:
            simulated = SimulatedReceiptPrinter(layout=layout)
            yield Case(
                printer=simulated,
                slip=lambda: Image.open(io.BytesIO(simulated.tear_off()[0])).convert("L"),
                slips=lambda: len(simulated.slips),
                paper_out=simulated.take_paper_out,
                paper_in=simulated.put_paper_in,
                open_cover=simulated.open_cover,
                close_cover=simulated.close_cover,
                fall_silent=simulated.fall_silent,
                unplug=simulated.unplug,
                plug_in=simulated.plug_in,
            )


def _drawn(raw: bytes) -> Image.Image:
    parser = SlipParser()
    parser.buffer += raw
    while parser.next_step() is not None:
        pass
    assert not parser.slip.unknown
    return parser.take_slip().picture()


def _need(switch: Callable[[], Any] | None) -> Callable[[], Any]:
    if switch is None:
        pytest.skip("a line that only takes bytes cannot tell")
    return switch


def test_a_healthy_printer_prints_a_slip_whose_qr_code_can_be_read(
    case: Case, receipt: Receipt
) -> None:
    case.printer.open()
    assert case.printer.status().state is DeviceState.READY
    case.printer.print_receipt(receipt)
    assert [code.text for code in zxingcpp.read_barcodes(case.slip())] == [QR]


def test_the_slip_is_dot_for_dot_what_the_layout_drew(
    case: Case, layout: SlipLayout, receipt: Receipt
) -> None:
    case.printer.open()
    case.printer.print_receipt(receipt)
    drawn = layout.picture(receipt).convert("L")
    slip = case.slip()
    assert _ink(slip).tobytes() == _ink(drawn).tobytes()


def _ink(picture: Image.Image) -> Image.Image:
    box = picture.point(lambda grey: 255 - grey).getbbox()
    assert box is not None
    return picture.crop(box)


def test_nothing_is_sent_without_paper_and_it_goes_on_when_refilled(
    case: Case, receipt: Receipt
) -> None:
    paper_out = _need(case.paper_out)
    case.printer.open()
    paper_out()
    status = case.printer.status()
    assert (status.state, status.fault) == (DeviceState.NEEDS_HELP, Fault.RECEIPT_PAPER_OUT)
    with pytest.raises(DeviceError) as raised:
        case.printer.print_receipt(receipt)
    assert raised.value.fault is Fault.RECEIPT_PAPER_OUT
    _need(case.paper_in)()
    assert case.printer.status().state is DeviceState.READY
    case.printer.print_receipt(receipt)
    case.slip()
    assert case.slips() <= 1, "nothing came out late"


def test_nothing_is_sent_while_the_cover_is_open(case: Case, receipt: Receipt) -> None:
    open_cover = _need(case.open_cover)
    case.printer.open()
    open_cover()
    assert case.printer.status().fault is Fault.RECEIPT_COVER_OPEN
    with pytest.raises(DeviceError) as raised:
        case.printer.print_receipt(receipt)
    assert raised.value.fault is Fault.RECEIPT_COVER_OPEN
    assert case.slips() == 0
    _need(case.close_cover)()
    assert case.printer.status().state is DeviceState.READY


def test_a_printer_that_does_not_confirm_leaves_the_slip_uncertain(
    case: Case, receipt: Receipt
) -> None:
    fall_silent = _need(case.fall_silent)
    case.printer.open()
    fall_silent()
    with pytest.raises(DeviceError) as raised:
        case.printer.print_receipt(receipt)
    assert raised.value.fault is Fault.RECEIPT_UNCERTAIN


def test_an_unplugged_printer_is_gone_and_works_when_it_is_back(
    case: Case, receipt: Receipt
) -> None:
    unplug = _need(case.unplug)
    case.printer.open()
    assert case.printer.status().state is DeviceState.READY
    unplug()
    status = case.printer.status()
    assert (status.state, status.fault) == (DeviceState.GONE, Fault.RECEIPT_PRINTER_GONE)
    with pytest.raises(DeviceError) as raised:
        case.printer.print_receipt(receipt)
    assert raised.value.fault is Fault.RECEIPT_PRINTER_GONE
    if case.plug_in is not None:
        case.plug_in()
        assert case.printer.status().state is DeviceState.READY
        case.printer.print_receipt(receipt)
        case.slip()


def test_a_character_that_no_font_has_is_refused_before_anything_is_sent(
    case: Case,
) -> None:
    case.printer.open()
    with pytest.raises(DeviceError) as raised:
        case.printer.print_receipt(Receipt("回执", "示范站", (("申请人", "王\ue123"),)))
    assert raised.value.fault is Fault.RECEIPT_UNPRINTABLE
    assert "\ue123" not in str(raised.value)
    assert case.slips() == 0


def test_closing_twice_and_after_unplugging_never_raises(case: Case) -> None:
    case.printer.open()
    if case.unplug is not None:
        case.unplug()
    case.printer.close()
    case.printer.close()
    assert case.printer.name
