"""One series of events for each staff card that is put in."""

import pytest

from devices.staff_card.api import Pin, PinWrong, Proof, StaffCardFace
from devices.staff_card.simulated_staff_card import SimulatedStaffCard, SimulatedStaffCardReader
from devices.staff_card.staff_card_watch import (
    StaffCardAnswered,
    StaffCardEvent,
    StaffCardFailed,
    StaffCardSeen,
    StaffCardTaken,
    StaffCardWatch,
)
from kiosk.domain.fault import Fault

CARD = SimulatedStaffCard()


@pytest.fixture(autouse=True)
def _every_try_left() -> None:
    CARD.tries_left = 3


def watched() -> tuple[SimulatedStaffCardReader, StaffCardWatch, list[StaffCardEvent]]:
    events: list[StaffCardEvent] = []
    reader = SimulatedStaffCardReader()
    return reader, StaffCardWatch(reader, events.append), events


def test_a_card_is_told_once_and_its_taking_once() -> None:
    reader, watch, events = watched()
    reader.lay_down(CARD)
    for _ in range(3):
        watch.poll()
    reader.take_away()
    for _ in range(3):
        watch.poll()
    assert events == [StaffCardSeen(StaffCardFace(CARD.key, 3)), StaffCardTaken()]


def test_whoever_begins_to_wait_hears_of_a_card_that_lies_there() -> None:
    reader, watch, events = watched()
    reader.lay_down(CARD)
    watch.poll()
    watch.begin()
    watch.poll()
    assert len(events) == 2


def test_a_challenge_is_answered_by_the_card() -> None:
    reader, watch, events = watched()
    reader.lay_down(CARD)
    watch.prove(b"c", Pin("123456"))
    watch.prove(b"d", Pin("000000"))
    first, second = events
    assert isinstance(first, StaffCardAnswered)
    assert isinstance(first.answer, Proof)
    assert second == StaffCardAnswered(b"d", PinWrong(2))
    assert "123456" not in repr(events)
    reader.take_away()
    watch.prove(b"e", Pin("123456"))
    assert events[-1] == StaffCardFailed(Fault.CARD_REMOVED)


def test_a_reader_that_goes_is_told_once_and_taken_again() -> None:
    reader, watch, events = watched()
    reader.unplug()
    for _ in range(3):
        watch.poll()
    assert events == [StaffCardFailed(Fault.READER_GONE)]
    reader.plug_in()
    reader.lay_down(CARD)
    watch.poll()
    watch.poll()
    assert events[1:] == [StaffCardSeen(StaffCardFace(CARD.key, 3))]


def test_a_terminal_without_a_reader_says_so() -> None:
    events: list[StaffCardEvent] = []
    watch = StaffCardWatch(None, events.append)
    watch.poll()
    watch.prove(b"c", Pin("123456"))
    assert set(events) == {StaffCardFailed(Fault.READER_GONE)}
