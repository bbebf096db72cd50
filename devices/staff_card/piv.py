"""The commands of a PIV card that sign-in needs: certificate, PIN, challenge.

Source: NIST SP 800-73-4 part 2 (recalled), checked against the CanoKey manual "PIV" and the field
layout that yubikit and OpenFIPS201 use: all three agree on every byte here.
"""

from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devices.device import DeviceError
from devices.smart_card.commands import OK, Transmit, exchange
from devices.smart_card.tlv import field, fields_of
from devices.staff_card.api import Pin, PinWrong, Proof, StaffCardFace
from kiosk.domain.fault import Fault

APPLICATION: Final = bytes.fromhex("A000000308")  # the right part may be left out: part 1, 2.2
CERTIFICATE: Final = bytes.fromhex("5FC105")  # X.509 Certificate for PIV Authentication
AUTHENTICATION_KEY: Final = 0x9A  # its private key signs once the PIN was verified
P256: Final = 0x11
PIN_REFERENCE: Final = 0x80
PIN_SIZE: Final = 8  # bytes, padded with FF
PIN_DIGITS: Final = range(6, 9)
TAG_OBJECT, TAG_CERTIFICATE, TAG_CERTIFICATE_FORM = 0x53, 0x70, 0x71
TAG_TEMPLATE, TAG_CHALLENGE, TAG_RESPONSE = 0x7C, 0x81, 0x82
WRONG_PIN: Final = 0x63C0  # the low four bits: tries that are left
BLOCKED: Final = 0x6983
TRIES: Final = 0x000F


def look_at(transmit: Transmit) -> StaffCardFace:
    """The key and the tries that are left. Raises DeviceError as StaffCardReader.look."""
    _select(transmit)
    request = bytes([0x5C, len(CERTIFICATE)]) + CERTIFICATE
    answer = exchange(transmit, _command(0xCB, 0x3F, 0xFF, request))
    if answer.status != OK:
        raise DeviceError(Fault.CARD_KIND_UNKNOWN, f"no certificate: {answer.status:04X}")
    parts = fields_of(fields_of(answer.content).get(TAG_OBJECT, b""))
    if parts.get(TAG_CERTIFICATE_FORM, b"\0") != b"\0":
        raise DeviceError(Fault.CARD_UNREADABLE, "a compressed certificate")
    return StaffCardFace(key_of(parts.get(TAG_CERTIFICATE, b"")), _tries(transmit))


def prove_with(transmit: Transmit, challenge: bytes, pin: Pin) -> Proof | PinWrong:
    """PIN, then signature. Raises DeviceError as StaffCardReader.prove."""
    _select(transmit)
    digits = pin.digits
    if len(digits) not in PIN_DIGITS or not (digits.isascii() and digits.isdigit()):
        return PinWrong(_tries(transmit) or 0)
    padded = digits.encode().ljust(PIN_SIZE, b"\xff")
    verified = exchange(transmit, _command(0x20, 0x00, PIN_REFERENCE, padded, expects=False))
    if verified.status != OK:
        return PinWrong(_tries_in(verified.status) or 0)
    inner = bytes([TAG_RESPONSE, 0]) + field(TAG_CHALLENGE, sha256(challenge).digest())
    template = field(TAG_TEMPLATE, inner)
    answer = exchange(transmit, _command(0x87, P256, AUTHENTICATION_KEY, template))
    if answer.status != OK:
        raise DeviceError(Fault.CARD_UNREADABLE, f"no signature: {answer.status:04X}")
    signature = fields_of(fields_of(answer.content).get(TAG_TEMPLATE, b"")).get(TAG_RESPONSE, b"")
    return Proof(signature)


def key_of(certificate: bytes) -> bytes:
    """The point of P-256 in a certificate in DER; nobody's signature on it is believed.

    What counts is whether the province named this key. Raises DeviceError with CARD_UNREADABLE.
    """
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, TypeError) as error:
        raise DeviceError(Fault.CARD_UNREADABLE, "a certificate that is none") from error
    except Exception as error:  # an algorithm that the library does not know
        raise DeviceError(Fault.CARD_UNREADABLE, "a key of another kind") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise DeviceError(Fault.CARD_UNREADABLE, "a key that is not of P-256")
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _select(transmit: Transmit) -> None:
    answer = exchange(transmit, _command(0xA4, 0x04, 0x00, APPLICATION))
    if answer.status != OK:
        raise DeviceError(Fault.CARD_KIND_UNKNOWN, "no PIV application")


def _tries(transmit: Transmit) -> int | None:
    """An empty VERIFY asks for the counter and uses no try (part 2, 3.2.1)."""
    answer = exchange(transmit, bytes([0x00, 0x20, 0x00, PIN_REFERENCE]))
    return _tries_in(answer.status)


def _tries_in(status: int) -> int | None:
    if status == BLOCKED:
        return 0
    return status & TRIES if status & ~TRIES == WRONG_PIN else None


def _command(code: int, p1: int, p2: int, content: bytes, *, expects: bool = True) -> bytes:
    head = bytes([0x00, code, p1, p2, len(content)])
    return head + content + (b"\0" if expects else b"")
