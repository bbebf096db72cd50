"""The settings name the card readers; nothing else is touched."""

import pytest

from devices.id_card.found_sam_reader import FoundSamReader
from devices.id_card.pcsc_id_reader import PcscIdCardReader
from devices.id_card.portrait_reader import PortraitReader
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.simulated_reader import SimulatedIdentityReader
from devices.social_card.pcsc_reader import PcscSocialCardReader
from kiosk.card_drivers import card_readers_for, others_ports
from kiosk.settings import DeviceSettings


@pytest.mark.parametrize(
    ("setting", "driver"),
    [
        ("simulated", SimulatedIdentityReader),
        ("sam:/dev/ttyUSB0", SamSerialReader),
        ("sam:auto", FoundSamReader),
        ("pcsc:Some reader", PcscIdCardReader),
    ],
)
def test_each_kind_of_id_card_reader_has_its_driver(setting: str, driver: type) -> None:
    [reader] = card_readers_for(DeviceSettings(id_card=setting))
    assert type(reader) is driver


def test_both_sides_of_a_reader_are_two_readers() -> None:
    contact, contactless = card_readers_for(
        DeviceSettings(social_card="pcsc:Dual 00 00", social_card_contactless="pcsc:Dual 00 01")
    )
    assert isinstance(contact, PcscSocialCardReader)
    assert (contact.name, contactless.name) == (
        "PC/SC reader Dual 00 00",
        "PC/SC reader Dual 00 01",
    )


def test_a_program_for_photos_stands_before_the_id_card_reader_alone() -> None:
    settings = DeviceSettings(id_card="simulated", social_card="pcsc", photo_program=("/bin/x",))
    id_card, social = card_readers_for(settings)
    assert isinstance(id_card, PortraitReader)
    assert isinstance(social, PcscSocialCardReader)
    with pytest.raises(ValueError, match="absolute"):
        DeviceSettings(photo_program=("x",))


def test_a_terminal_without_readers_has_none() -> None:
    assert card_readers_for(DeviceSettings()) == ()


def test_the_ports_of_other_devices_are_left_alone_by_a_search() -> None:
    settings = DeviceSettings(id_card="sam:auto", receipt_printer="serial:/dev/ttyUSB3")
    assert others_ports(settings) == ("/dev/ttyUSB3",)
