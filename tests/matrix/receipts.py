"""Faults of a receipt printer in mid-slip: what is said of it is held against the paper.

`./run matrix receipts`. The truth is the emulated printer's paper: a slip is out when it was cut
off whole, dot for dot. "Printed" without such a slip is a false word; so is any fault but
RECEIPT_UNCERTAIN ("nothing is on paper") with one. How often a person would be asked about a slip
that did come out stands in the notes.
"""

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final

from escpos.printer import Network
from PIL import Image

from devices.device import DeviceError
from devices.receipt_printer.connection import Connection, NetworkConnection, SerialConnection
from devices.receipt_printer.escpos_job import job_pieces
from devices.receipt_printer.escpos_printer import EscPosPrinter, Patience
from devices.receipt_printer.profile import PrinterProfile
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt
from kiosk.papers.slip_layout import SlipLayout
from tests.counterparts.escpos_sink import EmulatedPrinter, EscPosSerialSink, EscPosSink, Paper
from tests.counterparts.printer_kinds import same_ink
from tests.matrix.tally import CONTROL, Tally

Sink = EscPosSink | EscPosSerialSink
SLIP: Final = Receipt(
    "采集回执",
    "示范村便民服务点",
    (("回执编号", "22240100-000137"), ("申请人", "王䶮（㙓）"), ("办理事项", "养老保险参保登记")),
    materials=("身份信息（读卡核验）", "户口簿"),
    notes=("材料已在本机加密保存，联网后自动上传。",),
    qr="DS1/22240100000137",
)
PATIENCE: Final = Patience(connect=1.0, answer=0.5, send=0.6, finish=0.5)
# A power cut takes a tenth of a second at least; at 115200 baud so many bytes come meanwhile.
LEAST_DARK: Final = 1500
SPEED: Final = 115_200


@cache
def drawn() -> Image.Image:
    """The slip that every fault is tried on."""
    return SlipLayout().picture(SLIP)


class Drawn:
    """A layout that draws once."""

    def picture(self, receipt: Receipt) -> Image.Image:
        """See Layout."""
        return drawn()


@cache
def all_bytes(*, serial: bool) -> int:
    """Everything that goes down a healthy line for one slip, the questions with it."""
    with EscPosSerialSink() if serial else EscPosSink() as sink:
        assert said_by(connection_to(sink)) is None
        return sink.received


def connection_to(sink: Sink) -> Connection:
    """How the driver gets there."""
    if isinstance(sink, EscPosSink):
        return NetworkConnection("127.0.0.1", sink.port)
    return SerialConnection(sink.path, baud=SPEED)


@dataclass
class Words:
    """What the driver said, against what lies on the paper."""

    false_printed: int = 0
    false_failed: int = 0
    printed: int = 0
    asked: int = 0
    asked_though_out: int = 0
    failed: int = 0

    def judge(self, said: Fault | None, *, is_out: bool) -> list[str]:
        """Counts one; what was false in it."""
        match said:
            case None:
                self.printed += 1
                self.false_printed += not is_out
                return [] if is_out else ['false "printed"']
            case Fault.RECEIPT_UNCERTAIN:
                self.asked += 1
                self.asked_though_out += is_out
                return []
        self.failed += 1
        self.false_failed += is_out
        return [f'false "failed": {said.name}'] if is_out else []


Fate = Callable[[EmulatedPrinter, random.Random, int], object]


