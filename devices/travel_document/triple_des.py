"""Keys, enciphering and checksums of Basic Access Control: compositions of the library's 3DES.

Old as it is, this is what Doc 9303 part 11 prescribes for BAC; nothing else here may use it.
Source: ICAO Doc 9303-11 sections 9.7.1 (key derivation), 9.8.6 (3DES, retail MAC), recalled and
checked against its appendix D.
"""

import hashlib
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

BLOCK: Final = 8
KEY_SIZE: Final = 16  # two keys of DES
ZERO: Final = bytes(BLOCK)
FOR_CONTENT, FOR_MAC = 1, 2  # the counters of the key derivation


def derived_key(seed: bytes, use: int) -> bytes:
    """A two-key 3DES key of 16 bytes with odd parity, for FOR_CONTENT or FOR_MAC."""
    digest = hashlib.sha1(seed + use.to_bytes(4), usedforsecurity=False).digest()
    return bytes(byte ^ ((byte.bit_count() + 1) % 2) for byte in digest[:KEY_SIZE])


def padded(content: bytes) -> bytes:
    """ISO 9797-1 padding method 2: a byte 80, then zeros to whole blocks; at least one byte."""
    content += b"\x80"
    return content + bytes(-len(content) % BLOCK)


def unpadded(content: bytes) -> bytes:
    """Without that padding. Raises ValueError when there is none."""
    bare = content.rstrip(b"\0")
    if not bare.endswith(b"\x80"):
        raise ValueError("no padding")
    return bare[:-1]


def enciphered(key: bytes, content: bytes) -> bytes:
    """3DES in CBC mode from zero; `content`: whole blocks."""
    cipher = _cipher(key + key[:BLOCK]).encryptor()
    return cipher.update(content) + cipher.finalize()


def deciphered(key: bytes, content: bytes) -> bytes:
    """The reverse. Raises ValueError when `content` is not of whole blocks."""
    cipher = _cipher(key + key[:BLOCK]).decryptor()
    return cipher.update(content) + cipher.finalize()


def mac_of(key: bytes, content: bytes) -> bytes:
    """ISO 9797-1 algorithm 3 with DES (retail MAC), 8 bytes; pads `content` by itself.

    That is CBC with the first key, and 3DES instead in the last block.
    """
    blocks = padded(content)
    state = ZERO
    if len(blocks) > BLOCK:
        single = _cipher(key[:BLOCK] * 3).encryptor()  # three equal keys make plain DES
        state = single.update(blocks[:-BLOCK])[-BLOCK:]
    last = _cipher(key + key[:BLOCK], state).encryptor()
    return last.update(blocks[-BLOCK:]) + last.finalize()


def _cipher(key: bytes, begin: bytes = ZERO) -> Cipher[modes.CBC]:
    return Cipher(TripleDES(key), modes.CBC(begin))
