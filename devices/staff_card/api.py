"""The contract of any reader by which a person of the staff proves who they are."""

from dataclasses import dataclass, field
from typing import Protocol

from devices.device import Device


@dataclass(frozen=True, slots=True)
class Pin:
    """What the person typed. Only ever on its way to the card: never kept, logged or stored."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffCardFace:
    """What a staff card shows without a PIN: whose key it has, and how often one may still try.

    `key`: the public key as an uncompressed point of P-256 (65 bytes, SEC 1 section 2.3.3
    (recalled)). `tries_left`: of the card's own counter, 0: blocked; None: the card does not say.
    """

    key: bytes
    tries_left: int | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """The card's answer to a challenge: ECDSA over its SHA-256, in DER. See proof.py."""

    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PinWrong:
    """The card did not take the PIN. `tries_left` is its own counter; 0: it takes none any more."""

    tries_left: int


class StaffCardReader(Device, Protocol):
    """Kept by the PC/SC reader and the simulator alike."""

    def card_present(self) -> bool:
        """Whether a card lies there, read or not; exchanged unseen: one False.

        Cheap (at most 1 s). Raises DeviceError with READER_GONE only.
        """
        ...

    def look(self) -> StaffCardFace:
        """What the card that lies there shows. About half a second; sends no PIN.

        Raises DeviceError with CARD_REMOVED, CARD_UNREADABLE, CARD_KIND_UNKNOWN (no staff card) or
        READER_GONE.
        """
        ...

    def prove(self, challenge: bytes, pin: Pin) -> Proof | PinWrong:
        """Let the card check the PIN and sign the challenge; one try of its counter at most.

        Afterwards the card has forgotten the PIN. A PIN of a form that no card takes is PinWrong
        without being sent. Raises what `look` raises.
        """
        ...
