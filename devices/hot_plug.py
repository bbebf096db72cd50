"""Hears from the kernel and udev that something was plugged in or pulled out (Linux uevents).

The only file that imports pyudev. Polling finds everything within its own time without it; this
only makes it sooner.
"""

import logging
from pathlib import Path
from typing import Final

import pyudev

# What devices of a terminal come as: serial ports, cameras, printers, whatever is on USB.
SUBSYSTEMS: Final = frozenset({"tty", "video4linux", "usb", "usbmisc", "hidraw", "input"})
UDEV_RUNS: Final = Path("/run/udev/control")
LONGEST_BURST: Final = 64  # a hub full of devices tells a few dozen things at once

log = logging.getLogger(__name__)


class HotPlug:
    """One thread. Hears udev's word, which comes after names and rights are set; the kernel's own
    where no udev runs, as in a container."""

    def __init__(self) -> None:
        """Raises OSError where the kernel gives no such socket, or libudev is missing."""
        try:
            source = "udev" if UDEV_RUNS.exists() else "kernel"
            self._monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source=source)
            self._monitor.start()
        except (ImportError, OSError) as error:
            raise OSError(f"no word of hot-plugging: {error}") from error

    def heard(self, seconds: float) -> bool:
        """Waits so long for a device of ours that came, went or changed; one word for a burst."""
        device = self._monitor.poll(timeout=seconds)
        is_ours = False
        for _ in range(LONGEST_BURST):
            if device is None:
                break
            is_ours |= device.subsystem in SUBSYSTEMS
            device = self._monitor.poll(timeout=0)
        return is_ours
