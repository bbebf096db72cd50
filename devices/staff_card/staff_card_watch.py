"""Watches a reader for staff cards and tells what happens on it, and asks a card for its proof."""

from collections.abc import Callable
from dataclasses import dataclass

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.staff_card.api import Pin, PinWrong, Proof, StaffCardFace, StaffCardReader
from kiosk.domain.fault import Fault


@dataclass(frozen=True, slots=True)
class StaffCardSeen:
    """A staff card was put in."""

    face: StaffCardFace


@dataclass(frozen=True, slots=True)
class StaffCardFailed:
    """What was put in is no staff card, or the reader went (READER_GONE)."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class StaffCardTaken:
    """The card of the last StaffCardSeen or StaffCardFailed is not there any more."""


@dataclass(frozen=True, slots=True)
class StaffCardAnswered:
    """What the card said to that challenge."""

    challenge: bytes
    answer: Proof | PinWrong


StaffCardEvent = StaffCardSeen | StaffCardFailed | StaffCardTaken | StaffCardAnswered


class StaffCardWatch:
    """One series of events per card put in. Every method belongs to the reader's thread.

    A card that failed is told once. A reader that goes is told once and opened again by later
    polls.
    """

    def __init__(
        self, reader: StaffCardReader | None, report: Callable[[StaffCardEvent], None]
    ) -> None:
        """`reader`: None where this terminal has none; then every look is READER_GONE."""
        self._reader = reader
        self._report = report
        self._opened = False
        self._lies = False  # a card that was told
        self._trouble: Fault | None = None

    @property
    def status(self) -> DeviceStatus:
        """How the reader stood at the last look."""
        if self._opened and self._reader is not None:
            return self._reader.status()
        return DeviceStatus(DeviceState.GONE, self._trouble or Fault.READER_GONE)

    def begin(self) -> None:
        """Somebody waits from now on: tell them anew what lies there, or what is wrong."""
        self._lies = False
        self._trouble = None

    def end(self) -> None:
        """Nobody waits any more: let the reader go."""
        self._opened = False
        if self._reader is not None:
            self._reader.close()

    def poll(self) -> None:
        """Look once; about three times a second. Never raises DeviceError."""
        try:
            reader = self._ready()
            if reader.card_present():
                if not self._lies:
                    self._lies = True
                    self._report(self._looked(reader))
            elif self._lies:
                self._lies = False
                self._report(StaffCardTaken())
        except DeviceError as error:
            self._failed(error.fault)
            return
        self._trouble = None

    def prove(self, challenge: bytes, pin: Pin) -> None:
        """Ask the card; exactly one StaffCardAnswered or StaffCardFailed comes of it."""
        try:
            answer = self._ready().prove(challenge, pin)
        except DeviceError as error:
            self._trouble = None
            self._failed(error.fault)
            return
        self._report(StaffCardAnswered(challenge, answer))

    def _looked(self, reader: StaffCardReader) -> StaffCardEvent:
        try:
            return StaffCardSeen(reader.look())
        except DeviceError as error:
            if error.fault is Fault.READER_GONE:
                raise
            if error.fault is Fault.CARD_REMOVED:
                self._lies = False  # tried again when it is back
            return StaffCardFailed(error.fault)

    def _ready(self) -> StaffCardReader:
        if self._reader is None:
            raise DeviceError(Fault.READER_GONE, "no reader for staff cards in the settings")
        if not self._opened:
            self._reader.open()
            self._opened = True
        return self._reader

    def _failed(self, fault: Fault) -> None:
        if fault is Fault.READER_GONE:
            self.end()
            self._lies = False
        if self._trouble is not fault:
            self._trouble = fault
            self._report(StaffCardFailed(fault))
