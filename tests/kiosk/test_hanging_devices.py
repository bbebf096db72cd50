"""Devices that hang in the kernel behind the terminal's real threads: nobody waits for them."""

import os
from collections.abc import Callable, Iterator

import pytest

from devices.id_card.card_watch import CardFailed, CardRead
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import HMT_PERMIT, RESIDENT
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from kiosk.device_threads import DeviceThreads
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from kiosk.domain.receipt import Receipt
from kiosk.drivers import Drivers
from kiosk.flow.equipment import DeviceKind, Event, ReceiptFailed, ReceiptPrinted
from kiosk.papers.slip_layout import SlipLayout
from kiosk.stick_watch import StickWatch
from tests.counterparts.waiting import wait_until
from tests.kiosk.test_device_threads import SLIP, Machine, _no_line, _no_store

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

    def print_receipt(self, receipt: Receipt) -> None:
        """Blocks."""
        self._pipe.read()


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.device_thread.POLL_PATIENCE", 0.3)
    monkeypatch.setattr("kiosk.device_threads.SLIP_WITHIN", 0.3)
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

    def begin(drivers: Drivers, again: Drivers) -> DeviceThreads:
        threads = DeviceThreads(
            readers=drivers.readers,
            camera=None,
            receipt_printer=drivers.receipt_printer,
            page_printer=None,
            stick=StickWatch(find=lambda: None, keys=None, open_store=_no_store, line=_no_line),
            announce=machine.announce,
            send_soon=lambda: None,
            again=lambda: again,
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
