"""The contract of any document camera 高拍仪."""

from dataclasses import dataclass, field
from typing import Protocol

from devices.device import Device


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, 8-bit BGR, rows packed without gaps. No cv2 and no Qt type."""

    width: int
    height: int
    bgr: bytes = field(repr=False)  # width * height * 3 bytes


class DocumentCamera(Device, Protocol):
    """Gives pictures of the desk below it."""

    def is_there(self) -> bool:
        """Whether it is plugged in, open or not. Opens nothing, takes no time, never raises."""
        ...

    def frame(self) -> Frame:
        """The newest picture at full resolution; may wait for it up to 2 s.

        Raises DeviceError with CAMERA_GONE, CAMERA_DARK or CAMERA_FROZEN.
        """
        ...
