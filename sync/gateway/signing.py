"""The gateway's own key: makes the signatures that terminals believe."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync import wire
from sync.gateway.not_ours import NotOurs, Why
from sync.gateway_key import ACKNOWLEDGEMENT, catalog_bytes, key_name

SECRET_LENGTH: Final = 32  # bytes, of either kind of key (RFC 8032, RFC 7748, recalled)


class SigningKey:
    """Signs acknowledgements and catalogues. May be used from any thread; about 0.1 ms each."""

    def __init__(self, raw: bytes) -> None:
        """32 secret bytes (RFC 8032, recalled). Raises ValueError for another size."""
        self._key = Ed25519PrivateKey.from_private_bytes(raw)
        self.public = self._key.public_key().public_bytes_raw()
        self._name = key_name(self.public)

    def acknowledgement(self, word: wire.Acknowledgement) -> bytes:
        """The signed receipt as a terminal stores it."""
        return self.signed(ACKNOWLEDGEMENT, wire.canonical(word))

    def signed(self, kind: bytes, body: bytes) -> bytes:
        """A word of that kind in its signed envelope; `kind` is one of sync.gateway_key's."""
        signature = self._key.sign(kind + body)
        return wire.canonical(wire.Signed(body, signature, self._name))

    def signature(self, kind: bytes, content: bytes) -> bytes:
        """64 bytes alone, for what has an envelope of its own."""
        return self._key.sign(kind + content)

    def catalog(self, version: str, content: bytes) -> bytes:
        """64 bytes that name this version and this file."""
        return self._key.sign(catalog_bytes(version, content))


def load_or_make(path: Path) -> SigningKey:
    """The key in that file; made when there is none. Raises OSError, NotOurs."""
    return SigningKey(secret_in(path))


def secret_in(
    path: Path, *, made: Callable[[], bytes] = lambda: secrets.token_bytes(SECRET_LENGTH)
) -> bytes:
    """The 32 secret bytes in that file, mode 0600; made, and on the disk, when there are none.

    Raises OSError; NotOurs when the file holds anything else.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raw = made()
        keep_secret(path, raw)
    if len(raw) != SECRET_LENGTH:
        raise NotOurs(Why.NO_KEY, path.name)
    return raw


def keep_secret(path: Path, content: bytes) -> None:
    """A file of mode 0600 with this content, on the disk when it returns. Raises OSError."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, so that a rename survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
