"""Prints slips on a real receipt printer and never says "printed" unless the printer did.

Sends one job over one open line: real-time status before (DLE EOT 2 and 4), the slip as a
picture, then GS r 1, which the printer answers in its turn, after everything before it. Without
that answer nobody knows. (ESC/POS command reference of Epson, read in excerpts; the bits as two
independent programs read them.)
"""

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.receipt_printer.connection import Connection, SerialConnection
from devices.receipt_printer.escpos_line import EscPosLine, LineLost
from devices.receipt_printer.escpos_raster import raster_job
from devices.receipt_printer.layout import Layout
from kiosk.domain.fault import Fault
from kiosk.domain.receipt import Receipt

ASK_OFFLINE_CAUSE: Final = b"\x10\x04\x02"  # DLE EOT 2: cover, paper end
ASK_PAPER: Final = b"\x10\x04\x04"  # DLE EOT 4: roll sensors
ASK_AT_THE_END: Final = b"\x1dr\x01"  # GS r 1: in its turn, so it closes the job

_BITS_A_BYTE: Final = 10  # on a serial line: start, eight, stop


class _OfflineCause(IntFlag):
    COVER_OPEN = 0x04
    PAPER_OUT = 0x20


_REAL_TIME_MASK: Final = 0x93  # fixed bits of every DLE EOT answer
_REAL_TIME_FIXED: Final = 0x12
_ROLL_OUT: Final = 0x60  # of DLE EOT 4
_ROLL_NEAR_END: Final = 0x0C
_SENSOR_OUT: Final = 0x0C  # of GS r 1


def _is_real_time(byte: int) -> bool:
    return byte & _REAL_TIME_MASK == _REAL_TIME_FIXED


def _is_sensor(byte: int) -> bool:
    return byte & 0x90 == 0x00  # fixed bits of GS r 1


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds each step may take. Connecting and two answers stay below a second."""

    connect: float = 0.5
    answer: float = 0.4
    send: float = 10.0  # besides what the baud rate needs
    finish: float = 12.0  # from the last byte sent until GS r 1 is answered


class EscPosPrinter:
    """An ESC/POS receipt printer on the network, USB, a serial line or a device file.

    Slips go out as pictures, so they are right on printers of any code page. A printer that has
    answered before and now is silent counts as gone; one that never answered (some cheap ones
    never do) is printed on, and each slip ends in RECEIPT_UNCERTAIN. One thread.
    """

    def __init__(
        self, connection: Connection, *, layout: Layout, patience: Patience | None = None
    ) -> None:
        self._connection = connection
        self._layout = layout
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
        """See `api.ReceiptPrinter`; at 9600 baud a slip takes about a minute."""
        job = raster_job(self._layout.picture(receipt))
        self._ask()
        line = self._connected()
        try:
            line.send(job, limit=self._patience.send + self._time_on_the_line(job))
            if line.is_plain_file:
                return
            line.send(ASK_AT_THE_END, limit=self._patience.answer)
            end = line.answer(_is_sensor, limit=self._patience.finish)
        except LineLost as error:
            self.close()
            raise DeviceError(Fault.RECEIPT_UNCERTAIN, f"line lost in mid-job: {error}") from None
        if end is None:
            # Whatever it still holds may come out later; a fresh line hears no late answer.
            self.close()
            raise DeviceError(Fault.RECEIPT_UNCERTAIN, "no answer at the end of the job")
        self._has_answered = True
        if end & _SENSOR_OUT == _SENSOR_OUT:
            raise DeviceError(Fault.RECEIPT_UNCERTAIN, "out of paper at the end of the job")

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
        near_end = paper & _ROLL_NEAR_END == _ROLL_NEAR_END
        return DeviceStatus(DeviceState.READY, detail="paper is nearly out" if near_end else "")

    def _real_time(self, line: EscPosLine, question: bytes) -> int | None:
        line.send(question, limit=self._patience.answer)
        return line.answer(_is_real_time, limit=self._patience.answer)

    def _time_on_the_line(self, job: bytes) -> float:
        if isinstance(self._connection, SerialConnection):
            return len(job) * _BITS_A_BYTE / self._connection.baud
        return 0.0