def _reset(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    sink.reset_after(chosen.randrange(9, size))


def _stall(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    sink.stall_after(chosen.randrange(9, size))


def _stall_that_ends(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    _stall(sink, chosen, size)
    timer = threading.Timer(0.15, sink.go_on)
    timer.daemon = True
    timer.start()


def _power_cut(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    dark = chosen.randrange(LEAST_DARK, 4 * LEAST_DARK)
    sink.power_cut_after(chosen.randrange(9, max(size - dark, 10)), dark=dark)


def _power_cut_near_the_end(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    sink.power_cut_after(size - chosen.randrange(1, LEAST_DARK), dark=LEAST_DARK)


def _paper_before(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    sink.set_paper(Paper.OUT)


def _paper_within(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    sink.paper_out_after(chosen.randrange(9, size))


def _paper_within_and_refilled(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    _paper_within(sink, chosen, size)
    timer = threading.Timer(0.2, lambda: sink.set_paper(Paper.ENOUGH))
    timer.daemon = True
    timer.start()


def _paper_after(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    """The roll ends with the slip: before the last question, which is never answered then."""
    sink.paper_out_after(size - 3)


def _paper_nearly_out(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    sink.set_paper(Paper.NEAR_END)


def _cover_before(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    sink.open_cover()


def _silent(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    sink.fall_silent()


def _silent_at_the_end(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    sink.fall_silent(only_at_the_end=True)


def _nothing(sink: EmulatedPrinter, chosen: random.Random, size: int) -> None:
    pass


FATES: Final[dict[str, Fate]] = {
    "reset at a byte": _reset,
    "stall": _stall,
    "stall that ends": _stall_that_ends,
    "power cut, line stays": _power_cut,
    "power cut near the end": _power_cut_near_the_end,
    "paper out before": _paper_before,
    "paper out within": _paper_within,
    "paper out within, refilled": _paper_within_and_refilled,
    "paper out after": _paper_after,
    "paper nearly out": _paper_nearly_out,
    "cover open before": _cover_before,
    "answers nothing": _silent,
    "no answer at the end": _silent_at_the_end,
}


@contextmanager
def wrong_device(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    """Something on port 9100 that is no printer; its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(line,), daemon=True).start()

    def talk(line: socket.socket) -> None:
        with line:
            try:
                while data := line.recv(4096):
                    if said := answer(data):
                        line.sendall(said)
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5.0)


def _status_right_then_noise(data: bytes) -> bytes:
    if data[:2] == b"\x10\x04":
        return b"\x12"
    return random.Random(len(data)).randbytes(data.count(b"\x1dr\x01"))


STRANGERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "echoes": lambda data: data,
    "says nothing": lambda data: b"",
    "web server": lambda data: b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
    "random bytes": lambda data: random.Random(len(data)).randbytes(min(len(data), 64)),
    "always ready": lambda data: b"\x12" * max(1, len(data) // 3),
    "always zero": lambda data: b"\x00" * max(1, len(data) // 3),
    "status, then noise": _status_right_then_noise,
}


def said_by(connection: Connection) -> Fault | None:
    """What the driver says of one slip; None: printed."""
    printer = EscPosPrinter(connection, layout=Drawn(), patience=PATIENCE)
    try:
        printer.print_receipt(SLIP)
    except DeviceError as error:
        return error.fault
    finally:
        printer.close()
    return None


def sweep(points: int) -> Tally:
    """About so many faults, in equal parts of every kind; 0: twelve of each."""
    kinds = 2 * len(FATES) + len(STRANGERS)
    each = max(1, round(points / kinds)) if points else 12
    chosen = random.Random(11)
    tally, words = Tally("receipt printer: what is said against what lies on the paper"), Words()
    for name, fate in FATES.items():
        for _ in range(each):
            tally.count(("network:", name), _one(EscPosSink(), fate, chosen, words))
            tally.count(("serial:", name), _one(EscPosSerialSink(), fate, chosen, words))
    for name, answer in STRANGERS.items():
        for _ in range(each):
            with wrong_device(answer) as port:
                said = said_by(NetworkConnection("127.0.0.1", port))
            tally.count(("wrong device:", name), words.judge(said, is_out=False))
    healthy = Words()
    for _ in range(each):
        tally.count((CONTROL, "healthy, network"), _one(EscPosSink(), _nothing, chosen, healthy))
        tally.count(
            (CONTROL, "healthy, serial"), _one(EscPosSerialSink(), _nothing, chosen, healthy)
        )
    false, tried = _careless(chosen, max(1, each // 4))
    tally.notes += [
        f"said printed {words.printed}, asked the person {words.asked}, said failed {words.failed}",
        f'false "printed" {words.false_printed}, false "failed" {words.false_failed}',
        f"asked though the slip was out: {words.asked_though_out}",
        f'python-escpos on the network\'s faults: false "printed" {false} of {tried}',
        f"healthy printers: {healthy.printed} printed of {2 * each}",
    ]
    return tally


def _one(
    sink: EscPosSink | EscPosSerialSink, fate: Fate, chosen: random.Random, words: Words
) -> list[str]:
    size = all_bytes(serial=isinstance(sink, EscPosSerialSink))
    with sink:
        fate(sink, chosen, size)
        return words.judge(said_by(connection_to(sink)), is_out=_is_out(sink))


def _careless(chosen: random.Random, each: int) -> tuple[int, int]:
    """The same faults with python-escpos, whose success is that nothing was raised.

    How often that was false, of how many: the sweep must find something wrong with it.
    """
    false, tried = 0, 0
    job = b"".join(job_pieces(SLIP, layout=Drawn(), profile=PrinterProfile()))
    for fate in FATES.values():
        for _ in range(each):
            with EscPosSink() as sink:
                fate(sink, chosen, len(job))
                library = Network("127.0.0.1", sink.port, timeout=1.0)
                claims = True
                try:
                    library.open()
                    library._raw(job)
                except OSError:
                    claims = False
                finally:
                    library.close()
                tried += 1
                false += claims and not _is_out(sink)
    return false, tried


def _is_out(sink: EmulatedPrinter) -> bool:
    """Whether the whole slip came out in one piece; waits for what is still under way."""
    try:
        job = sink.wait_for_job(0.1)
    except TimeoutError:
        return False
    return len(sink.jobs) == 1 and same_ink(job.picture(), drawn().convert("L"))
