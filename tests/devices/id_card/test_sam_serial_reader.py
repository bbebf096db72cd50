"""The SAM reader driver against a reader that misbehaves on demand."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.id_card.sam_frame import Command
from devices.id_card.sam_line import PATIENCE
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.specimens import FOUR_LAYOUTS, RESIDENT
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from tests.counterparts.card_blocks import block_of, field
from tests.counterparts.sam_reader_pty import (
    FIND,
    READ,
    READ_ADDRESS,
    SAM_NUMBER,
    SELECT,
    SELF_CHECK,
    SamReaderPty,
)

PHOTO = bytes(1024)
EXPECTED = replace(RESIDENT, photo=PHOTO)


@pytest.fixture
def far_side() -> Iterator[SamReaderPty]:
    with SamReaderPty() as reader:
        yield reader


@pytest.fixture
def reader(far_side: SamReaderPty) -> Iterator[SamSerialReader]:
    driver = SamSerialReader(far_side.port)
    driver.open()
    far_side.requests.clear()
    yield driver
    driver.close()


def fault_of_reading(reader: SamSerialReader) -> Fault:
    with pytest.raises(DeviceError) as caught:
        reader.read_identity()
    return caught.value.fault


@pytest.mark.parametrize("card", FOUR_LAYOUTS, ids=lambda card: card.kind.value)
def test_every_layout_comes_over_the_line_in_pieces(card: IdentityCard) -> None:
    for piece in (1, 7, 61, 4096):
        with SamReaderPty(piece=piece) as far_side:
            reader = SamSerialReader(far_side.port)
            reader.open()
            far_side.lay_down(block_of(card))
            assert reader.read_identity() == replace(card, photo=PHOTO)
            reader.close()


def test_find_select_newest_address_and_text_are_asked_in_this_order(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    assert reader.read_identity() == EXPECTED
    assert far_side.requests == [FIND, SELECT, READ_ADDRESS, READ]


def test_the_newest_address_supersedes_the_printed_one(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.lay_down(block_of(RESIDENT), field("吉林省延吉市示范路9号", 70))
    assert reader.read_identity().address == "吉林省延吉市示范路9号"


def test_a_reader_that_does_not_know_the_newest_address_is_not_asked_again(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.answer_next(READ_ADDRESS, 0x21)
    far_side.lay_down(block_of(RESIDENT))
    assert reader.read_identity() == EXPECTED
    far_side.requests.clear()
    far_side.lay_down(block_of(RESIDENT))
    assert reader.read_identity() == EXPECTED
    assert READ_ADDRESS not in far_side.requests


def test_a_reader_that_is_silent_about_the_newest_address_still_reads(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.stay_silent(READ_ADDRESS, times=9)
    far_side.lay_down(block_of(RESIDENT))
    assert reader.read_identity() == EXPECTED
    assert far_side.requests.count(READ_ADDRESS) == 2


def test_one_lost_answer_does_not_cost_the_newest_address(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.stay_silent(READ_ADDRESS)
    far_side.lay_down(block_of(RESIDENT), field("吉林省延吉市示范路9号", 70))
    assert reader.read_identity().address == "吉林省延吉市示范路9号"


def test_a_read_card_is_hidden_until_it_is_lifted(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    assert reader.card_present()
    reader.read_identity()
    assert not reader.card_present()
    far_side.take_away()
    far_side.lay_down(block_of(RESIDENT))
    assert reader.card_present()


@pytest.mark.parametrize("command", [FIND, SELECT, READ_ADDRESS])
def test_a_damaged_answer_is_asked_for_once_more(
    far_side: SamReaderPty, reader: SamSerialReader, command: str
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    far_side.damage_next(command)
    assert reader.read_identity() == EXPECTED
    assert far_side.requests.count(command) == 2


def test_a_request_that_arrived_damaged_is_sent_once_more(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    far_side.answer_next(SELECT, 0x10)
    assert reader.read_identity() == EXPECTED
    assert far_side.requests == [FIND, SELECT, SELECT, READ_ADDRESS, READ]


def test_a_card_whose_text_was_lost_on_the_line_must_be_laid_down_again(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    far_side.damage_next(READ)
    # The SAM now hides the card, although it was not lifted.
    assert fault_of_reading(reader) is Fault.CARD_UNREADABLE
    far_side.lay_down(block_of(RESIDENT))
    assert reader.read_identity() == EXPECTED


def test_nothing_of_a_card_that_broke_off_stays_in_the_driver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PATIENCE, Command.READ_TEXT_AND_PHOTO, 0.1)
    with SamReaderPty(hides_read_cards=False) as far_side:
        reader = SamSerialReader(far_side.port)
        reader.open()
        far_side.lay_down(block_of(RESIDENT))
        far_side.cut_short_next(READ, after=400, times=9)  # name and address have come
        assert fault_of_reading(reader) is Fault.CARD_UNREADABLE
        assert reader._line is not None
        assert reader._line._parser._bytes == b""
        reader.close()


def test_rubbish_before_an_answer_does_no_harm(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    for command in (FIND, SELECT, READ):
        far_side.garble_next(command, b"\x00\xaa\xaa\x13")
    assert reader.read_identity() == EXPECTED


@pytest.mark.parametrize("command", [FIND, SELECT, READ_ADDRESS])
def test_a_late_answer_does_not_shift_the_following_ones(
    far_side: SamReaderPty, reader: SamSerialReader, command: str
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    far_side.answer_late(command)
    assert reader.read_identity() == EXPECTED


def test_a_late_no_card_answer_is_not_taken_for_the_next_one(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.answer_late(FIND)
    assert not reader.card_present()
    far_side.lay_down(block_of(RESIDENT))
    reader.card_present()  # hears the late answer first
    assert reader.card_present()
    assert reader.read_identity() == EXPECTED


@pytest.mark.parametrize("status", [0x24, 0x31, 0x32, 0x41, 0x47, 0x77])
def test_a_passing_failure_is_tried_again_from_find(
    far_side: SamReaderPty, reader: SamSerialReader, status: int
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    far_side.answer_next(READ, status)
    assert reader.read_identity() == EXPECTED
    assert far_side.requests.count(FIND) == 2


@pytest.mark.parametrize(
    ("command", "status", "fault"),
    [
        (READ, 0x41, Fault.CARD_UNREADABLE),
        (READ, 0x33, Fault.CARD_UNREADABLE),
        (SELECT, 0x81, Fault.CARD_UNREADABLE),
        (SELECT, 0x40, Fault.CARD_KIND_UNKNOWN),
        (READ, 0x66, Fault.READER_DEFECT),
        (READ, 0x10, Fault.READER_DEFECT),
        (FIND, 0x80, Fault.CARD_REMOVED),
    ],
)
def test_a_failure_that_stays_is_told(
    far_side: SamReaderPty, reader: SamSerialReader, command: str, status: int, fault: Fault
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    far_side.answer_next(command, status, times=20)
    assert fault_of_reading(reader) is fault


def test_a_card_lifted_between_select_and_read_is_told_as_removed(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    far_side.when_asked(READ, far_side.take_away)
    assert fault_of_reading(reader) is Fault.CARD_REMOVED


def test_a_chip_with_an_unknown_layout_is_refused(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    block = block_of(RESIDENT)
    far_side.lay_down(block[:248] + field("Q", 2) + block[250:])
    assert fault_of_reading(reader) is Fault.CARD_KIND_UNKNOWN


def test_a_card_of_no_known_type_counts_as_present(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.answer_next(FIND, 0x40)
    assert reader.card_present()


def test_a_silent_reader_is_gone_after_three_questions(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.stay_silent(FIND, times=9)
    assert not reader.card_present()
    assert not reader.card_present()
    with pytest.raises(DeviceError) as caught:
        reader.card_present()
    assert caught.value.fault is Fault.READER_GONE
    assert reader.status().state is DeviceState.GONE


def test_a_reader_that_never_answers_cannot_be_opened(far_side: SamReaderPty) -> None:
    far_side.stay_silent(SELF_CHECK, times=2)
    reader = SamSerialReader(far_side.port)
    with pytest.raises(DeviceError) as caught:
        reader.open()
    assert caught.value.fault is Fault.READER_GONE


def test_an_opened_reader_tells_its_speed_and_the_number_of_its_sam(
    reader: SamSerialReader,
) -> None:
    assert reader.status().detail == "115200 baud, SAM 05.01-20150112-0001234567-0987654321"


def test_a_reader_that_keeps_its_number_to_itself_is_opened_all_the_same(
    far_side: SamReaderPty,
) -> None:
    far_side.answer_next(SAM_NUMBER, 0x21)
    reader = SamSerialReader(far_side.port)
    reader.open()
    assert reader.status() == DeviceStatus(DeviceState.READY, detail="115200 baud")
    reader.close()


def test_nothing_ever_asks_for_fingerprints(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    for command, status in ((READ, 0x41), (READ, 0x21), (READ_ADDRESS, 0x21), (SELECT, 0x81)):
        far_side.lay_down(block_of(RESIDENT))
        far_side.answer_next(command, status)
        with contextlib.suppress(DeviceError):
            reader.read_identity()
    assert READ in far_side.requests
    assert "3010" not in far_side.requests


@pytest.mark.parametrize("status", [0x60, 0x66])
def test_a_sam_that_reports_a_defect_cannot_be_opened(far_side: SamReaderPty, status: int) -> None:
    far_side.answer_next(SELF_CHECK, status)
    reader = SamSerialReader(far_side.port)
    with pytest.raises(DeviceError) as caught:
        reader.open()
    assert caught.value.fault is Fault.READER_DEFECT


def test_a_defect_that_shows_later_is_a_status(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    far_side.answer_next(FIND, 0x66)
    assert not reader.card_present()
    assert reader.status().state is DeviceState.NEEDS_HELP
    assert reader.status().fault is Fault.READER_DEFECT
    assert reader.card_present()
    assert reader.status().state is DeviceState.READY


def test_a_port_has_one_user_at_a_time(far_side: SamReaderPty, reader: SamSerialReader) -> None:
    with pytest.raises(DeviceError) as caught:
        SamSerialReader(far_side.port).open()
    assert caught.value.fault is Fault.READER_GONE
    far_side.lay_down(block_of(RESIDENT))
    assert reader.read_identity() == EXPECTED


def test_the_cable_may_be_pulled_during_a_read(
    far_side: SamReaderPty, reader: SamSerialReader
) -> None:
    far_side.lay_down(block_of(RESIDENT))
    far_side.when_asked(READ, far_side.unplug)
    assert fault_of_reading(reader) is Fault.READER_GONE
    assert reader.status().state is DeviceState.GONE
    far_side.plug_in()
    reader.open()
    assert reader.read_identity() == EXPECTED
