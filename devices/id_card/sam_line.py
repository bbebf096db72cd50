"""One question to a SAM reader and its answer, over anything that behaves like a serial port."""

import contextlib
import termios
import time
from collections.abc import Callable
from typing import Final, Protocol

import serial

from devices.id_card.sam_frame import (
    Answer,
    AnswerParser,
    Command,
    Damage,
    SamStatus,
    request,
)

# Seconds. A vendor's own class waits 0.1 for find and select, 0.3 for the SAM's number, 1.5 for the
# newest address and 2.0 for the text (cards.md section 1.6); here looser, because USB adapters and
# a busy machine add delay (at a load of 7 on two cores 0.5 s was too short).
PATIENCE: Final = {
    Command.SELF_CHECK: 0.9,
    Command.READ_SAM_NUMBER: 0.9,
    Command.FIND: 0.9,
    Command.SELECT: 0.9,
    Command.READ_NEWEST_ADDRESS: 1.5,
    Command.READ_TEXT_AND_PHOTO: 2.5,
}
# Bits a second, in the order in which they are tried: cards.md section 1.1.
BAUDS: Final = (115200, 57600, 38400, 19200, 9600)
LISTEN: Final = 0.02  # how long one look at the line waits for a byte
WRITE_LIMIT: Final = 0.5
QUIET_LISTENS: Final = 3  # silent looks after which a late answer is taken as over
LINE_ERRORS: Final = (OSError, termios.error)  # SerialException is an OSError


class Port(Protocol):
    """What is used of an open serial port. Everything may raise one of LINE_ERRORS."""

    @property
    def in_waiting(self) -> int:
        """Bytes that have arrived."""
        ...

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; fewer, or none, after LISTEN seconds."""
        ...

    def write(self, what: bytes, /) -> object:
        """Send all of it."""
        ...

    def reset_input_buffer(self) -> None:
        """Drop what has arrived."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


OpenPort = Callable[[str, int], Port]
"""Opens the port of that path at that speed. Raises LINE_ERRORS or ValueError."""


def open_serial_port(path: str, baud: int) -> Port:
    """An `OpenPort`: 8 data bits, no parity, no flow control, for this program alone."""
    port: Port = serial.Serial(
        path, baud, timeout=LISTEN, write_timeout=WRITE_LIMIT, exclusive=True
    )
    return port


class SamLine:
    """Asks over an open port; holds nothing of any answer between two questions."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._parser = AnswerParser()
        self._unsettled = True  # the reader may still be talking to someone before us
        self.damaged = False  # whether some answer to the last question did not arrive whole

    def ask(self, command: Command, end: float) -> Answer | Damage | None:
        """The answer to one command, by `end` (monotonic); None when there was none in time.

        Sent once more when either side found a wrong checksum; Damage when it then came damaged
        again. A late answer to an earlier command is thrown away. Raises LINE_ERRORS.
        """
        answer: Answer | Damage | None = None
        self.damaged = False
        try:
            for _ in range(2):
                self._send(command)
                answer = self._await(command, end)
                self.damaged = self.damaged or not isinstance(answer, Answer)
                if answer is None:
                    self._unsettled = True
                    break
                if isinstance(answer, Answer) and (
                    answer.status is not SamStatus.HOST_CHECKSUM_WRONG
                ):
                    break
        finally:
            self._parser.forget()  # half an answer may be half of somebody's card
        return answer

    def is_there(self) -> bool:
        """Whether the port still exists."""
        try:
            _ = self._port.in_waiting
        except LINE_ERRORS:
            return False
        return True

    def close(self) -> None:
        """Let the port go. Never raises."""
        with contextlib.suppress(*LINE_ERRORS):
            self._port.close()

    def _send(self, command: Command) -> None:
        if self._unsettled:
            quiet = 0
            for _ in range(QUIET_LISTENS * 2):
                quiet = 0 if self._port.read(max(1, self._port.in_waiting)) else quiet + 1
                if quiet == QUIET_LISTENS:
                    break
            self._unsettled = False
        self._port.reset_input_buffer()
        self._parser.forget()
        self._port.write(request(command))

    def _await(self, command: Command, end: float) -> Answer | Damage | None:
        while time.monotonic() < end:
            piece = self._port.read(max(1, self._port.in_waiting))
            for found in self._parser.feed(piece):
                # What does not fit is the late answer to an earlier command.
                if isinstance(found, Damage) or found.may_answer(command):
                    return found
        return None
