"""A PIV card made of software, written from NIST SP 800-73-4 (recalled) and its test vectors.

Kept apart from devices/staff_card/piv.py: it parses by itself what the driver writes.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

OK = b"\x90\x00"
ATR = bytes.fromhex("3B8D8001") + bytes.fromhex("00815431008660110816000001")


def new_key() -> bytes:
    """A private key of P-256 in DER, to be given to a card."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_point(key: bytes) -> bytes:
    """Its public key as an uncompressed point."""
    return (
        _private(key)
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )


def certificate_for(key: bytes) -> bytes:
    """A certificate of its own for that key, in DER; long enough to need GET RESPONSE."""
    private = _private(key)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "测试代办员 staff card")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3650))
        .sign(private, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


@dataclass(slots=True)
class VirtualPivCard:
    """Answers command APDUs like a PIV card in the T=1 way; `tries`: of the PIN, at most."""

    key: bytes = field(repr=False)
    pin: str = field(default="123456", repr=False)
    tries: int = 3
    left: int = 3
    compressed: bool = False  # the certificate claims to be
    _selected: bool = False
    _verified: bool = False
    _pending: bytes = field(default=b"", repr=False)

    @property
    def atr(self) -> bytes:
        """What the card says when it gets power."""
        check = 0
        for byte in ATR[1:]:
            check ^= byte
        return ATR + bytes([check])

    def power_cycle(self) -> None:
        """Off and on: no application, no PIN."""
        self._selected = self._verified = False
        self._pending = b""

    def answer(self, command: bytes) -> bytes:
        """The answer to one command APDU, with its status word."""
        instruction, p1, p2 = command[1:4]
        size = command[4] if len(command) > 4 else 0
        body = command[5 : 5 + size] if len(command) > 5 else b""
        if instruction == 0xA4:
            self._selected = p1 == 4 and body[:5] == bytes.fromhex("A000000308")
            self._verified = False
            return OK if self._selected else b"\x6a\x82"
        if instruction == 0xC0:
            return self._part()
        if not self._selected:
            return b"\x69\x85"
        match instruction:
            case 0xCB if (p1, p2, body) == (0x3F, 0xFF, bytes.fromhex("5C035FC105")):
                self._pending = self._certificate()
                return self._part()
            case 0x20 if p2 == 0x80:
                return self._verify(body)
            case 0x87 if (p1, p2) == (0x11, 0x9A):
                return self._sign(body)
            case _:
                return b"\x6d\x00"

    def _part(self) -> bytes:
        out, self._pending = self._pending[:256], self._pending[256:]
        if not out:
            return b"\x69\x85"
        left = len(self._pending)
        return out + (bytes([0x61, min(left, 255)]) if left else OK)

    def _certificate(self) -> bytes:
        certificate = certificate_for(self.key)
        form = b"\x01" if self.compressed else b"\x00"
        inner = _long(0x70, certificate) + b"\x71\x01" + form + b"\xfe\x00"
        return _long(0x53, inner)

    def _verify(self, body: bytes) -> bytes:
        if not self.left:
            return b"\x69\x83"
        if not body:
            return OK if self._verified else bytes([0x63, 0xC0 | self.left])
        if body != self.pin.encode().ljust(8, b"\xff"):
            self.left -= 1
            self._verified = False
            return bytes([0x63, 0xC0 | self.left]) if self.left else b"\x69\x83"
        self.left = self.tries
        self._verified = True
        return OK

    def _sign(self, body: bytes) -> bytes:
        if not self._verified:
            return b"\x69\x82"
        if body[:6] != bytes.fromhex("7C2482008120") or len(body) != 38:
            return b"\x6a\x80"
        algorithm = ec.ECDSA(Prehashed(hashes.SHA256()))
        signature = _private(self.key).sign(body[6:], algorithm)
        inner = bytes([0x82, len(signature)]) + signature
        return bytes([0x7C, len(inner)]) + inner + OK


def _long(tag: int, value: bytes) -> bytes:
    return bytes([tag, 0x82]) + len(value).to_bytes(2) + value


def _private(key: bytes) -> ec.EllipticCurvePrivateKey:
    loaded = serialization.load_der_private_key(key, None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return loaded
