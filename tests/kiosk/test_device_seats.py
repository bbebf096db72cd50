"""A thread that was left behind in a device is not heard, and touches nothing of the new one."""

import threading
from collections.abc import Iterator

import pytest

from devices.camera.api import Frame
from devices.camera.simulated_camera import SimulatedCamera
from devices.device import DeviceState, DeviceStatus
from devices.id_card.card_watch import CardRead
from devices.id_card.found_sam_reader import SEARCH_SECONDS
from devices.id_card.photo_hook import LIMIT
from devices.id_card.sam_serial_reader import PRESENCE_LIMIT, READ_LIMIT
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import HMT_PERMIT, RESIDENT
from devices.receipt_printer.simulated_printer import SimulatedReceiptPrinter
from kiosk.device_health import DeviceHealth
from kiosk.device_seats import CARD_WITHIN, CameraSeat, CardSeat, Seat
from kiosk.domain.fault import Fault
from kiosk.flow.equipment import DeviceKind, Ticket
from kiosk.papers.slip_layout import SlipLayout
from tests.counterparts.waiting import wait_until
from tests.kiosk.test_device_threads import Machine
from tests.kiosk.test_hanging_devices import Pipe

pytestmark = pytest.mark.logs_expected


class Once:
    """Hangs in its first call alone; knows who called."""

    def __init__(self, pipe: Pipe | None) -> None:
        self._pipe = pipe
        self.callers: list[int] = []
        self.let_go = False

    def called(self) -> None:
        """To be told with every call."""
        self.callers.append(threading.get_ident())
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.read()


class Reader(SimulatedIdentityReader):
    """Of cards."""

    def __init__(self, pipe: Pipe | None = None) -> None:
        super().__init__()
        self.once = Once(pipe)

    def card_present(self) -> bool:
        """May hang."""
        self.once.called()
        return super().card_present()

    def status(self) -> DeviceStatus:
        """See Device."""
        self.once.callers.append(threading.get_ident())
        return super().status()

    def close(self) -> None:
        """See Device."""
        super().close()
        self.once.let_go = True


class Camera(SimulatedCamera):
    """Of pages."""

    def __init__(self, pipe: Pipe | None = None) -> None:
        super().__init__()
        self.once = Once(pipe)

    def frame(self) -> Frame:
        """May hang."""
        self.once.called()
        return super().frame()

    def is_there(self) -> bool:
        """See DocumentCamera."""
        self.once.callers.append(threading.get_ident())
        return super().is_there()

    def close(self) -> None:
        """See Device."""
        super().close()
        self.once.let_go = True


