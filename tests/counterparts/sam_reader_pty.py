"""A resident ID card reader made of software: open its `port` like a serial port.

Written from reference/cards.md section 1, apart from the program's own protocol code.
"""

import contextlib
import os
import select
import struct
import tempfile
import termios
import time
import tty
from collections import deque
from collections.abc import Callable
from functools import reduce
from operator import xor
from pathlib import Path
from threading import Lock, Thread, current_thread
from types import TracebackType
from typing import Self

PREAMBLE = bytes.fromhex("AAAAAA9669")
FIND, SELECT, READ, READ_ADDRESS = "2001", "2002", "3001", "3003"
SELF_CHECK, SAM_NUMBER = "11FF", "12FF"
NUMBER = bytes.fromhex("050001006077330187D61200B168DE3A")  # 05.01-20150112-... of cards.md 1.7
SPEEDS = {
    termios.B9600: 9600,
    termios.B19200: 19200,
    termios.B38400: 38400,
    termios.B57600: 57600,
    termios.B115200: 115200,
}
BITS_PER_BYTE = 10  # one start, eight data, one stop


def frame(body: bytes) -> bytes:
    """A whole frame around SW1 SW2 SW3 and content."""
    rest = struct.pack(">H", len(body) + 1) + body
    return PREAMBLE + rest + bytes([reduce(xor, rest)])


class SamReaderPty:
    """Use as a context manager; all methods may be called from any thread.

    with SamReaderPty() as reader:
        driver = SamSerialReader(reader.port)
        reader.lay_down(block_of(RESIDENT))

    Keeps the order find, select, read; hides a card that was read until it is lifted; delivers in
    pieces. `requests` lists what arrived, as hexadecimal CMD and Para. Deaf to a host that speaks
    at another speed than `baud`. `paced`: takes as long as a line of that speed would.
    """

    def __init__(
        self,
        *,
        piece: int = 61,
        hides_read_cards: bool = True,
        baud: int = 115200,
        paced: bool = False,
    ) -> None:
        self._piece = piece
        self._paced = paced
        self.baud = baud
        self._hides = hides_read_cards
        self._lock = Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="doorstep-sam-")
        self.port = str(Path(self._folder.name) / "sam")  # stays the same when plugged in again
        self.requests: list[str] = []
        self._line: _Line | None = None
        self._block: bytes | None = None
        self._new_address: bytes | None = None
        self.photo = bytes(1024)
        self._found = self._selected = self._hidden = False
        self._oddities: dict[str, deque[Callable[[bytes], bytes]]] = {}
        self._forced: dict[str, deque[int]] = {}
        self._actions: dict[str, deque[Callable[[], None]]] = {}
        self._held = b""
        self.plug_in()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()
        self._folder.cleanup()

    def lay_down(self, block: bytes, new_address: bytes | None = None) -> None:
        """Lay a card with this 256-byte text on the reader; `new_address` is 70 bytes or None."""
        with self._lock:
            self._block, self._new_address = block, new_address
            self._found = self._selected = self._hidden = False

    def take_away(self) -> None:
        """Lift the card."""
        with self._lock:
            self._block = None
            self._found = self._selected = self._hidden = False

    def unplug(self) -> None:
        """The port goes away, whoever has it open."""
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            Path(self.port).unlink(missing_ok=True)
            line.end()

    def plug_in(self) -> None:
        """The port comes back under the same name; a reader that lost power hides no card."""
        with self._lock:
            if self._line is not None:
                return
            self._found = self._selected = self._hidden = False
            self._held = b""
            self._line = _Line(
                self._answer_to,
                self._piece,
                hears=lambda baud: baud == self.baud,
                seconds_per_byte=BITS_PER_BYTE / self.baud if self._paced else 0.0,
            )
            Path(self.port).symlink_to(self._line.path)

    def answer_next(self, command: str, status: int, *, times: int = 1) -> None:
        """Answer the next such commands (FIND, SELECT, ...) with this SW3 and no content."""
        with self._lock:
            self._forced.setdefault(command, deque()).extend([status] * times)

    def damage_next(self, command: str, *, times: int = 1) -> None:
        """Send the next answers to such a command with a wrong checksum."""
        self._disturb(command, lambda answer: answer[:-1] + bytes([answer[-1] ^ 0x5A]), times)

    def cut_short_next(self, command: str, *, after: int, times: int = 1) -> None:
        """Send only so many bytes of the next answers to such a command."""
        self._disturb(command, lambda answer: answer[:after], times)

    def garble_next(self, command: str, noise: bytes) -> None:
        """Put noise before the next answer to such a command."""
        self._disturb(command, lambda answer: noise + answer, 1)

    def answer_late(self, command: str, *, times: int = 1) -> None:
        """Hold the next answer to such a command back until the next request arrives.

        It then comes right before the answer to that one: too late for its own request, and after
        the host has cleared its input.
        """

        def hold(answer: bytes) -> bytes:
            self._held = answer
            return b""

        self._disturb(command, hold, times)

    def stay_silent(self, command: str, *, times: int = 1) -> None:
        """Never answer the next such commands, though obeying them."""
        self._disturb(command, lambda _: b"", times)

    def when_asked(self, command: str, action: Callable[[], None]) -> None:
        """Do something, such as `take_away` or `unplug`, just before the next such answer."""
        with self._lock:
            self._actions.setdefault(command, deque()).append(action)

    def _disturb(self, command: str, change: Callable[[bytes], bytes], times: int) -> None:
        with self._lock:
            self._oddities.setdefault(command, deque()).extend([change] * times)

    def _answer_to(self, request: bytes) -> bytes:
        command = request[7:9].hex().upper()
        actions = self._actions.get(command)
        if actions:
            actions.popleft()()
        with self._lock:
            self.requests.append(command)
            late, self._held = self._held, b""
            forced = self._forced.get(command)
            if len(request) < 10:
                body = b"\0\0\x11"
            elif reduce(xor, request[5:]):
                body = b"\0\0\x10"
            elif forced:
                body = bytes([0, 0, forced.popleft()])
            else:
                body = self._obey(command)
            answer = frame(body)
            oddities = self._oddities.get(command)
            if oddities:
                answer = oddities.popleft()(answer)
            return late + answer

    def _obey(self, command: str) -> bytes:
        match command:
            case "11FF":
                return b"\0\0\x90"
            case "12FF":
                return b"\0\0\x90" + NUMBER
            case "2001":
                self._selected = False
                self._found = self._block is not None and not self._hidden
                return b"\0\0\x9f" + bytes(4) if self._found else b"\0\0\x80"
            case "2002":
                self._selected = self._found
                return b"\0\0\x90" + bytes(8) if self._selected else b"\0\0\x81"
            case "3003" if self._selected:
                return b"\0\0\x90" + self._new_address if self._new_address else b"\0\0\x91"
            case "3001" if self._selected and self._block is not None:
                self._hidden = self._hides
                self._found = self._selected = False
                sizes = struct.pack(">HH", len(self._block), len(self.photo))
                return b"\0\0\x90" + sizes + self._block + self.photo
            case "3003" | "3001":
                return b"\0\0\x41"
            case _:
                return b"\0\0\x21"


