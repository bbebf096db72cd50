"""Pretends to be a reader for staff cards, with cards that really sign."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devices.simulated_slot import SimulatedSlot
from devices.staff_card.api import Pin, PinWrong, Proof, StaffCardFace

MOST_TRIES = 3


@dataclass(slots=True, eq=False)
class SimulatedStaffCard:
    """A card with a key made for it, a PIN, and a counter of its own."""

    pin: str = field(default="123456", repr=False)
    tries_left: int = MOST_TRIES
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False
    )

    @property
    def key(self) -> bytes:
        """The public key, as StaffCardFace has it."""
        return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def answer(self, challenge: bytes, pin: Pin) -> Proof | PinWrong:
        """What a card does with a PIN."""
        if not self.tries_left:
            return PinWrong(0)
        if pin.digits != self.pin:
            self.tries_left -= 1
            return PinWrong(self.tries_left)
        self.tries_left = MOST_TRIES
        return Proof(self._key.sign(challenge, ec.ECDSA(SHA256())))


class SimulatedStaffCardReader(SimulatedSlot[SimulatedStaffCard]):
    """A `StaffCardReader` whose cards are put in by the program; nothing takes time."""

    @property
    def name(self) -> str:
        return "simulated staff card reader"

    def look(self) -> StaffCardFace:
        with self._lock:
            card = self._lying()
            return StaffCardFace(card.key, card.tries_left)

    def prove(self, challenge: bytes, pin: Pin) -> Proof | PinWrong:
        with self._lock:
            return self._lying().answer(challenge, pin)
