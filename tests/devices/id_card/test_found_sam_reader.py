"""A reader that is looked for comes back on another port and at another speed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.device import DeviceError, DeviceState
from devices.id_card.found_sam_reader import FoundSamReader
from devices.id_card.sam_search import SamSearch, serial_ports
from devices.id_card.sam_serial_reader import SamSerialReader
from devices.id_card.specimens import RESIDENT
from kiosk.domain.fault import Fault
from tests.counterparts.card_blocks import block_of
from tests.counterparts.sam_reader_pty import SamReaderPty

EXPECTED = replace(RESIDENT, photo=bytes(1024))


@pytest.fixture
def far_side() -> Iterator[SamReaderPty]:
    with SamReaderPty() as reader:
        yield reader


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[FoundSamReader]:
    driver = FoundSamReader(
        SamSearch(lambda: serial_ports(devices=tmp_path)),
        lambda place: SamSerialReader(place.path, baud=place.baud),
    )
    yield driver
    driver.close()


def test_what_is_not_found_says_how_far_the_search_is(reader: FoundSamReader) -> None:
    with pytest.raises(DeviceError) as caught:
        reader.open()
    assert caught.value.fault is Fault.READER_GONE
    assert str(caught.value) == "READER_GONE: no serial port here"
    assert reader.status().state is DeviceState.GONE


def test_the_place_that_was_found_is_told(
    tmp_path: Path, far_side: SamReaderPty, reader: FoundSamReader
) -> None:
    (tmp_path / "ttyUSB0").symlink_to(far_side.port)
    reader.open()
    assert reader.name == f"SAM reader on {tmp_path}/ttyUSB0"
    assert reader.status().state is DeviceState.READY
    assert reader.status().detail.startswith("115200 baud, SAM 05.01-")


def test_a_reader_in_another_socket_is_found_again(
    tmp_path: Path, far_side: SamReaderPty, reader: FoundSamReader
) -> None:
    (tmp_path / "ttyUSB0").symlink_to(far_side.port)
    reader.open()
    far_side.unplug()
    (tmp_path / "ttyUSB0").unlink()
    with pytest.raises(DeviceError):
        reader.card_present()
    far_side.plug_in()
    (tmp_path / "ttyUSB1").symlink_to(far_side.port)
    reader.open()
    far_side.lay_down(block_of(RESIDENT))
    assert reader.read_identity() == EXPECTED
    assert reader.name.endswith("ttyUSB1")
