"""Prints slips on a real receipt printer and never says "printed" unless the printer did.

Sends one job over one open line: real-time status before (DLE EOT 2, 4 and 1), then the slip as a
picture or as text with GS r 1 after every few hundred bytes and at its end, which the printer
answers in its turn, after everything before it. Unless each was answered exactly once and nothing
else was said, nobody knows. (ESC/POS command reference of Epson, read in excerpts; the bits as two
independent programs read them.)
"""

import time
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.receipt_printer.connection import Connection, SerialConnection
from devices.receipt_printer.escpos_job import BITS_A_BYTE, job_pieces
from devices.receipt_printer.escpos_line import EscPosLine, LineLost
from devices.receipt_printer.layout import Layout
from devices.receipt_printer.profile import PrinterProfile
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt

ASK_ONLINE: Final = b"\x10\x04\x01"  # DLE EOT 1: whether it takes a job
ASK_OFFLINE_CAUSE: Final = b"\x10\x04\x02"  # DLE EOT 2: cover, paper end
ASK_PAPER: Final = b"\x10\x04\x04"  # DLE EOT 4: roll sensors
ASK_IN_TURN: Final = b"\x1dr\x01"  # GS r 1: answered after everything before it

_ASK_EVERY_BYTES: Final = 400
_MOST_FINISHES: Final = 4  # `Patience.finish` in all, however it goes on in small steps


class _OfflineCause(IntFlag):
    COVER_OPEN = 0x04
    PAPER_OUT = 0x20


_REAL_TIME_MASK: Final = 0x93  # fixed bits of every DLE EOT answer
_REAL_TIME_FIXED: Final = 0x12
_ROLL_OUT: Final = 0x60  # of DLE EOT 4
_ROLL_NEAR_END: Final = 0x0C
_OFFLINE: Final = 0x08  # of DLE EOT 1
_SENSOR_OUT: Final = 0x0C  # of GS r 1
_SENSOR_ANSWERS: Final = frozenset(b"\x00\x03\x0c\x0f")  # near end, end: two bits each
_FLOW_CONTROL: Final = frozenset(b"\x11\x13")  # XON, XOFF


def _is_real_time(byte: int) -> bool:
    return byte & _REAL_TIME_MASK == _REAL_TIME_FIXED


