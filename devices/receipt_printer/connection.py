"""Where a receipt printer is plugged in: network, USB, serial line or a device file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NetworkConnection:
    """A printer with its own network socket, as a rule on port 9100."""

    host: str
    port: int = 9100

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UsbConnection:
    """A printer on USB without a kernel driver, by the numbers that lsusb shows."""

    vendor: int
    product: int
    in_endpoint: int = 0x82  # what most boards use; `lsusb -v` tells
    out_endpoint: int = 0x01

    def __str__(self) -> str:
        return f"USB {self.vendor:04x}:{self.product:04x}"


@dataclass(frozen=True, slots=True)
class SerialConnection:
    """A printer on a serial line. 115200 baud is advised: a slip takes 5 s, at 9600 baud 60 s."""

    path: Path
    baud: int = 115200
    hardware_flow: bool = False  # RTS/CTS, when the cable and the printer's switches have it

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class FileConnection:
    """A device file such as /dev/usb/lp0, which is only written to; or a developer's plain file.

    A device file cannot answer, so each print through it ends in RECEIPT_UNCERTAIN. In a plain
    file the bytes are all there is, so the finished write is the print. A plain file is made when
    it is missing, but never below /dev; opening it empties it.
    """

    path: Path

    def __str__(self) -> str:
        return str(self.path)


Connection = NetworkConnection | UsbConnection | SerialConnection | FileConnection
