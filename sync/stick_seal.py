"""Closes a case so that only the gateway can open it, and opens it there; piece by piece.

The content key is sealed with HPKE (RFC 9180, recalled: X25519, HKDF-SHA256, ChaCha20-Poly1305) by
`cryptography`. The pieces are in the STREAM form (Hoang, Reyhanitabar, Rogaway, Vizar 2015,
recalled): the nonce counts, and its last byte marks the last piece, so that nothing can be left
out, doubled, put in another order or cut off. Each bundle has a content key of its own.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sync import wire
from sync.gateway_key import key_name
from sync.stick_format import (
    BUNDLE_LIMIT,
    COVER_LIMIT,
    DIGEST,
    LENGTH,
    MAGIC,
    PIECE,
    SEALED_KEY,
    TAG,
    Cover,
)

SUITE: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
PURPOSE: Final = b"doorstep stick case 1\n"
_LAST, _MORE = b"\x01", b"\x00"


class Torn(Exception):
    """Not whole: cut off, changed, or no bundle at all. It must be written again."""


class NotForUs(Exception):
    """Whole, but sealed to another gateway's key."""


def cover_bytes(case_id: str, sealing_key: bytes) -> bytes:
    """What stands outside on a bundle of that case for the gateway with that public key."""
    return wire.canonical(Cover(case_id=case_id, sealed_to=key_name(sealing_key)))


def sealed(cover: bytes, sealing_key: bytes, content: Iterable[bytes]) -> Iterator[bytes]:
    """The bundle in pieces of at most 64 KB. `sealing_key`: 32 bytes, public (X25519).

    Needs the largest piece of `content` and 128 KB. Raises ValueError for another key size.
    """
    digest = hashlib.sha256()
    key = ChaCha20Poly1305.generate_key()
    public = X25519PublicKey.from_public_bytes(sealing_key)
    head = MAGIC + LENGTH.pack(len(cover)) + cover
    head += SUITE.encrypt(key, public, PURPOSE + cover)
    digest.update(head)
    yield head
    cipher = ChaCha20Poly1305(key)
    for number, (piece, is_last) in enumerate(_even_pieces(content)):
        closed = cipher.encrypt(_nonce(number, is_last=is_last), piece, None)
        digest.update(closed)
        yield closed
    yield digest.digest()


@dataclass(frozen=True, slots=True)
class Closed:
    """A bundle that is whole, still sealed."""

    cover: Cover
    cover_bytes: bytes
    sha256: str  # of the whole file
    size: int


def examined(file: BinaryIO, size: int) -> Closed:
    """Reads the whole file once, needs no key. Raises Torn, OSError."""
    cover = _cover_of(file, size)
    file.seek(0)
    inner = hashlib.sha256()
    left = size - DIGEST
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise Torn("cut off")
        inner.update(piece)
        left -= len(piece)
    whole = inner.copy()
    ending = file.read(DIGEST)
    if ending != inner.digest() or file.read(1):
        raise Torn("changed or cut off")
    whole.update(ending)
    try:
        read = wire.decoded(cover, Cover)
    except wire.Unreadable:
        raise Torn("cover unreadable") from None
    return Closed(read, cover, whole.hexdigest(), size)


def opened(file: BinaryIO, closed: Closed, secret: X25519PrivateKey) -> Iterator[bytes]:
    """What was sealed, in pieces of at most 64 KB, each only after its seal was checked.

    Raises NotForUs, Torn, OSError. What came before a Torn must not be believed either.
    """
    if closed.cover.sealed_to != key_name(secret.public_key().public_bytes_raw()):
        raise NotForUs(closed.cover.sealed_to)
    file.seek(len(MAGIC) + LENGTH.size + len(closed.cover_bytes))
    left = closed.size - file.tell() - SEALED_KEY - DIGEST
    try:
        key = SUITE.decrypt(file.read(SEALED_KEY), secret, PURPOSE + closed.cover_bytes)
        cipher = ChaCha20Poly1305(key)
        number = 0
        while left > 0:
            piece = file.read(min(PIECE + TAG, left))
            left -= len(piece)
            if not piece:
                raise Torn("cut off")
            yield cipher.decrypt(_nonce(number, is_last=left == 0), piece, None)
            number += 1
    except (InvalidTag, ValueError):  # ValueError: a content key or a piece of another size
        raise Torn("the seal is broken") from None


def _cover_of(file: BinaryIO, size: int) -> bytes:
    if size > BUNDLE_LIMIT:
        raise Torn("too large")
    start = file.read(len(MAGIC) + LENGTH.size)
    if len(start) < len(MAGIC) + LENGTH.size or not start.startswith(MAGIC):
        raise Torn("no bundle")
    (length,) = LENGTH.unpack(start[len(MAGIC) :])
    if length > COVER_LIMIT or size < len(start) + length + SEALED_KEY + TAG + DIGEST:
        raise Torn("cut off")
    return file.read(length)


def _even_pieces(content: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """(PIECE bytes, False) ... and at the end (1 to PIECE bytes, True)."""
    kept = bytearray()
    for part in content:
        view = memoryview(part)
        while view:
            if len(kept) == PIECE:  # only now is it known that more follows
                yield bytes(kept), False
                kept.clear()
            taken = view[: PIECE - len(kept)]
            kept += taken
            view = view[len(taken) :]
    yield bytes(kept), True


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (_LAST if is_last else _MORE)


def letter_bytes(letter: msgspec.Struct) -> bytes:
    """A letter with its length before it."""
    written = wire.canonical(letter)
    return LENGTH.pack(len(written)) + written
