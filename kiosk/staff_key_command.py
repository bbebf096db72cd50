"""Reads the key of one staff card for `kiosk staff-key`, so that the gateway can register it."""

import time
from collections.abc import Callable
from typing import Final

from devices.staff_card.api import StaffCardFace, StaffCardReader

SECONDS_BETWEEN_LOOKS: Final = 0.3


class NoStaffCard(Exception):
    """The reader works, but nobody put a card in in time."""


def next_staff_card(
    reader: StaffCardReader,
    *,
    wait_seconds: float,
    pause: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> StaffCardFace:
    """Wait for a card and look at it; no PIN is asked for. Opens and always closes the reader.

    Raises NoStaffCard, or DeviceError as StaffCardReader.look.
    """
    end = clock() + wait_seconds
    reader.open()
    try:
        while not reader.card_present():
            left = end - clock()
            if left <= 0:
                raise NoStaffCard
            pause(min(SECONDS_BETWEEN_LOOKS, left))
        return reader.look()
    finally:
        reader.close()
