"""A SAM reader is found on whatever port and at whatever speed it has, on real ptys."""

import os
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.id_card.sam_line import BAUDS
from devices.id_card.sam_search import PROBE_LIMIT, SamPlace, SamSearch, serial_ports
from tests.counterparts.sam_reader_pty import SELF_CHECK, SamReaderPty


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    """What /dev would be."""
    (tmp_path / "serial/by-id").mkdir(parents=True)
    return tmp_path


def plug(devices: Path, name: str, port: str) -> str:
    """The port of a counterpart under a name of the system."""
    path = devices / name
    path.symlink_to(port)
    return str(path)


@contextmanager
def deaf_port() -> Iterator[str]:
    """Something serial that never answers, such as a scale."""
    master, slave = os.openpty()
    tty.setraw(slave)
    try:
        yield os.ttyname(slave)
    finally:
        os.close(master)
        os.close(slave)


def search_in(devices: Path, *taken: str) -> SamSearch:
    return SamSearch(lambda: serial_ports(taken, devices=devices))


def test_each_port_comes_once_under_the_name_that_survives_replugging(devices: Path) -> None:
    (devices / "ttyUSB0").touch()
    (devices / "ttyS0").touch()
    (devices / "serial/by-id/usb-1a86_Serial-port0").symlink_to(devices / "ttyUSB0")
    assert serial_ports(devices=devices) == [
        str(devices / "serial/by-id/usb-1a86_Serial-port0"),
        str(devices / "ttyS0"),
    ]


def test_the_port_of_another_device_is_never_asked(devices: Path) -> None:
    with SamReaderPty() as printer:
        path = plug(devices, "ttyUSB0", printer.port)
        assert serial_ports([path], devices=devices) == []
        assert search_in(devices, path).look(5) is None
        assert printer.requests == []


def test_a_reader_is_found_beside_a_port_that_never_answers(devices: Path) -> None:
    with deaf_port() as deaf, SamReaderPty() as reader:
        plug(devices, "serial/by-id/a-scale", deaf)
        path = plug(devices, "serial/by-id/b-reader", reader.port)
        assert search_in(devices).look(2) == SamPlace(path, 115200)
        assert reader.requests == [SELF_CHECK]


@pytest.mark.parametrize("baud", [BAUDS[1], BAUDS[-1]])
def test_other_speeds_are_tried(devices: Path, baud: int) -> None:
    with SamReaderPty(baud=baud) as reader:
        path = plug(devices, "ttyUSB0", reader.port)
        assert search_in(devices).look(5) == SamPlace(path, baud)


def test_a_reader_that_reports_a_defect_is_found(devices: Path) -> None:
    with SamReaderPty() as reader:
        path = plug(devices, "ttyACM0", reader.port)
        reader.answer_next(SELF_CHECK, 0x66)
        assert search_in(devices).look(2) == SamPlace(path, 115200)


def test_a_search_is_cut_into_pieces_and_ends(devices: Path) -> None:
    with deaf_port() as one, deaf_port() as other:
        plug(devices, "ttyUSB0", one)
        plug(devices, "ttyUSB1", other)
        search = search_in(devices)
        began = time.monotonic()
        assert search.look(0) is None
        assert search.told() == "no SAM answered: 1 of 10 tried (2 ports, 5 speeds)"
        assert search.look(60) is None
        assert time.monotonic() - began < 2 * len(BAUDS) * PROBE_LIMIT * 2
        assert search.told() == "no SAM answered: 10 of 10 tried (2 ports, 5 speeds)"


def test_without_ports_the_search_says_so(devices: Path) -> None:
    search = search_in(devices)
    assert search.look(1) is None
    assert search.told() == "no serial port here"


def test_a_port_that_cannot_be_opened_is_passed_over(devices: Path) -> None:
    (devices / "ttyUSB0").touch()  # no terminal at all
    with SamReaderPty() as reader:
        path = plug(devices, "ttyUSB1", reader.port)
        assert search_in(devices).look(2) == SamPlace(path, 115200)
