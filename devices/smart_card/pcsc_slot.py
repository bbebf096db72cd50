"""A slot for cards with a chip, in any reader that the system's card service knows (PC/SC)."""

import contextlib
from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

from smartcard import scard

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.smart_card.commands import STATUS_SIZE, Transmit
from kiosk.domain.fault import Fault

T = TypeVar("T")

_UNSIGNED: Final = 0xFFFFFFFF
NOTICE_LIMIT: Final = 800  # milliseconds; pcscd looks at a reader every 400
READ_ATTEMPTS: Final = 2  # contacts bounce while a card is still being pushed in
_EVENT_COUNT_SHIFT: Final = 16  # pcsc-lite counts insertions and removals in the high half
_GONE: Final = frozenset({scard.SCARD_W_REMOVED_CARD, scard.SCARD_E_NO_SMARTCARD})
# What a card does when it is pulled or lies upside down; only its presence tells which.
_NO_CONTACT: Final = frozenset(
    {
        scard.SCARD_W_UNPOWERED_CARD,
        scard.SCARD_W_UNRESPONSIVE_CARD,
        scard.SCARD_W_RESET_CARD,
        scard.SCARD_E_NOT_TRANSACTED,
        scard.SCARD_E_PROTO_MISMATCH,
    }
)


class _Bounced(DeviceError):
    """The card lies there, but its contacts did not hold."""


class PcscSlot:
    """A `Device` over PC/SC that asks again and again and waits for nothing.

    Uses the first reader, in the service's order, whose name starts with `name_starts_with` and
    which holds a card; so a contact slot and a contactless one count as one reader. Name the
    reader when another one always holds a card, such as a PSAM. A card that was read stays present
    until it is taken; one exchanged between two questions is answered with one False.

    When the card service stops, everything raises READER_GONE until it runs again and `open` has
    been called.
    """

    def __init__(self, name_starts_with: str = "") -> None:
        self._wanted = name_starts_with
        self._context: int | None = None
        self._last_seen: tuple[str, int] | None = None  # reader and its count of card events

    @property
    def name(self) -> str:
        return f"PC/SC reader {self._wanted}".rstrip()

    def open(self) -> None:
        """Raises DeviceError(READER_GONE) when the service is not running or has no such reader."""
        self.close()
        outcome, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if outcome != scard.SCARD_S_SUCCESS:
            self._gone(outcome)
        self._context = context
        self._last_seen = None
        self._readers()

    def close(self) -> None:
        if self._context is not None:
            scard.SCardReleaseContext(self._context)
        self._context = None

    def status(self) -> DeviceStatus:
        try:
            self._readers()
        except DeviceError as error:
            return DeviceStatus(DeviceState.GONE, error.fault, str(error))
        return DeviceStatus(DeviceState.READY)

    def card_present(self) -> bool:
        """Whether a card lies in the reader, read or not."""
        seen = self._card()
        exchanged = None not in (seen, self._last_seen) and seen != self._last_seen
        self._last_seen = None if exchanged else seen
        return seen is not None and not exchanged

    def with_card(self, work: Callable[[Transmit], T]) -> T:
        """What `work` makes of the card that lies there; nobody else may use it meanwhile.

        Tried again when the contacts did not hold. Raises DeviceError with CARD_REMOVED,
        CARD_UNREADABLE or READER_GONE, and what `work` raises.
        """
        for _ in range(READ_ATTEMPTS - 1):
            with contextlib.suppress(_Bounced):
                return self._once(work, scard.SCARD_LEAVE_CARD)
        return self._once(work, scard.SCARD_LEAVE_CARD)

    def with_card_once(self, work: Callable[[Transmit], T]) -> T:
        """The same in one attempt, for a PIN, since a card counts those; then it loses power.

        So nobody finds it with its PIN still verified.
        """
        return self._once(work, scard.SCARD_RESET_CARD)

    def _once(self, work: Callable[[Transmit], T], afterwards: int) -> T:
        seen = self._card()
        if seen is None:
            raise DeviceError(Fault.CARD_REMOVED)
        outcome, card, protocol = scard.SCardConnect(
            self._context,
            seen[0],
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        if outcome != scard.SCARD_S_SUCCESS:
            self._failed(outcome)

        def transmit(command: bytes) -> bytes:
            outcome, answer = scard.SCardTransmit(
                card,
                scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1,
                list(command),
            )
            if outcome != scard.SCARD_S_SUCCESS:
                self._failed(outcome)
            if len(answer) < STATUS_SIZE:  # some drivers say that instead when a card is pulled
                self._no_contact("an answer without a status word")
            return bytes(answer)

        try:
            return work(transmit)
        finally:
            scard.SCardDisconnect(card, afterwards)

    def _card(self) -> tuple[str, int] | None:
        """The first wanted reader that holds a card, and its count of card events."""
        asked = [(name, scard.SCARD_STATE_UNAWARE) for name in self._readers()]
        outcome, states = scard.SCardGetStatusChange(self._context, 0, asked)
        if outcome != scard.SCARD_S_SUCCESS:
            self._gone(outcome)
        for name, state, _ in states:
            if state & scard.SCARD_STATE_PRESENT:
                return name, state >> _EVENT_COUNT_SHIFT
        return None

    def _readers(self) -> list[str]:
        if self._context is None:
            raise DeviceError(Fault.READER_GONE, "not open")
        outcome, names = scard.SCardListReaders(self._context, [])
        if outcome == scard.SCARD_E_NO_READERS_AVAILABLE:
            names = []
        elif outcome != scard.SCARD_S_SUCCESS:
            self._gone(outcome)
        wanted = [name for name in names if name.startswith(self._wanted)]
        if not wanted:
            self.close()
            raise DeviceError(Fault.READER_GONE, "the card service knows no such reader")
        return wanted

    def _failed(self, outcome: int) -> NoReturn:
        if outcome in _GONE:
            raise DeviceError(Fault.CARD_REMOVED, _words(outcome))
        if outcome in _NO_CONTACT:
            self._no_contact(_words(outcome))
        self._gone(outcome)

    def _no_contact(self, detail: str) -> NoReturn:
        if self._pulled():
            raise DeviceError(Fault.CARD_REMOVED, detail)
        raise _Bounced(Fault.CARD_UNREADABLE, detail)

    def _pulled(self) -> bool:
        """Whether the card is gone; the service needs a moment to notice that itself."""
        seen = self._card()
        if seen is None:
            return True
        known = scard.SCARD_STATE_PRESENT | seen[1] << _EVENT_COUNT_SHIFT
        scard.SCardGetStatusChange(self._context, NOTICE_LIMIT, [(seen[0], known)])
        return self._card() != seen

    def _gone(self, outcome: int) -> NoReturn:
        """Also when another program holds the card: this one cannot use the reader either."""
        self.close()
        raise DeviceError(Fault.READER_GONE, _words(outcome))


def _words(outcome: int) -> str:
    return f"PC/SC {outcome & _UNSIGNED:08X}"
