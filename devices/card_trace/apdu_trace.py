"""A card reader over PC/SC whose commands are taken down, and one that plays them again."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, Protocol, TypeVar

from devices.card_trace.clean_answers import AnswerCleaner
from devices.card_trace.trace_file import Entry, Note, What
from devices.device import Device, DeviceError, DeviceState, DeviceStatus
from devices.smart_card.commands import Transmit
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard

KIND: Final = "pcsc"
MOST_DELAY: Final = 5.0  # seconds; a card that takes longer is given up by its driver
T = TypeVar("T")
Read = Callable[[Transmit], IdentityCard]


class Slot(Device, Protocol):
    """What PcscSlot is for these readers."""

    def card_present(self) -> bool:
        """Whether a card lies there."""
        ...

    def with_card(self, work: Callable[[Transmit], T]) -> T:
        """What `work` makes of it."""
        ...


class RecordingCardReader:
    """An `IdentityReader` that does what slot and `read` do, and notes it without the person."""

    def __init__(self, slot: Slot, read: Read, note: Note, today: Callable[[], date]) -> None:
        self._slot = slot
        self._read = read
        self._write = note
        self._today = today
        self._lies: bool | None = None

    @property
    def name(self) -> str:
        return self._slot.name

    def open(self) -> None:
        self._slot.open()
        self._lies = None
        self._note(What.OPENED, KIND.encode())

    def close(self) -> None:
        self._slot.close()

    def status(self) -> DeviceStatus:
        return self._slot.status()

    def card_present(self) -> bool:
        try:
            lies = self._slot.card_present()
        except DeviceError:
            self._note(What.GONE)
            raise
        if lies is not self._lies:
            self._lies = lies
            self._note(What.CARD if lies else What.NO_CARD)
        return lies

    def read_identity(self) -> IdentityCard:
        self._note(What.READ)
        try:
            return self._slot.with_card(self._noted)
        except DeviceError as error:
            self._note(What.FAILED, error.fault.value.encode())
            raise

    def _noted(self, transmit: Transmit) -> IdentityCard:
        cleaner = AnswerCleaner(self._today())
        self._note(What.ATTEMPT)

        def noted(command: bytes) -> bytes:
            self._note(What.SENT, cleaner.command(command))
            answer = transmit(command)
            self._note(What.CAME, cleaner.answer(answer))
            return answer

        return self._read(noted)

    def _note(self, what: What, content: bytes = b"") -> None:
        self._write(what, content, time.monotonic())


class ReplayedCardReader:
    """An `IdentityReader` that is what a recorded one was, moment after moment.

    `pace`: 1 as fast as it was; 0: cards come and go as fast as they are asked for.
    """

    def __init__(self, entries: Sequence[Entry], read: Read, *, pace: float = 1.0) -> None:
        self._entries = entries
        self._read = read
        self._pace = pace
        self._next = 0
        self._lies = False
        self._opened = False
        self._began: float | None = None

    @property
    def name(self) -> str:
        return "recorded card reader"

    def open(self) -> None:
        """Never fails: what was not there then is not in the trace."""
        if self._began is None:
            self._began = time.monotonic()
        if self._is_next(What.OPENED):
            self._next += 1
        self._opened = True

    def close(self) -> None:
        self._opened = False

    def status(self) -> DeviceStatus:
        if not self._opened:
            return DeviceStatus(DeviceState.GONE, Fault.READER_GONE)
        return DeviceStatus(DeviceState.READY)

    def card_present(self) -> bool:
        self._need_opened()
        if self._is_due():
            match self._entries[self._next].what:
                case What.CARD | What.NO_CARD as what:
                    self._lies = what is What.CARD
                    self._next += 1
                case What.GONE:
                    self._next += 1
                    self._go()
                case _:
                    pass
        return self._lies

    def read_identity(self) -> IdentityCard:
        self._need_opened()
        if not self._is_next(What.READ):
            raise DeviceError(Fault.CARD_REMOVED, "no read was recorded here")
        self._next += 1
        if self._is_next(What.FAILED):
            self._fail()
        while True:
            if not self._is_next(What.ATTEMPT):
                raise DeviceError(Fault.CARD_UNREADABLE, "the trace ends in a read")
            self._next += 1
            try:
                return self._read(self._transmit)
            except DeviceError as error:
                if self._is_next(What.ATTEMPT):
                    continue
                if self._is_next(What.FAILED):
                    self._fail()
                raise error from None

    def _transmit(self, command: bytes) -> bytes:
        sent, came = self._at(0), self._at(1)
        if sent is None or sent.what is not What.SENT:
            raise DeviceError(Fault.CARD_UNREADABLE, "it broke off here")
        if sent.content != command:
            raise DeviceError(Fault.CARD_UNREADABLE, "something else was asked then")
        self._next += 1
        if came is None or came.what is not What.CAME:
            raise DeviceError(Fault.CARD_UNREADABLE, "it broke off here")
        self._next += 1
        time.sleep(min(max(0.0, came.at - sent.at), MOST_DELAY) * self._pace)
        return came.content

    def _fail(self) -> None:
        code = self._entries[self._next].content.decode("ascii", "replace")
        self._next += 1
        if code == Fault.READER_GONE.value:
            self._go()
        known = {fault.value: fault for fault in Fault}
        raise DeviceError(known.get(code, Fault.CARD_UNREADABLE), "as recorded")

    def _go(self) -> None:
        self._opened = False
        raise DeviceError(Fault.READER_GONE, "as recorded")

    def _need_opened(self) -> None:
        if not self._opened:
            raise DeviceError(Fault.READER_GONE, "not open")

    def _at(self, ahead: int) -> Entry | None:
        place = self._next + ahead
        return self._entries[place] if place < len(self._entries) else None

    def _is_next(self, what: What) -> bool:
        entry = self._at(0)
        return entry is not None and entry.what is what

    def _is_due(self) -> bool:
        if self._next >= len(self._entries) or self._began is None:
            return False
        due = self._began + (self._entries[self._next].at - self._entries[0].at) * self._pace
        return time.monotonic() >= due
