"""What every device has in common: a name, a life, a status, one error type."""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Protocol

from kiosk.domain.fault import Fault


@unique
class DeviceState(StrEnum):
    """How a device stands."""

    READY = "ready"
    BUSY = "busy"
    NEEDS_HELP = "needs_help"  # staff can put it right here: paper, cover, jam
    GONE = "gone"  # unplugged, switched off, its service stopped


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """The answer of `Device.status`; `detail` is for the log and the staff, never for residents."""

    state: DeviceState
    fault: Fault | None = None
    detail: str = ""


class DeviceError(Exception):
    """The device could not do what was asked. The only error a driver may raise."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault.name}: {detail}" if detail else fault.name)
        self.fault = fault


class Device(Protocol):
    """Created closed. Used by one thread only. May vanish at any moment."""

    @property
    def name(self) -> str:
        """What the staff page calls it, such as 'SAM reader on /dev/ttyUSB0'."""
        ...

    def open(self) -> None:
        """Take the device. Raises DeviceError; may be called again to reconnect."""
        ...

    def close(self) -> None:
        """Let the device go. Never raises, even when it is already gone."""
        ...

    def status(self) -> DeviceStatus:
        """Cheap, never raises: an unplugged device is a status, not an error."""
        ...
