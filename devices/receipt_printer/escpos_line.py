"""The cable to a receipt printer: bytes out and bytes in, and never waiting for ever.

The only file that imports python-escpos (3.1). Its connectors find and open USB, serial ports
and files; their own writing has no time limit on serial lines and USB, so bytes go past it. Its
network connector is not used: each failed try leaves a socket open, and it knows only IPv4.
"""

import contextlib
import errno
import os
import select
import socket
import stat
import termios
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from devices.receipt_printer.connection import (
    Connection,
    FileConnection,
    NetworkConnection,
    SerialConnection,
    UsbConnection,
)

_PIECE: Final = 2048  # small, so that the time limit is looked at often on a slow line
_MOST_ANSWER: Final = 16
_MOST_OLD_READS: Final = 64  # a line full of noise must not hold us


class LineLost(Exception):
    """The port is not there, was closed by the other side, or does not take bytes in time."""


class EscPosLine:
    """One open port. One thread. `close` before opening another one to the same printer."""

    def __init__(self, connection: Connection, *, connect_limit: float = 0.7) -> None:
        """Opens the port within `connect_limit` seconds; raises LineLost."""
        self._connection = connection
        self._port = _opened(connection, connect_limit)
        device = self._device = self._port.device
        self.can_answer = not isinstance(connection, FileConnection)
        self.is_plain_file = False
        if isinstance(connection, FileConnection):
            with _every_fault_is_line_lost():
                mode = os.fstat(device.fileno()).st_mode
                self.is_plain_file = stat.S_ISREG(mode)
                os.set_blocking(device.fileno(), False)

    def send(self, data: bytes, *, limit: float) -> None:
        """Hands all bytes to the port within `limit` seconds; raises LineLost.

        That the port took them does not say that the printer has them.
        """
        ends = time.monotonic() + limit
        at = 0
        with _every_fault_is_line_lost():
            while at < len(data):
                left = ends - time.monotonic()
                if left <= 0:
                    raise LineLost("does not take bytes")
                at += self._write(data[at : at + _PIECE], left)
            if self.is_plain_file:
                os.fsync(self._device.fileno())

    def answer(self, wanted: Callable[[int], bool], *, limit: float) -> int | None:
        """The first byte that `wanted` accepts; None after `limit` seconds; raises LineLost."""
        ends = time.monotonic() + limit
        while self.can_answer and (left := ends - time.monotonic()) > 0:
            with _every_fault_is_line_lost():
                for byte in self._read(left):
                    if wanted(byte):
                        return byte
        return None

    def heard(self, *, limit: float = 0.0) -> bytes:
        """What came in within `limit` seconds, perhaps nothing; raises LineLost."""
        if not self.can_answer:
            return b""
        with _every_fault_is_line_lost():
            return self._read(limit)

    def forget_old_answers(self) -> None:
        """Throws away what came in since the last question; raises LineLost."""
        if self.can_answer:
            with _every_fault_is_line_lost():
                for _ in range(_MOST_OLD_READS):
                    if not self._read(0.0):
                        break

    def close(self) -> None:
        """Never raises, and does not wait for bytes that the printer no longer takes."""
        ends: list[Callable[[], object]] = [self._port.close]
        if isinstance(self._connection, SerialConnection):
            # first past python-escpos, which would wait for the last byte to leave: for ever
            ends = [self._device.reset_output_buffer, self._device.close, self._port.close]
        for end in ends:
            with contextlib.suppress(OSError, ValueError, AssertionError, termios.error):
                end()

    def _write(self, piece: bytes, left: float) -> int:
        device = self._device
        match self._connection:
            case NetworkConnection():
                device.settimeout(left)
                return int(device.send(piece))
            case UsbConnection():
                return int(device.write(self._connection.out_endpoint, piece, _ms(left)))
            case SerialConnection():
                device.write_timeout = left
                return int(device.write(piece))
            case FileConnection():
                if not select.select([], [device.fileno()], [], left)[1]:
                    return 0
                return os.write(device.fileno(), piece)

    def _read(self, left: float) -> bytes:
        """What is there after at most `left` seconds, perhaps nothing; a closed line raises."""
        device = self._device
        if isinstance(self._connection, SerialConnection):
            device.timeout = left
            return bytes(device.read(max(1, min(_MOST_ANSWER, device.in_waiting))))
        if isinstance(self._connection, UsbConnection):
            try:
                return bytes(
                    device.read(self._connection.in_endpoint, _MOST_ANSWER, max(_ms(left), 1))
                )
            except OSError as error:  # usb.core.USBError is one
                if error.errno == errno.ETIMEDOUT:
                    return b""
                raise
        if not select.select([device], [], [], left)[0]:
            return b""
        received = bytes(device.recv(_MOST_ANSWER))
        if not received:
            raise LineLost("closed by the printer")
        return received


def _ms(seconds: float) -> int:
    return max(int(seconds * 1000), 1)  # 0 would mean: for ever


class _NetworkPort:
    """A socket in the shape of python-escpos's connectors."""

    def __init__(self, connection: NetworkConnection, limit: float) -> None:
        self._where = (connection.host, connection.port)
        self._limit = limit

    def open(self) -> None:
        self.device = socket.create_connection(self._where, self._limit)

    def close(self) -> None:
        self.device.close()


def _opened(connection: Connection, limit: float) -> Any:
    """An open connector, with what it opened in `device`."""
    port: Any
    match connection:
        case NetworkConnection():
            port = _NetworkPort(connection, limit)
        case UsbConnection():
            port = _connectors().Usb(
                connection.vendor,
                connection.product,
                timeout=_ms(limit),
                in_ep=connection.in_endpoint,
                out_ep=connection.out_endpoint,
            )
        case SerialConnection():
            port = _connectors().Serial(
                str(connection.path), baudrate=connection.baud, timeout=limit, dsrdtr=False
            )
        case FileConnection():
            _refuse_unfit_file(connection)
            port = _connectors().File(str(connection.path))
    try:
        port.open()
        if isinstance(connection, SerialConnection):
            port.device.rtscts = connection.hardware_flow
    except Exception as error:  # noqa: BLE001 - the libraries below raise what they like
        raise LineLost(f"cannot be opened: {type(error).__name__}") from None
    return port


def _connectors() -> Any:
    """python-escpos, loaded when first needed: it takes half a second and makes a folder, which a
    terminal with a network printer need not pay while somebody waits for the slip."""
    from escpos import printer  # noqa: PLC0415

    return printer


def _refuse_unfit_file(connection: FileConnection) -> None:
    """An unplugged /dev/usb/lp0 must not come to life as a plain file that "prints"."""
    try:
        mode = connection.path.stat().st_mode
    except FileNotFoundError:
        if connection.path.absolute().is_relative_to("/dev"):
            raise LineLost("no such device") from None
        return
    except OSError as error:
        raise LineLost(f"cannot be opened: {type(error).__name__}") from None
    if not (stat.S_ISCHR(mode) or stat.S_ISREG(mode)):
        raise LineLost("neither a device nor a plain file")


@contextlib.contextmanager
def _every_fault_is_line_lost() -> Iterator[None]:
    """OSError holds socket, pyserial and pyusb errors; the others come from closed ports."""
    try:
        yield
    except (OSError, ValueError, AssertionError, TypeError, termios.error) as error:
        raise LineLost(type(error).__name__) from None