class Printer(SimulatedReceiptPrinter):
    """Without paper, as it says late."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__(layout=SlipLayout())
        self.once = Once(pipe)

    def status(self) -> DeviceStatus:
        """May hang."""
        self.once.called()
        return DeviceStatus(DeviceState.NEEDS_HELP, Fault.RECEIPT_PAPER_OUT)

    def close(self) -> None:
        """See Device."""
        super().close()
        self.once.let_go = True


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.come_back()


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.device_thread.POLL_PATIENCE", 0.1)
    monkeypatch.setattr("kiosk.device_seats.CARD_WITHIN", 0.1)
    monkeypatch.setattr("kiosk.device_seats.READ_WITHIN", 0.1)


def card_seat(machine: Machine, reader: Reader, fresh: Reader) -> CardSeat:
    health = DeviceHealth(machine.announce)
    return CardSeat(reader, lambda: fresh, announce=machine.announce, health=health)


def camera_seat(machine: Machine, camera: Camera, fresh: Camera) -> CameraSeat:
    health = DeviceHealth(machine.announce)
    return CameraSeat(camera, lambda: fresh, announce=machine.announce, health=health)


def left_behind(seat: CardSeat | CameraSeat | Seat[SimulatedReceiptPrinter]) -> None:
    wait_until(lambda: seat.thread.hangs, what="it is over its time")
    seat.thread.look_after()


def come_back(pipe: Pipe, once: Once) -> None:
    once.let_go = False
    pipe.come_back()
    wait_until(lambda: once.let_go, what="the old driver was let go")


@pytest.mark.usefixtures("short_patience")
def test_a_card_reader_that_took_over_is_asked_by_its_own_thread_alone(
    machine: Machine, pipe: Pipe
) -> None:
    hanging, fresh = Reader(pipe), Reader()
    seat = card_seat(machine, hanging, fresh)
    seat.thread.start()
    left_behind(seat)
    wait_until(lambda: fresh.once.callers, what="it was looked at")
    come_back(pipe, hanging.once)
    assert len(set(fresh.once.callers)) == 1
    assert seat.thread.stop()


@pytest.mark.usefixtures("short_patience")
def test_a_camera_that_took_over_is_asked_by_its_own_thread_alone(
    machine: Machine, pipe: Pipe
) -> None:
    hanging, fresh = Camera(pipe), Camera()
    seat = camera_seat(machine, hanging, fresh)
    seat.watch(True, Ticket())
    seat.thread.start()
    left_behind(seat)
    wait_until(lambda: fresh.once.callers, what="it was looked at")
    come_back(pipe, hanging.once)
    assert len(set(fresh.once.callers)) == 1
    assert seat.thread.stop()


@pytest.mark.usefixtures("short_patience")
def test_a_picture_that_comes_after_its_thread_was_left_behind_is_not_handed_over(
    machine: Machine, pipe: Pipe
) -> None:
    hanging, taken = Camera(pipe), list[Frame]()
    seat = camera_seat(machine, hanging, Camera())
    seat.hand_over(taken.append, Ticket())
    seat.thread.start()
    left_behind(seat)
    come_back(pipe, hanging.once)
    assert taken == [], "the paper of the person before"
    seat.hand_over(taken.append, Ticket())
    wait_until(lambda: taken, what="the next picture is handed over")
    assert seat.thread.stop()


@pytest.mark.usefixtures("short_patience")
def test_what_a_printer_says_late_does_not_count_for_the_one_that_took_over(
    machine: Machine, pipe: Pipe
) -> None:
    hanging = Printer(pipe)
    health = DeviceHealth(machine.announce)
    seat = Seat[SimulatedReceiptPrinter](
        DeviceKind.RECEIPT_PRINTER,
        hanging,
        lambda: SimulatedReceiptPrinter(layout=SlipLayout()),
        announce=machine.announce,
        health=health,
    )
    seat.thread.start()
    left_behind(seat)
    wait_until(lambda: health().fault(DeviceKind.RECEIPT_PRINTER) is None, what="the new one")
    come_back(pipe, hanging.once)
    assert health().fault(DeviceKind.RECEIPT_PRINTER) is None
    assert seat.thread.stop()


@pytest.mark.usefixtures("short_patience")
def test_a_card_that_lies_there_at_a_take_over_is_read_only_when_laid_down_anew(
    machine: Machine, pipe: Pipe
) -> None:
    fresh = Reader()
    fresh.lay_down(RESIDENT)
    seat = card_seat(machine, Reader(pipe), fresh)
    seat.thread.start()
    left_behind(seat)
    seat.want(True, Ticket())
    wait_until(lambda: len(fresh.once.callers) > 6, what="it was looked at some times")
    fresh.lay_down(HMT_PERMIT)
    event = machine.wait_for(lambda e: isinstance(e, CardRead))
    assert event == CardRead(HMT_PERMIT), "the card of the person before"
    assert seat.thread.stop()


def test_a_look_at_a_card_reader_may_take_as_long_as_all_that_it_may_do(
    machine: Machine, pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.device_thread.POLL_PATIENCE", 0.0)
    opening, starting_and_killing = SEARCH_SECONDS + 2.0, LIMIT
    assert opening + PRESENCE_LIMIT + READ_LIMIT + LIMIT + starting_and_killing < CARD_WITHIN
    seat = card_seat(machine, Reader(pipe), Reader())
    seat.thread.start()
    wait_until(lambda: pipe.waits, what="it is in hand")
    assert not seat.thread.hangs
    pipe.come_back()
    assert seat.thread.stop()
