"""What every reader of identity cards keeps, run on all of them.

The SAM reader talks to a reader on a pty, the social security card reader to a virtual card through
the system's real card service.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from devices.device import DeviceError, DeviceState
from devices.id_card.api import IdentityReader
from devices.id_card.card_watch import CardEvent, CardFailed, CardRead, CardTaken, CardWatch
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import RESIDENT, SOCIAL_SECURITY
from devices.social_card.pcsc_reader import PcscSocialCardReader
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from tests.counterparts.card_blocks import block_of
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.sam_reader_pty import SamReaderPty
from tests.counterparts.waiting import wait_until


@dataclass(frozen=True, slots=True)
class Bench:
    """A reader and the hands that lay cards on it and pull its cable."""

    reader: IdentityReader
    expected: IdentityCard
    lay_down: Callable[[], None]
    take_away: Callable[[], None]
    unplug: Callable[[], None]
    plug_in: Callable[[], None]

    def lay_down_and_wait(self) -> None:
        self.lay_down()
        wait_until(self.reader.card_present, what="the card is noticed")

    def take_away_and_wait(self) -> None:
        self.take_away()
        wait_until(lambda: not self.reader.card_present(), what="the card's absence is noticed")


@pytest.fixture
def simulator() -> Iterator[Bench]:
    reader = SimulatedIdentityReader()
    yield Bench(
        reader=reader,
        expected=RESIDENT,
        lay_down=lambda: reader.lay_down(RESIDENT),
        take_away=reader.take_away,
        unplug=reader.unplug,
        plug_in=reader.plug_in,
    )
    reader.close()


@pytest.fixture
def sam() -> Iterator[Bench]:
    with SamReaderPty() as far_side:
        reader = SamSerialReader(far_side.port)
        yield Bench(
            reader=reader,
            expected=replace(RESIDENT, photo=bytes(1024)),
            lay_down=lambda: far_side.lay_down(block_of(RESIDENT)),
            take_away=far_side.take_away,
            unplug=far_side.unplug,
            plug_in=far_side.plug_in,
        )
        reader.close()


@pytest.fixture(scope="module")
def service() -> Iterator[PcscService]:
    with PcscService() as running:
        yield running


@pytest.fixture
def pcsc(service: PcscService) -> Iterator[Bench]:
    service.stop_service()  # it would notice only after a while that the last card went
    service.remove()
    service.start_service()
    reader = PcscSocialCardReader(service.reader_name)
    yield Bench(
        reader=reader,
        expected=SOCIAL_SECURITY,
        lay_down=lambda: service.insert(SOCIAL_SECURITY),
        take_away=service.remove,
        unplug=service.stop_service,
        plug_in=service.start_service,
    )
    reader.close()


@pytest.fixture(
    params=["simulator", "sam", pytest.param("pcsc", marks=pytest.mark.counterpart)],
)
def bench(request: pytest.FixtureRequest) -> Bench:
    chosen = request.getfixturevalue(request.param)
    assert isinstance(chosen, Bench)
    return chosen


def fault_of(ask: Callable[[], object]) -> Fault:
    with pytest.raises(DeviceError) as caught:
        ask()
    return caught.value.fault


def test_a_new_reader_is_closed_and_says_so_without_failing(bench: Bench) -> None:
    assert bench.reader.name
    assert bench.reader.status().state is DeviceState.GONE
    assert fault_of(bench.reader.card_present) is Fault.READER_GONE
    assert fault_of(bench.reader.read_identity) is Fault.READER_GONE


def test_an_opened_reader_is_ready_and_sees_no_card(bench: Bench) -> None:
    bench.reader.open()
    assert bench.reader.status().state is DeviceState.READY
    assert not bench.reader.card_present()


def test_a_card_that_is_laid_down_can_be_read(bench: Bench) -> None:
    bench.reader.open()
    bench.lay_down_and_wait()
    assert bench.reader.read_identity() == bench.expected


def test_reading_without_a_card_says_that_it_was_removed(bench: Bench) -> None:
    bench.reader.open()
    assert fault_of(bench.reader.read_identity) is Fault.CARD_REMOVED
    bench.lay_down_and_wait()
    bench.take_away_and_wait()
    assert fault_of(bench.reader.read_identity) is Fault.CARD_REMOVED


def test_a_card_lifted_and_laid_down_again_can_be_read_again(bench: Bench) -> None:
    bench.reader.open()
    for _ in range(2):
        bench.lay_down_and_wait()
        assert bench.reader.read_identity() == bench.expected
        bench.take_away_and_wait()


def test_a_reader_that_goes_is_a_status_and_can_be_opened_when_it_is_back(bench: Bench) -> None:
    bench.reader.open()
    bench.unplug()
    assert bench.reader.status().state is DeviceState.GONE
    assert fault_of(bench.reader.card_present) is Fault.READER_GONE
    assert fault_of(bench.reader.read_identity) is Fault.READER_GONE
    assert fault_of(bench.reader.open) is Fault.READER_GONE
    bench.plug_in()
    bench.reader.open()
    assert bench.reader.status().state is DeviceState.READY
    bench.lay_down_and_wait()
    assert bench.reader.read_identity() == bench.expected


def test_a_question_notices_first_that_the_reader_went(bench: Bench) -> None:
    bench.reader.open()
    bench.unplug()
    assert fault_of(bench.reader.card_present) is Fault.READER_GONE
    bench.plug_in()
    bench.reader.open()
    bench.lay_down_and_wait()
    bench.unplug()
    assert fault_of(bench.reader.read_identity) is Fault.READER_GONE


def test_opening_twice_and_closing_twice_does_no_harm(bench: Bench) -> None:
    bench.reader.open()
    bench.reader.open()
    assert bench.reader.status().state is DeviceState.READY
    bench.reader.close()
    bench.reader.close()
    assert bench.reader.status().state is DeviceState.GONE


def test_closing_a_reader_that_is_already_gone_does_no_harm(bench: Bench) -> None:
    bench.reader.open()
    bench.unplug()
    bench.reader.close()
    assert bench.reader.status().state is DeviceState.GONE


def test_a_watch_reads_a_card_left_on_the_reader_once(bench: Bench) -> None:
    events: list[CardEvent] = []
    watch = CardWatch(bench.reader, events.append)

    def polled_until(wanted: CardEvent) -> bool:
        watch.poll()
        return wanted in events

    for _ in range(2):
        events.clear()
        bench.lay_down()
        wait_until(lambda: polled_until(CardRead(bench.expected)), what="the card is read")
        for _ in range(3):
            watch.poll()
        bench.take_away()
        wait_until(lambda: polled_until(CardTaken()), what="the card is taken")
        assert events == [CardRead(bench.expected), CardTaken()]


def test_a_watch_takes_a_reader_again_that_came_back(bench: Bench) -> None:
    events: list[CardEvent] = []
    watch = CardWatch(bench.reader, events.append)
    watch.poll()
    bench.unplug()
    for _ in range(3):
        watch.poll()
    assert events == [CardFailed(Fault.READER_GONE)]
    bench.plug_in()
    bench.lay_down()

    def read() -> bool:
        watch.poll()
        return len(events) > 1

    wait_until(read, what="the card is read after the reader came back")
    assert events[1:2] == [CardRead(bench.expected)]