@dataclass(slots=True)
class _Proof:
    """What was asked in the course of one job, and what came back."""

    asked: int = 0
    answered: int = 0
    is_paper_out: bool = False
    is_nonsense: bool = False  # something was said that no printer says here

    def hears(self, said: bytes) -> int:
        """Takes in some bytes; how many of them were answers."""
        answers = [byte for byte in said if byte in _SENSOR_ANSWERS]
        self.answered += len(answers)
        self.is_paper_out |= any(byte & _SENSOR_OUT == _SENSOR_OUT for byte in answers)
        self.is_nonsense |= bool(set(said) - _SENSOR_ANSWERS - _FLOW_CONTROL)
        return len(answers)

    @property
    def is_waiting(self) -> bool:
        return self.answered < self.asked and not self.is_nonsense

    @property
    def doubt(self) -> str | None:
        """Why the slip cannot be called printed, or None."""
        if not self.asked:
            return "of a kind that cannot confirm"
        if self.is_nonsense or self.answered > self.asked:
            return "says what no printer says"
        return None if self.answered == self.asked else "no answer to a part of the job"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds each step may take. Connecting and two answers stay below a second."""

    connect: float = 0.5
    answer: float = 0.4
    send: float = 10.0  # besides what the baud rate needs
    finish: float = 12.0  # without a further answer to GS r 1, from the last byte sent


class EscPosPrinter:
    """An ESC/POS receipt printer on the network, USB, a serial line or a device file.

    Slips go out as pictures, so they are right on printers of any code page; as text only where
    the profile says so and the printer has every character of the slip. A printer that has
    answered before and now is silent counts as gone; one that never answered (some cheap ones
    never do) is printed on, and each slip ends in RECEIPT_UNCERTAIN. One thread.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        layout: Layout,
        profile: PrinterProfile | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._connection = connection
        self._layout = layout
        self._profile = profile or PrinterProfile()
        self._speed = connection.baud if isinstance(connection, SerialConnection) else 0
        self._patience = patience or Patience()
        self._line: EscPosLine | None = None
        self._has_answered = False

    @property
    def name(self) -> str:
        return f"receipt printer on {self._connection}"

    def open(self) -> None:
        """Takes the port. Raises DeviceError(RECEIPT_PRINTER_GONE)."""
        self.close()
        try:
            self._line = EscPosLine(self._connection, connect_limit=self._patience.connect)
        except LineLost as error:
            raise DeviceError(Fault.RECEIPT_PRINTER_GONE, str(error)) from None

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def status(self) -> DeviceStatus:
        """At most a second; connects again when the line was lost."""
        try:
            return self._ask()
        except DeviceError as error:
            if error.fault is Fault.RECEIPT_PRINTER_GONE:
                return DeviceStatus(DeviceState.GONE, error.fault, str(error))
            return DeviceStatus(DeviceState.NEEDS_HELP, error.fault, str(error))

    def print_receipt(self, receipt: Receipt) -> None:
        """See `api.ReceiptPrinter`; a picture at 9600 baud takes about a minute, text a second."""
        pieces = job_pieces(receipt, layout=self._layout, profile=self._profile, baud=self._speed)
        answers_before = self._ask().fault is None
        line = self._connected()
        proof = _Proof()
        try:
            self._send(line, pieces, proof)
            if line.is_plain_file:
                return
            self._wait_for(line, proof)
        except LineLost as error:
            self.close()
            raise DeviceError(Fault.RECEIPT_UNCERTAIN, f"line lost in mid-job: {error}") from None
        doubt = proof.doubt
        if doubt is None and not answers_before:
            doubt = "answered nothing before the job"  # then its answer is no printer's
        if doubt is not None:
            # Whatever it still holds may come out later; a fresh line hears no late answer.
            self.close()
            raise DeviceError(Fault.RECEIPT_UNCERTAIN, doubt)
        self._has_answered = True
        if proof.is_paper_out:
            raise DeviceError(Fault.RECEIPT_UNCERTAIN, "out of paper during the job")

    def _send(self, line: EscPosLine, pieces: tuple[bytes, ...], proof: "_Proof") -> None:
        """Everything, with a question behind every piece of about the same size.

        A printer whose power fails in mid-job forgets what it held; on a line that stays open the
        rest would still arrive and its end be answered. The questions that it forgot tell.
        """
        size = sum(map(len, pieces)) + 3 * len(pieces)
        ends = time.monotonic() + self._patience.send + self._time_on_the_line(size)
        asks = self._profile.can_confirm and line.can_answer
        unasked = bytearray()
        for at, piece in enumerate(pieces):
            unasked += piece
            last = at == len(pieces) - 1
            if not last and len(unasked) < _ASK_EVERY_BYTES:
                continue
            if asks:
                unasked += ASK_IN_TURN
            line.send(bytes(unasked), limit=max(ends - time.monotonic(), 0.0))
            unasked.clear()
            if asks:
                proof.asked += 1
                proof.hears(line.heard())

    def _wait_for(self, line: EscPosLine, proof: "_Proof") -> None:
        """Until all is answered, or nothing has been for the time of `Patience.finish`."""
        finish = self._patience.finish
        last_end = time.monotonic() + finish * _MOST_FINISHES
        ends = time.monotonic() + finish
        while proof.is_waiting and (left := ends - time.monotonic()) > 0:
            if proof.hears(line.heard(limit=left)):
                ends = min(last_end, time.monotonic() + finish)

    def _ask(self) -> DeviceStatus:
        """READY, or DeviceError. A line that went stale since the last use is opened anew once."""
        fresh = self._line is None
        try:
            return self._asked_on(self._connected())
        except LineLost as error:
            self.close()
            if fresh:
                raise DeviceError(Fault.RECEIPT_PRINTER_GONE, str(error)) from None
        try:
            return self._asked_on(self._connected())
        except LineLost as error:
            self.close()
            raise DeviceError(Fault.RECEIPT_PRINTER_GONE, str(error)) from None

    def _connected(self) -> EscPosLine:
        if self._line is None:
            self.open()
        assert self._line is not None
        return self._line

    def _asked_on(self, line: EscPosLine) -> DeviceStatus:
        if line.is_plain_file:
            return DeviceStatus(DeviceState.READY, detail="a plain file")
        if not line.can_answer:
            return DeviceStatus(DeviceState.READY, detail="cannot answer: slips stay uncertain")
        line.forget_old_answers()
        cause = self._real_time(line, ASK_OFFLINE_CAUSE)
        paper = self._real_time(line, ASK_PAPER) if cause is not None else None
        if cause is None or paper is None:
            if self._has_answered:
                self.close()
                raise DeviceError(Fault.RECEIPT_PRINTER_GONE, "has stopped answering")
            return DeviceStatus(
                DeviceState.NEEDS_HELP,
                Fault.RECEIPT_UNCERTAIN,
                "has never answered: switched off, or of a kind that cannot",
            )
        self._has_answered = True
        if cause & _OfflineCause.COVER_OPEN:
            raise DeviceError(Fault.RECEIPT_COVER_OPEN)
        if paper & _ROLL_OUT == _ROLL_OUT or cause & _OfflineCause.PAPER_OUT:
            raise DeviceError(Fault.RECEIPT_PAPER_OUT)
        online = self._real_time(line, ASK_ONLINE)
        if online is not None and online & _OFFLINE:  # an error of its own, or its feed key
            raise DeviceError(Fault.RECEIPT_PRINTER_GONE, "is off line")
        near_end = paper & _ROLL_NEAR_END == _ROLL_NEAR_END
        return DeviceStatus(DeviceState.READY, detail="paper is nearly out" if near_end else "")

    def _real_time(self, line: EscPosLine, question: bytes) -> int | None:
        line.send(question, limit=self._patience.answer)
        return line.answer(_is_real_time, limit=self._patience.answer)

    def _time_on_the_line(self, size: int) -> float:
        return size * BITS_A_BYTE / self._speed if self._speed else 0.0
