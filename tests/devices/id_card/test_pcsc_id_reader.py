"""ID cards in blocks, through the system's real card service and from spoilt answers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.device import DeviceError
from devices.id_card.pcsc_blocks import read_id_card
from devices.id_card.pcsc_id_reader import PcscIdCardReader
from devices.id_card.specimens import FOUR_LAYOUTS, RESIDENT, SOCIAL_SECURITY
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard
from tests.counterparts.block_card import VirtualBlockCard
from tests.counterparts.card_blocks import block_of
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.waiting import wait_until

PHOTO = bytes(range(256)) * 4


@pytest.fixture(scope="module")
def service() -> Iterator[PcscService]:
    with PcscService() as running:
        yield running


@pytest.fixture
def reader(service: PcscService) -> Iterator[PcscIdCardReader]:
    driver = PcscIdCardReader(service.reader_name)
    driver.open()
    yield driver
    driver.close()


def fault_of_reading(card: object) -> Fault:
    assert callable(card)
    with pytest.raises(DeviceError) as caught:
        read_id_card(card)
    return caught.value.fault


@pytest.mark.counterpart
@pytest.mark.parametrize("card", FOUR_LAYOUTS, ids=lambda card: card.kind.value)
def test_every_layout_comes_through_the_card_service(
    service: PcscService, reader: PcscIdCardReader, card: IdentityCard
) -> None:
    service.remove()
    wait_until(lambda: not reader.card_present())
    service.insert_id_card(block_of(card), PHOTO)
    wait_until(reader.card_present)
    assert reader.read_identity() == replace(card, photo=PHOTO)


@pytest.mark.counterpart
def test_another_card_in_the_same_reader_is_no_id_card(
    service: PcscService, reader: PcscIdCardReader
) -> None:
    service.remove()
    wait_until(lambda: not reader.card_present())
    service.insert(SOCIAL_SECURITY)
    wait_until(reader.card_present)
    with pytest.raises(DeviceError) as caught:
        reader.read_identity()
    assert caught.value.fault is Fault.CARD_KIND_UNKNOWN


def test_a_photo_that_does_not_come_whole_costs_nothing_but_the_photo() -> None:
    card = VirtualBlockCard(block_of(RESIDENT), PHOTO)

    def transmit(command: bytes) -> bytes:
        return b"\x64\x00" if command[2] == 3 else card.answer(command)

    assert read_id_card(transmit) == RESIDENT


@pytest.mark.parametrize("answer", ["6400", "9000", "00009000", ""])
def test_a_text_that_does_not_come_whole_makes_the_card_unreadable(answer: str) -> None:
    assert fault_of_reading(lambda _: bytes.fromhex(answer)) is Fault.CARD_UNREADABLE


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_no_answers_make_the_reading_fail(answers: list[bytes]) -> None:
    remaining = iter(answers)
    try:
        card = read_id_card(lambda _: next(remaining, b"\x64\x00"))
    except DeviceError as error:
        assert error.fault in (Fault.CARD_UNREADABLE, Fault.CARD_KIND_UNKNOWN)  # noqa: PT017
        return
    assert card.needs_typing <= set(IdentityCard.__dataclass_fields__)
