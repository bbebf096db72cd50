"""Watches a card reader and tells what happens on it: card read, read failed, card taken."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto, unique

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.id_card.api import IdentityReader
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was laid down and read."""

    card: IdentityCard


@dataclass(frozen=True, slots=True)
class CardFailed:
    """A card was laid down but could not be read, or the reader went (READER_GONE)."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The reader no longer sees the card of the last CardRead or CardFailed.

    No proof that nothing lies there: a resident ID card reader hides a card it has read, so for
    such a reader this comes right after CardRead.
    """


CardEvent = CardRead | CardFailed | CardTaken


@unique
class _Seen(Enum):
    NOTHING = auto()
    BEFORE = auto()  # perhaps one that an earlier watch has read; wait until it is lifted
    DONE = auto()  # this card has been read or has failed; wait until it is lifted
    SLIPPED = auto()  # lifted during the read; try again as soon as it is back


class CardWatch:
    """Turns the questions of an `IdentityReader` into events, one series per card laid down.

    A card left on the reader is read once. A failed read is reported once per laying down. A card
    that slipped away during its read is tried again when it is back, without repeating the report.
    A reader that goes is reported once with CardFailed(READER_GONE) and opened again by later
    polls; a card that was done before is not read again unless lifted.

    While no card is wanted, cards are noticed but not read. So the card that somebody forgot is
    never read for the next person, and a card laid down early is read as soon as one is wanted.
    """

    def __init__(
        self,
        reader: IdentityReader,
        report: Callable[[CardEvent], None],
        *,
        takes_over: bool = False,
    ) -> None:
        """`takes_over`: from a watch that hangs. What lies there now may have been read by it for
        somebody else, so it is read only after it was lifted once."""
        self._reader = reader
        self._report = report
        self._opened = False
        self._seen = _Seen.BEFORE if takes_over else _Seen.NOTHING
        self._trouble: Fault | None = None  # of the reader itself, already reported
        self._wanted = True

    def poll(self) -> None:
        """Look once; call it about twice a second from the reader's thread.

        Opens the reader when need be. Reports from within, on the same thread. Takes as long as a
        read takes when a new card lies there. Never raises DeviceError.
        """
        try:
            if not self._opened:
                self._reader.open()
                self._opened = True
            if self._reader.card_present():
                self._card_lies_there()
            else:
                seen, self._seen = self._seen, _Seen.NOTHING
                if seen in (_Seen.DONE, _Seen.SLIPPED):
                    self._report(CardTaken())
        except DeviceError as error:
            self.close()
            if self._trouble is not error.fault:
                self._trouble = error.fault
                self._report(CardFailed(error.fault))
            return
        self._trouble = None

    @property
    def status(self) -> DeviceStatus:
        """How the reader stood at the last poll."""
        if self._opened:
            return self._reader.status()
        fault = self._trouble or Fault.READER_GONE
        gone = fault is Fault.READER_GONE
        return DeviceStatus(DeviceState.GONE if gone else DeviceState.NEEDS_HELP, fault)

    def want(self, on: bool) -> None:
        """Read cards from now on, or only notice them. On the reader's thread.

        A reader that is gone is reported again to whoever now waits for a card.
        """
        if on and not self._wanted:
            self._trouble = None
        self._wanted = on

    def close(self) -> None:
        """Let the reader go; the next poll would open it again."""
        self._opened = False
        self._reader.close()

    def _card_lies_there(self) -> None:
        if self._seen in (_Seen.BEFORE, _Seen.DONE) or not self._wanted:
            return
        try:
            card = self._reader.read_identity()
        except DeviceError as error:
            if error.fault is Fault.READER_GONE:
                raise
            known = self._seen is _Seen.SLIPPED and error.fault is Fault.CARD_REMOVED
            self._seen = _Seen.SLIPPED if error.fault is Fault.CARD_REMOVED else _Seen.DONE
            if not known:
                self._report(CardFailed(error.fault))
            return
        self._seen = _Seen.DONE
        self._report(CardRead(card))
