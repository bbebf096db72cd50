"""What the service manager hears, on a real socket."""

import socket
from pathlib import Path

import pytest

from kiosk.service_word import ALIVE, BEGUN, ServiceWord


def test_the_service_manager_hears_it(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        word = ServiceWord({"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000"})
        word.tell(BEGUN)
        word.tell(ALIVE)
        assert [manager.recv(100), manager.recv(100)] == [b"READY=1", b"WATCHDOG=1"]
    assert word.every_ms == 10_000


def test_an_abstract_name() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0doorstep-test-of-notify")
        ServiceWord({"NOTIFY_SOCKET": "@doorstep-test-of-notify"}).tell(BEGUN)
        assert manager.recv(100) == b"READY=1"


@pytest.mark.logs_expected
def test_nobody_listens_and_nothing_happens(tmp_path: Path) -> None:
    ServiceWord({}).tell(BEGUN)
    ServiceWord({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell(BEGUN)
    assert ServiceWord({"WATCHDOG_USEC": "soon"}).every_ms == 0
