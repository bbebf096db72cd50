"""The contract of any reader that tells who a card belongs to."""

from typing import Protocol

from devices.device import Device
from kiosk.domain.identity import IdentityCard


class IdentityReader(Device, Protocol):
    """Kept by resident ID card readers and social security card readers alike."""

    def card_present(self) -> bool:
        """Whether a card that has not been read yet lies on the reader, or still lies there.

        Cheap (at most 1 s, also on a busy machine); asked twice a second. Raises DeviceError with
        READER_GONE only.
        """
        ...

    def read_identity(self) -> IdentityCard:
        """Read the card that lies there; takes about a second, at most five.

        Raises DeviceError with CARD_REMOVED, CARD_UNREADABLE, CARD_KIND_UNKNOWN,
        CARD_NEEDS_AUTHORISED_READER, READER_DEFECT or READER_GONE.
        """
        ...
