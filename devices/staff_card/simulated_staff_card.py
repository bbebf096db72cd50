"""Pretends to be a reader for staff cards, with cards that really sign."""

from dataclasses import dataclass, field
from threading import Lock

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devices.device import DeviceError, DeviceState, DeviceStatus
from devices.staff_card.api import Pin, PinWrong, Proof, StaffCardFace
from kiosk.domain.fault import Fault

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


class SimulatedStaffCardReader:
    """A `StaffCardReader` whose cards are put in by the program; nothing takes time.

    `put_in`, `take_out`, `unplug` and `plug_in` may be called from any thread.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._card: SimulatedStaffCard | None = None
        self._exchanged = False  # since the last question
        self._plugged_in = True
        self._opened = False

    def put_in(self, card: SimulatedStaffCard) -> None:
        """In place of any other."""
        with self._lock:
            self._exchanged = self._exchanged or self._card is not None
            self._card = card

    def take_out(self) -> None:
        """If one is in."""
        with self._lock:
            self._exchanged = self._exchanged or self._card is not None
            self._card = None

    def unplug(self) -> None:
        """Pull the reader's cable; it must be opened again after `plug_in`."""
        with self._lock:
            self._plugged_in = self._opened = False

    def plug_in(self) -> None:
        """Put the cable back."""
        with self._lock:
            self._plugged_in = True

    @property
    def name(self) -> str:
        return "simulated staff card reader"

    def open(self) -> None:
        with self._lock:
            if not self._plugged_in:
                raise DeviceError(Fault.READER_GONE, "unplugged")
            self._opened = True

    def close(self) -> None:
        with self._lock:
            self._opened = False

    def status(self) -> DeviceStatus:
        with self._lock:
            if not self._opened:
                return DeviceStatus(DeviceState.GONE, Fault.READER_GONE)
            return DeviceStatus(DeviceState.READY)

    def card_present(self) -> bool:
        with self._lock:
            self._need_opened()
            exchanged, self._exchanged = self._exchanged, False
            return self._card is not None and not exchanged

    def look(self) -> StaffCardFace:
        with self._lock:
            card = self._lying()
            return StaffCardFace(card.key, card.tries_left)

    def prove(self, challenge: bytes, pin: Pin) -> Proof | PinWrong:
        with self._lock:
            return self._lying().answer(challenge, pin)

    def _lying(self) -> SimulatedStaffCard:
        self._need_opened()
        if self._card is None:
            raise DeviceError(Fault.CARD_REMOVED)
        return self._card

    def _need_opened(self) -> None:
        if not self._opened:
            raise DeviceError(Fault.READER_GONE, "not open or unplugged")
