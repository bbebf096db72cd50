"""Reads resident ID cards from a reader that is plugged in as a serial port."""

import time
from typing import Final

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.id_card.card_text import read_card_text
from devices.id_card.sam_frame import (
    Answer,
    Command,
    SamStatus,
    fault_of,
    sam_number,
    text_and_photo,
)
from devices.id_card.sam_line import (
    BAUDS,
    LINE_ERRORS,
    PATIENCE,
    OpenPort,
    SamLine,
    open_serial_port,
)
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard

PRESENCE_LIMIT: Final = 0.9  # what api.py allows `card_present`, less the time to hear silence
READ_LIMIT: Final = 4.9  # likewise for `read_identity`
READ_ATTEMPTS: Final = 5  # a card is often still moving when it is first felt
PAUSE_BETWEEN_ATTEMPTS: Final = 0.2
SILENCES_UNTIL_GONE: Final = 3
ADDRESS_SILENCES: Final = 2  # in a row, until the reader is taken not to know that command
REFUSALS_UNTIL_DEFECT: Final = 3  # cards in a row that do not trust the SAM (cards.md 1.5, 31)
_DEFECTS: Final = frozenset({SamStatus.SELF_CHECK_FAILED, SamStatus.SAM_NOT_AUTHORISED})


class SamSerialReader:
    """An `IdentityReader` for SAM_V readers, 8 data bits, no parity, no flow control.

    A SAM hides a card it has read until that card is lifted: from then on `card_present` says
    False although the card may still lie there, and True again means that a card was laid down
    anew. So a read card is never read twice, and lifting it cannot be observed. A card whose read
    failed stays present until lifted.

    `port` should be a name that survives replugging, such as /dev/serial/by-id/...
    """

    def __init__(
        self, port: str, *, baud: int = BAUDS[0], open_port: OpenPort = open_serial_port
    ) -> None:
        self._path = port
        self._baud = baud
        self._open_port = open_port
        self._line: SamLine | None = None
        self._silences = 0
        self._defect = ""
        self._number = ""
        self._asks_newest_address = True
        self._address_silences = 0
        self._refusals = 0
        self._text_was_lost = False  # sent by the SAM, but did not arrive whole

    @property
    def name(self) -> str:
        return f"SAM reader on {self._path}"

    def open(self) -> None:
        """Take the port, ask the SAM for its self-check and for its number.

        Raises DeviceError with READER_GONE (no port, taken by another program, silent) or
        READER_DEFECT (the SAM reports a defect of its own). Takes at most about two seconds.
        """
        self.close()
        try:
            self._line = SamLine(self._open_port(self._path, self._baud))
        except (*LINE_ERRORS, ValueError) as error:
            raise DeviceError(Fault.READER_GONE, type(error).__name__) from None
        self._silences = 0
        self._defect = ""
        self._asks_newest_address = True
        self._address_silences = 0
        answer = self._ask(Command.SELF_CHECK) or self._ask(Command.SELF_CHECK)
        if answer is None:
            self.close()
            raise DeviceError(Fault.READER_GONE, "the reader does not answer")
        if self._defect:
            fault, defect = fault_of(answer.status), self._defect
            self.close()
            raise DeviceError(fault, defect)
        told = self._ask(Command.READ_SAM_NUMBER)
        self._number = sam_number(told.content) if told is not None else ""
        self._silences = 0  # an older reader may keep it to itself

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def status(self) -> DeviceStatus:
        """See `Device`. `detail` of a reader that is ready: speed, and the number of its SAM."""
        if self._line is not None and not self._line.is_there():
            self.close()
        if self._line is None:
            return DeviceStatus(DeviceState.GONE, Fault.READER_GONE, self._path)
        if self._defect:
            return DeviceStatus(DeviceState.NEEDS_HELP, Fault.READER_DEFECT, self._defect)
        sam = f", SAM {self._number}" if self._number else ""
        return DeviceStatus(DeviceState.READY, detail=f"{self._baud} baud{sam}")

    def card_present(self) -> bool:
        """Whether a card lies there that was not read since it was laid down (see the class)."""
        answer = self._ask(Command.FIND, until=time.monotonic() + PRESENCE_LIMIT)
        if answer is None:
            if self._silences >= SILENCES_UNTIL_GONE:
                self.close()
                raise DeviceError(Fault.READER_GONE, "the reader fell silent")
            return False
        return answer.status is not SamStatus.NO_CARD and not self._defect

    def read_identity(self) -> IdentityCard:
        until = time.monotonic() + READ_LIMIT
        fault = Fault.READER_GONE
        status: SamStatus | None = None
        self._text_was_lost = False
        for attempt in range(READ_ATTEMPTS):
            if attempt:
                time.sleep(PAUSE_BETWEEN_ATTEMPTS)
            if time.monotonic() >= until:
                break
            outcome = self._read_once(until)
            if isinstance(outcome, IdentityCard):
                self._refusals = 0
                return outcome
            status, command = outcome
            if status is SamStatus.NO_CARD:
                # Hidden rather than lifted, when its text was already on the way to us.
                fault = Fault.CARD_UNREADABLE if self._text_was_lost else Fault.CARD_REMOVED
                break
            if status is not None:
                fault = fault_of(status)
                if fault is not Fault.CARD_UNREADABLE:
                    break
            elif command is not Command.FIND:
                fault = Fault.CARD_UNREADABLE
        if fault is Fault.READER_GONE:
            self.close()
        self._refusals = self._refusals + 1 if status is SamStatus.CARD_REFUSES_SAM else 0
        if self._refusals >= REFUSALS_UNTIL_DEFECT:
            fault = Fault.READER_DEFECT
        raise DeviceError(fault)

    def _read_once(self, until: float) -> IdentityCard | tuple[SamStatus | None, Command]:
        """One walk through find, select, newest address, text; or where and how it ended.

        None instead of a status: no answer, or none that made sense.
        """
        for command, wanted in (
            (Command.FIND, SamStatus.FOUND),
            (Command.SELECT, SamStatus.OK),
        ):
            answer = self._ask(command, until=until)
            if answer is None or answer.status is not wanted:
                return answer.status if answer else None, command
        newest_address = b""
        if self._asks_newest_address:
            command = Command.READ_NEWEST_ADDRESS
            answer = self._ask(command, until=until)
            self._address_silences = self._address_silences + 1 if answer is None else 0
            if self._address_silences >= ADDRESS_SILENCES or (
                answer is not None and answer.status is SamStatus.COMMAND_UNKNOWN
            ):
                self._asks_newest_address = False  # an older reader
            if answer is None:
                return None, command
            if answer.status is SamStatus.OK:
                newest_address = answer.content
            elif answer.status not in (SamStatus.NO_SUCH_ITEM, SamStatus.COMMAND_UNKNOWN):
                return answer.status, command
        command = Command.READ_TEXT_AND_PHOTO
        answer = self._ask(command, until=until)
        if answer is None or answer.status is not SamStatus.OK:
            return answer.status if answer else None, command
        parts = text_and_photo(answer.content)
        if parts is None:
            return None, command
        return read_card_text(parts[0], newest_address=newest_address, photo=parts[1])

    def _ask(self, command: Command, *, until: float | None = None) -> Answer | None:
        """The answer to one command; None when there was none in time or it came twice damaged.

        Raises READER_GONE.
        """
        if self._line is None:
            raise DeviceError(Fault.READER_GONE, "not open")
        end = time.monotonic() + PATIENCE[command]
        if until is not None:
            end = min(end, until)
        try:
            answer = self._line.ask(command, end)
        except LINE_ERRORS as error:
            self.close()
            raise DeviceError(Fault.READER_GONE, type(error).__name__) from None
        self._silences = self._silences + 1 if answer is None else 0
        self._text_was_lost |= self._line.damaged and command is Command.READ_TEXT_AND_PHOTO
        if not isinstance(answer, Answer):
            return None
        # Forgotten at the next good answer, so a passing weakness does not last for ever.
        self._defect = f"SAM status {answer.status:02X}" if answer.status in _DEFECTS else ""
        return answer
