"""Tells whether a word really comes from our gateway: its Ed25519 signatures, checked here.

Ed25519: RFC 8032 (recalled), by `cryptography`. Each kind of signed bytes has its own prefix, so
that a signature over one kind can never pass for another.
"""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync import wire

ACKNOWLEDGEMENT: Final = b"doorstep acknowledgement 1\n"
CATALOG: Final = b"doorstep catalogue 1\n"
CONFIGURATION: Final = b"doorstep configuration 1\n"
STAFF: Final = b"doorstep staff 1\n"
STICK_ANSWER: Final = b"doorstep stick answer 1\n"


class NotOurGateway(Exception):
    """A signature does not fit. Nothing of what it covers may be believed."""


class GatewayKey:
    """The public key of the one gateway that this terminal was enrolled with."""

    def __init__(self, raw: bytes) -> None:
        """32 bytes, as the gateway prints them at enrolment. Raises ValueError for others."""
        self._key = Ed25519PublicKey.from_public_bytes(raw)

    def acknowledgement(self, signed: bytes) -> wire.Acknowledgement:
        """What was signed for. Raises NotOurGateway."""
        try:
            return wire.decoded(self.body_of(ACKNOWLEDGEMENT, signed), wire.Acknowledgement)
        except wire.Unreadable as error:
            raise NotOurGateway(f"acknowledgement unreadable: {error}") from None

    def acknowledgement_of(self, text: wire.CaseText, signed: bytes) -> wire.Acknowledgement:
        """What was signed for, when it is this very case with these pages. Raises NotOurGateway."""
        word = self.acknowledgement(signed)
        pages = tuple(page.sha256 for page in text.every_page())
        # A true word about something else is not an acknowledgement of this.
        if (word.case_id, word.fingerprint, word.pages) != (
            text.case_id,
            wire.fingerprint(text),
            pages,
        ):
            raise NotOurGateway("acknowledgement of another case")
        return word

    def body_of(self, kind: bytes, signed: bytes) -> bytes:
        """The bytes that were signed as that kind of word. Raises NotOurGateway."""
        try:
            envelope = wire.decoded(signed, wire.Signed)
        except wire.Unreadable as error:
            raise NotOurGateway(f"unreadable: {error}") from None
        self._check(kind + envelope.body, envelope.signature)
        return envelope.body

    def check_catalog(self, version: str, content: bytes, signature: bytes) -> None:
        """Raises NotOurGateway when this is not the catalogue of that version."""
        self._check(catalog_bytes(version, content), signature)

    def check(self, kind: bytes, content: bytes, signature: bytes) -> None:
        """Raises NotOurGateway unless the gateway signed these bytes as that kind of word."""
        self._check(kind + content, signature)

    def _check(self, content: bytes, signature: bytes) -> None:
        try:
            self._key.verify(signature, content)
        except InvalidSignature:
            raise NotOurGateway("signature does not fit") from None


def key_name(raw: bytes) -> str:
    """The short name of a public key in an acknowledgement."""
    return hashlib.sha256(raw).hexdigest()[:16]


def catalog_bytes(version: str, content: bytes) -> bytes:
    """What the gateway signs for a catalogue: its version and the SHA-256 of the file."""
    return CATALOG + version.encode() + b"\n" + hashlib.sha256(content).digest()
