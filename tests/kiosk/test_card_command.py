"""`kiosk card` waits for one card and shows what is on it."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest

from devices.device import DeviceError, DeviceState
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.id_card.specimens import EVERYONE, FOREIGNER_2023, HMT_PERMIT, RESIDENT
from kiosk.card_command import NoCardLaidDown, card_content, read_next_card
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from tests.counterparts.card_blocks import block_of
from tests.counterparts.sam_reader_pty import SamReaderPty


class Clock:
    """Time that passes only while the command pauses; something may happen meanwhile."""

    def __init__(self, *happenings: object) -> None:
        self.now = 0.0
        self._happenings: Iterator[object] = iter(happenings)

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds
        happening = next(self._happenings, None)
        if callable(happening):
            happening()


def test_a_card_that_lies_there_is_shown_with_its_numbers_masked() -> None:
    reader = SimulatedIdentityReader()
    reader.lay_down(RESIDENT)
    content = read_next_card(reader, wait_seconds=0, full=False)
    assert content["name"] == "测试甲"
    assert content["number"] == "110105********002X"
    assert content["birth"] == "1949-12-31"
    assert reader.status().state is DeviceState.GONE


def test_the_command_waits_for_a_card() -> None:
    reader = SimulatedIdentityReader()
    clock = Clock(None, lambda: reader.lay_down(RESIDENT))
    content = read_next_card(reader, wait_seconds=5, full=True, pause=clock.pause, clock=clock)
    assert content["number"] == RESIDENT.number
    assert clock.now == pytest.approx(0.6)


def test_when_no_card_comes_the_command_says_so_in_time() -> None:
    reader = SimulatedIdentityReader()
    clock = Clock()
    with pytest.raises(NoCardLaidDown):
        read_next_card(reader, wait_seconds=1, full=True, pause=clock.pause, clock=clock)
    assert clock.now == pytest.approx(1)
    assert reader.status().state is DeviceState.GONE


def test_a_card_that_cannot_be_read_ends_the_command_with_its_fault() -> None:
    reader = SimulatedIdentityReader()
    reader.lay_down(RESIDENT)
    reader.fail_next_read(Fault.CARD_NEEDS_AUTHORISED_READER)
    with pytest.raises(DeviceError) as caught:
        read_next_card(reader, wait_seconds=5, full=True)
    assert caught.value.fault is Fault.CARD_NEEDS_AUTHORISED_READER


def test_a_missing_reader_ends_the_command_at_once() -> None:
    with pytest.raises(DeviceError) as caught:
        read_next_card(SamSerialReader("/dev/no-such-port"), wait_seconds=60, full=True)
    assert caught.value.fault is Fault.READER_GONE


def test_a_card_on_a_serial_reader_is_shown() -> None:
    with SamReaderPty() as far_side:
        far_side.lay_down(block_of(HMT_PERMIT))
        reader = SamSerialReader(far_side.port)
        content = read_next_card(reader, wait_seconds=0, full=True)
    assert content == card_content(HMT_PERMIT, full=True)


@pytest.mark.parametrize("card", EVERYONE, ids=lambda card: card.kind.value)
def test_the_content_is_json_under_the_names_of_the_fields(card: IdentityCard) -> None:
    content = card_content(replace(card, photo=b"WLf"), full=True)
    assert json.loads(json.dumps(content)) == content
    assert list(content) == [one.name for one in fields(IdentityCard) if one.name != "photo"]
    assert content["kind"] == card.kind.value
    assert content["sex"] == card.sex.value


def test_every_number_is_masked_and_items_to_type_are_sorted() -> None:
    card = replace(
        FOREIGNER_2023,
        permit_number="H12345678",
        card_number="A12345678",
        needs_typing=frozenset({"name", "birth"}),
    )
    content = card_content(card, full=False)
    assert content["number"] == "911840********0013"
    assert content["former_number"] == "USA110*****0111"
    assert content["permit_number"] == "H*******8"
    assert content["card_number"] == "A*******8"
    assert content["needs_typing"] == ["birth", "name"]