class _Line:
    """One plugged-in cable: a pty and the thread that serves it."""

    def __init__(
        self,
        answer_to: Callable[[bytes], bytes],
        piece: int,
        *,
        hears: Callable[[int], bool],
        seconds_per_byte: float,
    ) -> None:
        self._answer_to = answer_to
        self._piece = piece
        self._hears = hears
        self._seconds_per_byte = seconds_per_byte
        self._master, self._slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._end_reader, self._end_writer = os.pipe()
        self._thread = Thread(target=self._serve, name="sam-reader", daemon=True)
        self._thread.start()

    def end(self) -> None:
        os.write(self._end_writer, b"x")
        if current_thread() is self._thread:
            return  # pulled from within an answer: `_serve` closes
        self._thread.join(5)

    def _close(self) -> None:
        for descriptor in (self._master, self._slave, self._end_reader, self._end_writer):
            os.close(descriptor)

    def _serve(self) -> None:
        received = b""
        with contextlib.suppress(OSError):
            while True:
                ready, _, _ = select.select([self._master, self._end_reader], [], [])
                if self._end_reader in ready:
                    break
                arrived = os.read(self._master, 4096)
                if not self._hears(self._speed()):
                    continue
                self._last_for(len(arrived), time.monotonic())
                received = self._serve_whole_requests(received + arrived)
        self._close()

    def _serve_whole_requests(self, received: bytes) -> bytes:
        while (start := received.find(PREAMBLE)) >= 0 and len(received) >= start + 7:
            end = start + 7 + struct.unpack_from(">H", received, start + 5)[0]
            if len(received) < end:
                break
            answer = self._answer_to(received[start:end])
            received = received[end:]
            began = time.monotonic()
            for at in range(0, len(answer), self._piece):
                piece = answer[at : at + self._piece]
                self._last_for(at + len(piece), began)
                self._write(piece)
        return received

    def _speed(self) -> int:
        """What the host has set its end to; both ends of a pty share that."""
        return SPEEDS.get(termios.tcgetattr(self._slave)[5], 0)

    def _last_for(self, size: int, began: float) -> None:
        """Until so many bytes, the first of which began then, are over."""
        until = began + size * self._seconds_per_byte
        time.sleep(max(0.0, until - time.monotonic()))

    def _write(self, piece: bytes) -> None:
        """Write unless the cable is being pulled: a host that does not read must not hang us."""
        while piece:
            ready, writable, _ = select.select([self._end_reader], [self._master], [])
            if ready or not writable:
                raise OSError("unplugged")
            piece = piece[os.write(self._master, piece) :]
