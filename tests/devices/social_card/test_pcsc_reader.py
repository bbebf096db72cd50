"""The PC/SC driver through the system's real card service, with virtual cards of all kinds."""

from collections.abc import Iterator

import pytest

from devices.device import DeviceError, DeviceState
from devices.id_card.specimens import RARE_NAME, SOCIAL_SECURITY
from devices.social_card.pcsc_reader import PcscSocialCardReader
from kiosk.domain.fault import Fault
from tests.counterparts.pcsc_card import PcscService
from tests.counterparts.waiting import wait_until

pytestmark = pytest.mark.counterpart


@pytest.fixture(scope="module")
def service() -> Iterator[PcscService]:
    with PcscService() as running:
        yield running


@pytest.fixture
def reader(service: PcscService) -> Iterator[PcscSocialCardReader]:
    driver = PcscSocialCardReader(service.reader_name)
    driver.open()
    service.remove()
    wait_until(lambda: not driver.card_present())
    yield driver
    driver.close()


@pytest.mark.parametrize("protocol", [0, 1])
@pytest.mark.parametrize("generation", [1, 2])
def test_cards_of_both_free_generations_are_read_over_both_protocols(
    service: PcscService, reader: PcscSocialCardReader, generation: int, protocol: int
) -> None:
    service.insert(SOCIAL_SECURITY, generation=generation, protocol=protocol)
    wait_until(reader.card_present)
    assert reader.read_identity() == SOCIAL_SECURITY


@pytest.mark.parametrize(
    ("generation", "fault"),
    [(0, Fault.CARD_KIND_UNKNOWN), (3, Fault.CARD_NEEDS_AUTHORISED_READER)],
)
def test_cards_that_cannot_be_read_here_are_told_apart(
    service: PcscService, reader: PcscSocialCardReader, generation: int, fault: Fault
) -> None:
    service.insert(SOCIAL_SECURITY, generation=generation)
    wait_until(reader.card_present)
    with pytest.raises(DeviceError) as caught:
        reader.read_identity()
    assert caught.value.fault is fault


def test_a_card_that_insists_on_lengths_is_read(
    service: PcscService, reader: PcscSocialCardReader
) -> None:
    service.insert(SOCIAL_SECURITY, strict_lengths=True)
    wait_until(reader.card_present)
    assert reader.read_identity() == SOCIAL_SECURITY


def test_a_name_with_a_rare_character_comes_through(
    service: PcscService, reader: PcscSocialCardReader
) -> None:
    service.insert(RARE_NAME)
    wait_until(reader.card_present)
    card = reader.read_identity()
    assert (card.name, card.number, card.nation) == (RARE_NAME.name, RARE_NAME.number, "01")


def test_a_card_exchanged_between_two_questions_is_noticed(
    service: PcscService, reader: PcscSocialCardReader
) -> None:
    onlooker = PcscSocialCardReader(service.reader_name)
    onlooker.open()
    service.insert(SOCIAL_SECURITY)
    wait_until(reader.card_present)
    assert onlooker.card_present()
    service.remove()
    wait_until(lambda: not reader.card_present())
    service.insert(RARE_NAME)
    wait_until(reader.card_present)
    assert [onlooker.card_present(), onlooker.card_present()] == [False, True]
    onlooker.close()


def test_a_card_pulled_unnoticed_before_a_read_is_told_as_removed(
    service: PcscService, reader: PcscSocialCardReader
) -> None:
    service.insert(SOCIAL_SECURITY)
    wait_until(reader.card_present)
    service.remove()
    with pytest.raises(DeviceError) as caught:
        reader.read_identity()
    assert caught.value.fault is Fault.CARD_REMOVED


def test_a_reader_of_another_name_is_gone(service: PcscService) -> None:
    del service
    other = PcscSocialCardReader("No such reader")
    with pytest.raises(DeviceError) as caught:
        other.open()
    assert caught.value.fault is Fault.READER_GONE
    assert other.status().state is DeviceState.GONE


def test_without_a_name_any_reader_will_do(
    service: PcscService, reader: PcscSocialCardReader
) -> None:
    service.insert(SOCIAL_SECURITY)
    wait_until(reader.card_present)
    any_reader = PcscSocialCardReader()
    any_reader.open()
    assert any_reader.read_identity() == SOCIAL_SECURITY
    any_reader.close()


@pytest.mark.parametrize("slot", [0, 1])
def test_the_contact_and_the_contactless_side_are_two_readers(
    service: PcscService, reader: PcscSocialCardReader, slot: int
) -> None:
    sides = [PcscSocialCardReader(name) for name in service.slot_names]
    for side in sides:
        side.open()
    service.insert(SOCIAL_SECURITY, protocol=slot, slot=slot)  # contactless cards speak T=1
    wait_until(reader.card_present)
    assert [side.card_present() for side in sides] == [slot == 0, slot == 1]
    assert sides[slot].read_identity() == SOCIAL_SECURITY
    for side in sides:
        side.close()


def test_a_card_with_protected_items_leaves_no_pin_tried(
    service: PcscService, reader: PcscSocialCardReader
) -> None:
    service.insert(SOCIAL_SECURITY, generation=3)
    wait_until(reader.card_present)
    for _ in range(2):
        with pytest.raises(DeviceError):
            reader.read_identity()
    asked = service.commands()
    assert asked
    assert {command[2:4] for command in asked} <= {"A4", "B2", "C0"}  # nothing like 20, verify


def test_the_service_log_holds_nothing_of_the_person(
    service: PcscService, reader: PcscSocialCardReader
) -> None:
    service.insert(SOCIAL_SECURITY)
    wait_until(reader.card_present)
    reader.read_identity()
    assert SOCIAL_SECURITY.number not in service.log()
    assert SOCIAL_SECURITY.number.encode().hex(" ").upper() not in service.log()
