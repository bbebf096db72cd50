"""The watch turns a reader's answers into events."""

from dataclasses import replace

import pytest

from devices.id_card.card_watch import CardEvent, CardFailed, CardRead, CardTaken, CardWatch
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import RARE_NAME, RESIDENT
from kiosk.domain.fault import Fault
from tests.counterparts.card_blocks import block_of
from tests.counterparts.sam_reader_pty import SamReaderPty


class Desk:
    """A simulated reader, its watch, and what the watch has reported since last asked."""

    def __init__(self) -> None:
        self.reader = SimulatedIdentityReader()
        self._events: list[CardEvent] = []
        self.report = self._events.append
        self.watch = CardWatch(self.reader, self.report)

    def after_polls(self, times: int) -> list[CardEvent]:
        for _ in range(times):
            self.watch.poll()
        events = list(self._events)
        self._events.clear()
        return events


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_empty_reader_reports_nothing(desk: Desk) -> None:
    assert desk.after_polls(3) == []


def test_a_card_left_on_the_reader_is_read_once(desk: Desk) -> None:
    desk.reader.lay_down(RESIDENT)
    assert desk.after_polls(5) == [CardRead(RESIDENT)]
    desk.reader.take_away()
    assert desk.after_polls(3) == [CardTaken()]


def test_a_card_laid_down_again_is_read_again(desk: Desk) -> None:
    desk.reader.lay_down(RESIDENT)
    desk.after_polls(2)
    desk.reader.take_away()
    desk.reader.lay_down(RESIDENT)
    assert desk.after_polls(3) == [CardTaken(), CardRead(RESIDENT)]


def test_a_watch_that_takes_over_reads_what_lies_there_only_after_it_was_lifted(
    desk: Desk,
) -> None:
    desk.watch = CardWatch(desk.reader, desk.report, takes_over=True)
    desk.reader.lay_down(RESIDENT)
    assert desk.after_polls(3) == [], "the card of the person before"
    desk.reader.take_away()
    assert desk.after_polls(2) == []
    desk.reader.lay_down(RARE_NAME)
    assert desk.after_polls(2) == [CardRead(RARE_NAME)]


def test_exchanged_cards_are_both_read(desk: Desk) -> None:
    desk.reader.lay_down(RESIDENT)
    desk.after_polls(1)
    desk.reader.lay_down(RARE_NAME)
    assert desk.after_polls(3) == [CardTaken(), CardRead(RARE_NAME)]


def test_a_failed_read_is_reported_once_and_not_tried_again_until_lifted(desk: Desk) -> None:
    desk.reader.lay_down(RESIDENT)
    desk.reader.fail_next_read(Fault.CARD_UNREADABLE)
    assert desk.after_polls(4) == [CardFailed(Fault.CARD_UNREADABLE)]
    desk.reader.take_away()
    assert desk.after_polls(2) == [CardTaken()]
    desk.reader.lay_down(RESIDENT)
    assert desk.after_polls(2) == [CardRead(RESIDENT)]


def test_a_card_that_slipped_away_is_read_when_it_is_laid_again(desk: Desk) -> None:
    desk.reader.lay_down(RESIDENT)
    desk.reader.fail_next_read(Fault.CARD_REMOVED)
    assert desk.after_polls(1) == [CardFailed(Fault.CARD_REMOVED)]
    desk.reader.lay_down(RESIDENT)  # back before the watch looked again
    assert desk.after_polls(2) == [CardRead(RESIDENT)]


def test_a_wobbling_card_is_reported_once(desk: Desk) -> None:
    events = []
    for _ in range(3):
        desk.reader.lay_down(RESIDENT)
        desk.reader.fail_next_read(Fault.CARD_REMOVED)
        events += desk.after_polls(1)
    assert events == [CardFailed(Fault.CARD_REMOVED)]
    assert desk.after_polls(2) == [CardTaken()]


def test_a_reader_that_goes_is_reported_once_and_taken_again(desk: Desk) -> None:
    desk.after_polls(1)
    desk.reader.unplug()
    assert desk.after_polls(4) == [CardFailed(Fault.READER_GONE)]
    desk.reader.plug_in()
    desk.reader.lay_down(RESIDENT)
    assert desk.after_polls(3) == [CardRead(RESIDENT)]
    desk.reader.unplug()
    assert desk.after_polls(2) == [CardFailed(Fault.READER_GONE)]


def test_a_card_forgotten_on_the_reader_is_not_read_again_after_an_outage(desk: Desk) -> None:
    desk.reader.lay_down(RESIDENT)
    desk.after_polls(1)
    desk.reader.unplug()
    desk.after_polls(1)
    desk.reader.plug_in()
    assert desk.after_polls(3) == []
    desk.reader.take_away()
    assert desk.after_polls(2) == [CardTaken()]


def test_a_reader_that_goes_during_a_read_is_reported_once(desk: Desk) -> None:
    desk.reader.lay_down(RESIDENT)
    for _ in range(2):
        desk.reader.fail_next_read(Fault.READER_GONE)
        desk.watch.poll()
    assert desk.after_polls(2) == [CardFailed(Fault.READER_GONE), CardRead(RESIDENT)]


def test_events_hide_who_the_card_belongs_to(desk: Desk) -> None:
    desk.reader.lay_down(RESIDENT)
    assert RESIDENT.name not in repr(desk.after_polls(1))


def test_closing_lets_the_reader_go_and_the_next_poll_takes_it_again(desk: Desk) -> None:
    desk.after_polls(1)
    desk.watch.close()
    desk.reader.lay_down(RESIDENT)
    assert desk.after_polls(1) == [CardRead(RESIDENT)]


@pytest.mark.parametrize("hides_read_cards", [True, False])
def test_a_sam_reader_gives_each_card_once_whether_it_hides_read_cards_or_not(
    hides_read_cards: bool,
) -> None:
    events: list[CardEvent] = []
    expected = replace(RESIDENT, photo=bytes(1024))
    with SamReaderPty(hides_read_cards=hides_read_cards) as far_side:
        watch = CardWatch(SamSerialReader(far_side.port), events.append)
        far_side.lay_down(block_of(RESIDENT))
        for _ in range(4):
            watch.poll()
        far_side.take_away()
        watch.poll()
        assert events == [CardRead(expected), CardTaken()]
        far_side.lay_down(block_of(RESIDENT))
        watch.poll()
        assert events[2:] == [CardRead(expected)]
        watch.close()


def test_a_card_is_only_noticed_while_none_is_wanted(desk: Desk) -> None:
    desk.watch.want(False)
    desk.reader.lay_down(RESIDENT)
    assert desk.after_polls(3) == []
    desk.watch.want(True)
    assert desk.after_polls(2) == [CardRead(RESIDENT)]


def test_a_forgotten_card_is_not_read_for_the_next_person(desk: Desk) -> None:
    desk.reader.lay_down(RESIDENT)
    desk.after_polls(1)
    desk.watch.want(False)
    desk.watch.want(True)
    assert desk.after_polls(3) == []
    desk.reader.take_away()
    desk.after_polls(1)
    desk.reader.lay_down(RESIDENT)
    assert desk.after_polls(1) == [CardRead(RESIDENT)]


def test_a_reader_that_went_unseen_is_told_to_whoever_waits(desk: Desk) -> None:
    desk.watch.want(False)
    desk.reader.unplug()
    assert desk.after_polls(3) == [CardFailed(Fault.READER_GONE)]
    desk.watch.want(True)
    assert desk.after_polls(3) == [CardFailed(Fault.READER_GONE)]
