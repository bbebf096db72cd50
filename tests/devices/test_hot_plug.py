"""The kernel's own word of devices that come and go."""

import os
import threading
from pathlib import Path

import pytest

from devices.hot_plug import UDEV_RUNS, HotPlug

OURS = Path("/sys/class/tty/console/uevent")  # the kernel repeats its word when this is written

pytestmark = pytest.mark.skipif(
    UDEV_RUNS.exists() or not os.access(OURS, os.W_OK),
    reason="needs root and a machine whose udev may be left alone",
)


def say_again(file: Path) -> threading.Timer:
    timer = threading.Timer(0.05, lambda: file.write_text("change"))
    timer.start()
    return timer


def test_a_serial_port_that_is_told_by_the_kernel_is_heard() -> None:
    plug = HotPlug()
    telling = say_again(OURS)
    assert plug.heard(5.0)
    telling.join()
    assert not plug.heard(0.05)


def test_what_is_no_device_of_a_terminal_is_not_heard() -> None:
    other = next((p for p in Path("/sys/class/mem").glob("*/uevent")), None)
    if other is None:
        pytest.skip("no such class here")
    plug = HotPlug()
    telling = say_again(other)
    assert not plug.heard(0.5)
    telling.join()
