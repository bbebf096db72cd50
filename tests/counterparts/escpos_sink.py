"""A receipt printer made of software, on a network port or a serial line, with faults on demand.

    with EscPosSink() as printer:            # TCP on 127.0.0.1:printer.port
        ...                                  # print to it
        job = printer.wait_for_job(5.0)
        job.raw, job.picture()
    with EscPosSerialSink() as printer:      # a pseudo terminal at printer.path

Both have the switches of `EmulatedPrinter`, which may be moved from any thread.
"""

import os
import select
import socket
import struct
import threading
import tty
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image

from tests.counterparts.escpos_parser import Rom, Slip, SlipParser


class Paper(Enum):
    """What the roll sensors see."""

    ENOUGH = "enough"
    NEAR_END = "near end"
    OUT = "out"


@dataclass(frozen=True)
class Job:
    """One slip that was cut off; `raw` are its bytes, without the questions around it."""

    raw: bytes
    slip: Slip

    def picture(self) -> Image.Image:
        """The slip as it hangs from the printer, mode "L", with a margin of 16 dots."""
        return self.slip.picture()


class _Reset(Exception):
    """The line is to be broken off now."""


class EmulatedPrinter:
    """The machine without its line. Faults: paper, cover, reset, stall, slow, silent, deaf."""

    def __init__(
        self, *, width: int = 576, rom: Rom = "gb18030", hanzi_at_power_on: bool = True
    ) -> None:
        self._parser = SlipParser(width=width, rom=rom, hanzi_at_power_on=hanzi_at_power_on)
        self._changed = threading.Condition(threading.RLock())
        self._raw = bytearray()
        self._handed_out = 0
        self.jobs: list[Job] = []
        self.paper = Paper.ENOUGH
        self.cover_open = False
        self.bytes_per_second: int | None = None
        self._received = 0
        self._reset_at: int | None = None
        self._stall_at: int | None = None
        self._paper_ends_at: int | None = None
        self._power_ends_at: int | None = None
        self._dark = 0
        self._silent = False
        self._silent_at_the_end = False

    # -- switches

    def set_paper(self, paper: Paper) -> None:
        """With Paper.OUT it takes bytes but prints and confirms nothing until refilled."""
        self._switch("paper", paper)

    def open_cover(self) -> None:
        self._switch("cover_open", True)

    def close_cover(self) -> None:
        self._switch("cover_open", False)

    def reset_after(self, count: int) -> None:
        """Breaks the line off (once) when so many more bytes have come in."""
        self._switch("_reset_at", self._received + count)

    def stall_after(self, count: int) -> None:
        """Takes no more bytes after so many more, and says nothing; `go_on` ends it."""
        self._switch("_stall_at", self._received + count)

    def paper_out_after(self, count: int) -> None:
        """The roll ends in mid-slip."""
        self._switch("_paper_ends_at", self._received + count)

    def power_cut_after(self, count: int, *, dark: int) -> None:
        """Its power fails and comes back, the line stays: its memory and `dark` bytes are lost."""
        self._switch("_dark", dark)
        self._switch("_power_ends_at", self._received + count)

    def go_on(self) -> None:
        """Ends a stall."""
        self._switch("_stall_at", None)

    def fall_silent(self, *, only_at_the_end: bool = False) -> None:
        """Prints, but answers nothing; or only the question that ends a job stays unanswered."""
        self._switch("_silent", not only_at_the_end)
        self._switch("_silent_at_the_end", only_at_the_end)

    def speak_again(self) -> None:
        self._switch("_silent", False)
        self._switch("_silent_at_the_end", False)

    @property
    def received(self) -> int:
        """How many bytes have come in so far."""
        with self._changed:
            return self._received

    def wait_for_job(self, timeout: float = 10.0) -> Job:
        """The next slip that was cut off and not yet handed out here; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.jobs) > self._handed_out, timeout):
                raise TimeoutError(f"no slip within {timeout} s")
            self._handed_out += 1
            return self.jobs[self._handed_out - 1]

    def _switch(self, name: str, value: object) -> None:
        with self._changed:
            setattr(self, name, value)
            self._changed.notify_all()

    # -- the machine

    def receive(self, data: bytes) -> bytes:
        """Takes bytes from the line; what it answers. Raises _Reset to break the line off."""
        with self._changed:
            self._received += len(data)
            if self._power_ends_at is not None and self._received >= self._power_ends_at:
                self.forget_started_slip()
                lost = self._received - self._power_ends_at
                if lost < self._dark:
                    return b""
                data = data[len(data) - (lost - self._dark) :]
                self._power_ends_at = None
            self._parser.buffer += data
            if self._paper_ends_at is not None and self._received >= self._paper_ends_at:
                self.paper, self._paper_ends_at = Paper.OUT, None
            answers = self._work()
            if self._reset_at is not None and self._received >= self._reset_at:
                self._reset_at = None
                self.forget_started_slip()
                raise _Reset
            return answers

    def forget_started_slip(self) -> None:
        """A printer that was switched off starts with nothing in its memory."""
        with self._changed:
            self._parser.buffer.clear()
            self._parser.restart()
            self._raw.clear()

    def room(self) -> int:
        """How many bytes it takes now, so that each fault comes at its byte; 0 while stalled."""
        with self._changed:
            if self._stall_at is not None and self._stall_at <= self._received:
                return 0
            marks = (self._stall_at, self._reset_at, self._paper_ends_at, self._power_ends_at)
            ahead = (mark - self._received for mark in marks if mark is not None)
            return min((4096, *(left for left in ahead if left > 0)))

    def _work(self) -> bytes:
        answers = bytearray()
        while True:
            if self.paper is Paper.OUT or self.cover_open:
                answers += self._only_real_time()
                break
            step = self._parser.next_step()
            if step is None:
                break
            if step.question:
                answers += self._answer(step.question)
            else:
                self._raw += step.raw
            if step.cut:
                self.jobs.append(Job(bytes(self._raw), self._parser.take_slip()))
                self._raw.clear()
                self._changed.notify_all()
        return b"" if self._silent else bytes(answers)

    def _only_real_time(self) -> bytes:
        """Off line: what was asked last is answered if it is DLE EOT, all else waits."""
        answers = bytearray()
        buffer = self._parser.buffer
        while buffer[-3:-1] == b"\x10\x04":
            answers[:0] = self._answer(bytes(buffer[-3:]))
            del buffer[-3:]
        return bytes(answers)

    def _answer(self, question: bytes) -> bytes:
        out, near = self.paper is Paper.OUT, self.paper is Paper.NEAR_END
        match question:
            case b"\x10\x04\x01":
                return bytes([0x12 | (0x08 if out or self.cover_open else 0)])
            case b"\x10\x04\x02":
                return bytes([0x12 | (0x04 if self.cover_open else 0) | (0x20 if out else 0)])
            case b"\x10\x04\x03":
                return b"\x12"
            case b"\x10\x04\x04":
                return bytes([0x12 | (0x6C if out else 0) | (0x0C if near else 0)])
            case b"\x1dr\x01" | b"\x1dr1":
                if self._silent_at_the_end:
                    return b""
                return bytes([0x0F if out else 0x03 if near else 0x00])
        return b""


class EscPosSink(EmulatedPrinter):
    """A network printer on 127.0.0.1. `port` 0 chooses a free one; it stays after `unplug`."""

    def __init__(
        self,
        port: int = 0,
        *,
        width: int = 576,
        rom: Rom = "gb18030",
        hanzi_at_power_on: bool = True,
    ) -> None:
        super().__init__(width=width, rom=rom, hanzi_at_power_on=hanzi_at_power_on)
        self.port = port
        self._server: socket.socket | None = None
        self._lines: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._ending = threading.Event()

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.unplug()

    def plug_in(self) -> None:
        """Listens on its port (again)."""
        self._ending = threading.Event()
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        self._start(self._accept, self._server, self._ending)

    def unplug(self) -> None:
        """Ends all lines at once with a reset; nobody listens any more; its memory is lost."""
        self._ending.set()
        with self._changed:
            lines = list(self._lines)
            self._changed.notify_all()
        if self._server is not None:
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
            self._server = None
        for line in lines:
            _break_off(line)
        for thread in self._threads:
            thread.join(5.0)
        self._threads.clear()
        self.forget_started_slip()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self, server: socket.socket, ending: threading.Event) -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            # small, so that a printer that stalls is felt by the sender
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            with self._changed:
                self._lines.add(line)
            self._start(self._serve, line, ending)

    def _serve(self, line: socket.socket, ending: threading.Event) -> None:
        with line:
            try:
                while not ending.is_set() and (data := self._heard(line, ending)):
                    answers = self.receive(data)
                    if answers:
                        line.sendall(answers)
            except _Reset:
                _break_off(line)
            except OSError:
                pass
        with self._changed:
            self._lines.discard(line)

    def _heard(self, line: socket.socket, ending: threading.Event) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: ending.is_set() or self.room())
            room = self.room()
        data = line.recv(room) if room else b""
        if self.bytes_per_second:
            ending.wait(len(data) / self.bytes_per_second)
        return data


class EscPosSerialSink(EmulatedPrinter):
    """A printer on a serial line: give `path` to the driver."""

    def __init__(self, *, width: int = 576) -> None:
        super().__init__(width=width)
        self.path = Path("/nonexistent")
        self._master = -1
        self._slave = -1
        self._wake: tuple[int, int] = (-1, -1)
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.unplug()

    def plug_in(self) -> None:
        """A new pseudo terminal: `path` may change, as a USB serial adapter's does."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = Path(os.ttyname(self._slave))
        self._wake = os.pipe()
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """The cable is pulled: the driver's side of the line hangs up."""
        if self._thread is None:
            return
        os.write(self._wake[1], b"x")
        self._thread.join(5.0)
        self._thread = None
        self._hang_up()
        for end in self._wake:
            os.close(end)
        self.forget_started_slip()

    def _hang_up(self) -> None:
        for end in (self._slave, self._master):
            if end >= 0:
                os.close(end)
        self._slave = self._master = -1

    def _pump(self) -> None:
        while True:
            room = self.room()
            wanted = [self._wake[0], *([self._master] if room else [])]
            ready = select.select(wanted, [], [], None if room else 0.02)[0]
            if self._wake[0] in ready:
                return
            if not ready:
                continue
            try:
                answers = self.receive(os.read(self._master, room))
                os.write(self._master, answers)
            except (_Reset, OSError):
                self._hang_up()
                self.forget_started_slip()
                return


def _break_off(line: socket.socket) -> None:
    """Closes with a reset, as a printer does whose power is cut."""
    try:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.shutdown(socket.SHUT_RD)  # wakes a thread that is reading
    except OSError:
        pass
    line.close()
