"""What the simulated reader promises beyond the contract of all readers."""

import pytest

from devices.device import DeviceError
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import RARE_NAME, RESIDENT
from kiosk.domain.fault import Fault


@pytest.fixture
def reader() -> SimulatedIdentityReader:
    reader = SimulatedIdentityReader()
    reader.open()
    return reader


def test_the_fault_asked_for_comes_once(reader: SimulatedIdentityReader) -> None:
    reader.lay_down(RESIDENT)
    reader.fail_next_read(Fault.CARD_UNREADABLE)
    with pytest.raises(DeviceError) as caught:
        reader.read_identity()
    assert caught.value.fault is Fault.CARD_UNREADABLE
    assert reader.read_identity() == RESIDENT


def test_a_card_that_is_removed_by_a_fault_no_longer_lies_there(
    reader: SimulatedIdentityReader,
) -> None:
    reader.lay_down(RESIDENT)
    reader.fail_next_read(Fault.CARD_REMOVED)
    with pytest.raises(DeviceError):
        reader.read_identity()
    assert not reader.card_present()


def test_a_card_exchanged_between_two_questions_is_noticed(
    reader: SimulatedIdentityReader,
) -> None:
    reader.lay_down(RESIDENT)
    assert reader.card_present()
    reader.lay_down(RARE_NAME)
    assert [reader.card_present(), reader.card_present()] == [False, True]
    reader.take_away()
    reader.lay_down(RARE_NAME)
    assert [reader.card_present(), reader.card_present()] == [False, True]
