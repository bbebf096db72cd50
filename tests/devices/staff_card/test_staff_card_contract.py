"""What every reader for staff cards keeps: the simulator, and PC/SC with the real card service."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from devices.device import DeviceError, DeviceState
from devices.id_card.specimens import SOCIAL_SECURITY
from devices.staff_card.api import Pin, PinWrong, Proof, StaffCardReader
from devices.staff_card.pcsc_staff_card import PcscStaffCardReader
from devices.staff_card.proof import is_proven, new_challenge
from devices.staff_card.simulated_staff_card import SimulatedStaffCard, SimulatedStaffCardReader
from kiosk.domain.fault import Fault
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.piv_card import new_key, public_point
from tests.counterparts.waiting import wait_until

RIGHT, WRONG = Pin("246810"), Pin("111111")


@dataclass(frozen=True, slots=True)
class Bench:
    """A reader, the key of the card that is put in, and hands."""

    reader: StaffCardReader
    key: bytes
    put_in: Callable[[], None]
    take_out: Callable[[], None]
    unplug: Callable[[], None]
    plug_in: Callable[[], None]

    def opened_with_card(self) -> StaffCardReader:
        self.reader.open()
        self.put_in()
        wait_until(self.reader.card_present, what="the card is noticed")
        return self.reader


@pytest.fixture
def simulator() -> Iterator[Bench]:
    reader = SimulatedStaffCardReader()
    card = SimulatedStaffCard(pin=RIGHT.digits)
    yield Bench(
        reader,
        card.key,
        lambda: reader.lay_down(card),
        reader.take_away,
        reader.unplug,
        reader.plug_in,
    )
    reader.close()


@pytest.fixture(scope="module")
def service() -> Iterator[PcscService]:
    with PcscService() as running:
        yield running


@pytest.fixture
def pcsc(service: PcscService) -> Iterator[Bench]:
    service.stop_service()
    service.remove()
    service.start_service()
    reader = PcscStaffCardReader(service.reader_name)
    key = new_key()
    yield Bench(
        reader,
        public_point(key),
        lambda: service.insert_staff_card(key, pin=RIGHT.digits),
        service.remove,
        service.stop_service,
        service.start_service,
    )
    reader.close()


@pytest.fixture(params=["simulator", pytest.param("pcsc", marks=pytest.mark.counterpart)])
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
    assert fault_of(bench.reader.look) is Fault.READER_GONE


def test_the_card_shows_its_key_and_its_tries_without_a_pin(bench: Bench) -> None:
    face = bench.opened_with_card().look()
    assert (face.key, face.tries_left) == (bench.key, 3)


def test_with_the_right_pin_the_card_proves_that_it_has_the_key(bench: Bench) -> None:
    reader = bench.opened_with_card()
    challenge = new_challenge()
    proof = reader.prove(challenge, RIGHT)
    assert isinstance(proof, Proof)
    assert is_proven(bench.key, challenge, proof)
    assert not is_proven(bench.key, new_challenge(), proof)
    assert not is_proven(public_point(new_key()), challenge, proof)


def test_a_wrong_pin_costs_one_try_and_the_right_one_gives_them_back(bench: Bench) -> None:
    reader = bench.opened_with_card()
    assert reader.prove(new_challenge(), WRONG) == PinWrong(2)
    assert reader.look().tries_left == 2
    assert isinstance(reader.prove(new_challenge(), RIGHT), Proof)
    assert reader.look().tries_left == 3


def test_after_three_wrong_pins_the_card_takes_not_even_the_right_one(bench: Bench) -> None:
    reader = bench.opened_with_card()
    answers = [reader.prove(new_challenge(), WRONG) for _ in range(3)]
    assert answers == [PinWrong(2), PinWrong(1), PinWrong(0)]
    assert reader.prove(new_challenge(), RIGHT) == PinWrong(0)
    assert reader.look().tries_left == 0


def test_a_card_that_was_taken_proves_nothing(bench: Bench) -> None:
    reader = bench.opened_with_card()
    bench.take_out()
    wait_until(lambda: not reader.card_present(), what="the card's absence is noticed")
    assert fault_of(lambda: reader.prove(new_challenge(), RIGHT)) is Fault.CARD_REMOVED
    assert fault_of(reader.look) is Fault.CARD_REMOVED


def test_a_reader_that_goes_is_told_and_can_be_opened_when_it_is_back(bench: Bench) -> None:
    reader = bench.opened_with_card()
    bench.unplug()
    assert reader.status().state is DeviceState.GONE
    assert fault_of(reader.card_present) is Fault.READER_GONE
    bench.plug_in()
    assert bench.opened_with_card().look().key == bench.key


def test_a_pin_never_shows_where_things_are_printed(bench: Bench) -> None:
    reader = bench.opened_with_card()
    answer = reader.prove(new_challenge(), RIGHT)
    for printed in (repr(RIGHT), repr(answer), repr(reader), str(reader.status())):
        assert RIGHT.digits not in printed


@pytest.mark.counterpart
def test_the_card_forgets_the_pin_at_once(service: PcscService, pcsc: Bench) -> None:
    del service
    reader = pcsc.opened_with_card()
    assert isinstance(reader.prove(new_challenge(), RIGHT), Proof)
    # A verified PIN would answer the empty VERIFY with "fine" and no number of tries.
    assert reader.look().tries_left == 3


@pytest.mark.counterpart
def test_cards_of_other_kinds_are_told_apart(service: PcscService, pcsc: Bench) -> None:
    pcsc.reader.open()
    service.insert(SOCIAL_SECURITY)
    wait_until(pcsc.reader.card_present)
    assert fault_of(pcsc.reader.look) is Fault.CARD_KIND_UNKNOWN
    service.insert_staff_card(new_key(), compressed=True)
    wait_until(pcsc.reader.card_present)
    wait_until(pcsc.reader.card_present)
    assert fault_of(pcsc.reader.look) is Fault.CARD_UNREADABLE


@pytest.mark.counterpart
def test_the_service_log_holds_no_pin(service: PcscService, pcsc: Bench) -> None:
    pcsc.opened_with_card().prove(new_challenge(), RIGHT)
    assert RIGHT.digits not in service.log()
    assert RIGHT.digits.encode().hex(" ").upper() not in service.log()
