"""Devices that hang in the kernel behind the terminal's real threads: nobody waits for them."""

import os
from collections.abc import Callable, Iterator

import pytest

from devices.id_card.card_watch import CardFailed, CardRead
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import HMT_PERMIT, RESIDENT
from devices.page_printer.api import SpoolRisk
from devices.page_printer.simulated_printer import SimulatedPagePrinter
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from kiosk.device_threads import DeviceThreads
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.receipt import Receipt
from kiosk.drivers import Drivers
from kiosk.flow.equipment import (
    DeviceKind,
    DocumentMoved,
    Event,
    PrintsSettled,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.papers.slip_layout import SlipLayout
from kiosk.print_line import OpenLedger
from kiosk.stick_watch import StickWatch
from tests.counterparts.waiting import wait_until
from tests.kiosk.test_device_threads import SLIP, Machine, _no_line, _no_store, a_document

pytestmark = pytest.mark.logs_expected


class Pipe:
    """Nobody writes into it until `come_back`: whoever reads it blocks in the kernel."""

    def __init__(self) -> None:
        self._ends = os.pipe()
        self.waits = False

    def read(self) -> None:
        """Blocks."""
        self.waits = True
        os.read(self._ends[0], 1)

    def come_back(self) -> None:
        """One read returns."""
        os.write(self._ends[1], b"x")


class HangingReader(SimulatedIdentityReader):
    """Its read comes back when the pipe says so."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self._pipe = pipe

    def read_identity(self) -> IdentityCard:
        """Late, but right."""
        self._pipe.read()
        return super().read_identity()


class HangingPrinter(SimulatedReceiptPrinter):
    """Takes the slip and never says what became of it."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__(layout=SlipLayout())
        self._pipe = pipe
        self.was_let_go = False

    def print_receipt(self, receipt: Receipt) -> None:
        """Blocks."""
        self.was_let_go = False
        self._pipe.read()

    def close(self) -> None:
        """See Device."""
        super().close()
        self.was_let_go = True


class HangingPagePrinter(SimulatedPagePrinter):
    """Likewise, with documents."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self._pipe = pipe
        self.was_let_go = False

    def spool_risks(self) -> tuple[SpoolRisk, ...]:
        """Blocks."""
        self.was_let_go = False
        self._pipe.read()
        return super().spool_risks()

    def close(self) -> None:
        """See Device."""
        super().close()
        self.was_let_go = True


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.device_thread.POLL_PATIENCE", 0.3)
    monkeypatch.setattr("kiosk.device_seats.CARD_WITHIN", 0.3)
    monkeypatch.setattr("kiosk.device_threads.SLIP_WITHIN", 2.0)  # the next one is drawn within it
    monkeypatch.setattr("kiosk.device_threads.PAGE_WITHIN", 0.3)
    monkeypatch.setattr("kiosk.device_threads.END_WITHIN", 0.3)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.come_back()


@pytest.fixture
def machine() -> Machine:
    return Machine()


Start = Callable[..., DeviceThreads]


@pytest.fixture
def start(machine: Machine) -> Iterator[Start]:
    running: list[DeviceThreads] = []

    def begin(
        drivers: Drivers, again: Drivers, open_ledger: OpenLedger | None = None
    ) -> DeviceThreads:
        threads = DeviceThreads(
            readers=drivers.readers,
            camera=None,
            receipt_printer=drivers.receipt_printer,
            page_printer=drivers.page_printer,
            stick=StickWatch(find=lambda: None, keys=None, open_store=_no_store, line=_no_line),
            announce=machine.announce,
            send_soon=lambda: None,
            again=lambda: again,
            open_ledger=open_ledger,
        )
        threads.start()
        running.append(threads)
        return threads

    yield begin
    for threads in running:
        threads.stop()


def is_card(event: Event) -> bool:
    return isinstance(event, CardRead | CardFailed)


def test_a_reader_that_hangs_is_told_replaced_and_not_heard_when_it_comes_back(
    machine: Machine, start: Start, pipe: Pipe
) -> None:
    hanging, fresh = HangingReader(pipe), SimulatedIdentityReader()
    threads = start(Drivers(readers=(hanging,)), Drivers(readers=(fresh,)))
    hanging.lay_down(RESIDENT)
    threads.watch_cards(True)
    assert machine.wait_for(is_card) == CardFailed(Fault.READER_GONE)
    threads.visit_over()
    threads.watch_cards(True)  # the next person
    pipe.come_back()
    wait_until(lambda: hanging.status().fault is Fault.READER_GONE, what="it was let go")
    fresh.lay_down(HMT_PERMIT)
    event = machine.wait_for(is_card)
    assert isinstance(event, CardRead)
    assert event.card == HMT_PERMIT, "the card of the person before"


def test_a_slip_in_hand_when_its_printer_hangs_is_uncertain_and_the_next_one_comes_out(
    machine: Machine, start: Start, pipe: Pipe
) -> None:
    fresh = SimulatedReceiptPrinter(layout=SlipLayout())
    threads = start(Drivers(receipt_printer=HangingPrinter(pipe)), Drivers(receipt_printer=fresh))
    threads.print_receipt(SLIP)
    threads.print_receipt(SLIP)
    event = machine.wait_for(lambda e: isinstance(e, ReceiptFailed | ReceiptPrinted))
    assert event == ReceiptFailed(Fault.RECEIPT_UNCERTAIN)
    machine.wait_for(lambda e: isinstance(e, ReceiptPrinted))
    assert len(fresh.slips) == 1
    assert threads.health().fault(DeviceKind.RECEIPT_PRINTER) is None


def told_by(machine: Machine, kind: type[Event]) -> list[Event]:
    events: list[Event] = []
    while not machine.told.empty():
        event, _ = machine.told.get_nowait()
        if isinstance(event, kind):
            events.append(event)
    return events


def test_a_slip_that_comes_out_after_it_was_told_to_be_uncertain_is_not_told_again(
    machine: Machine, start: Start, pipe: Pipe
) -> None:
    hanging = HangingPrinter(pipe)
    fresh = SimulatedReceiptPrinter(layout=SlipLayout())
    threads = start(Drivers(receipt_printer=hanging), Drivers(receipt_printer=fresh))
    threads.print_receipt(SLIP)
    event = machine.wait_for(lambda e: isinstance(e, ReceiptFailed | ReceiptPrinted))
    assert event == ReceiptFailed(Fault.RECEIPT_UNCERTAIN)
    pipe.come_back()
    wait_until(lambda: hanging.was_let_go, what="the old driver was let go")
    assert told_by(machine, ReceiptPrinted) == []


def test_a_document_that_moves_after_it_was_told_to_be_uncertain_is_not_told_again(
    machine: Machine, start: Start, pipe: Pipe
) -> None:
    hanging = HangingPagePrinter(pipe)
    drivers, fresh = Drivers(page_printer=hanging), Drivers(page_printer=SimulatedPagePrinter())
    threads = start(drivers, fresh)
    threads.print_document(a_document(), title="结果")
    event = machine.wait_for(lambda e: isinstance(e, DocumentMoved))
    assert isinstance(event, DocumentMoved)
    assert event.status.fault is Fault.PAGE_UNCERTAIN
    threads.cancel_document()
    pipe.come_back()
    wait_until(lambda: hanging.was_let_go, what="the old driver was let go")
    assert told_by(machine, DocumentMoved) == []


def test_settling_that_hangs_is_told_to_be_over_once(
    machine: Machine, start: Start, pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late:
        """Asks the printer and gets no answer."""

        def __init__(self, *_: object, **__: object) -> None: ...

        def run(self) -> None:
            pipe.read()

    monkeypatch.setattr("kiosk.device_threads.Settling", Late)
    hanging = HangingPagePrinter(pipe)
    fresh = Drivers(page_printer=SimulatedPagePrinter())
    start(Drivers(page_printer=hanging), fresh, open_ledger=_no_store)
    machine.wait_for(lambda e: isinstance(e, PrintsSettled))
    pipe.come_back()
    wait_until(lambda: hanging.was_let_go, what="the old driver was let go")
    assert told_by(machine, PrintsSettled) == []


def test_the_program_ends_while_two_devices_hang(
    machine: Machine, start: Start, pipe: Pipe
) -> None:
    del machine
    other = Pipe()
    hanging = HangingReader(pipe)
    hanging.lay_down(RESIDENT)
    drivers = Drivers(readers=(hanging,), receipt_printer=HangingPrinter(other))
    threads = start(drivers, drivers)
    threads.watch_cards(True)
    threads.print_receipt(SLIP)
    wait_until(lambda: pipe.waits and other.waits, what="both hang")
    threads.stop()  # comes back
    other.come_back()
