"""What an office keeps beside an issued paper: its SM3 digest and its own SM2 signature over it.

Readers of PDF cannot check SM2, so the file itself carries a signature that they can, and the
national one stands beside it. No person is named in it.
"""

from collections.abc import Collection
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from sync.sm2 import Sm2PrivateKey, Sm2PublicKey, WrongSm2Key, sm3
from sync.wire import hash_of
from sync.wire_words import Hash, Moment, Word

VERSION: Final = 1


class PaperRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`signature`: r and s over the 32 bytes of the digest; `key`: x and y of the signer's."""

    version: int = VERSION
    sha256: Hash
    sm3: Hash
    number: Word
    title: Word
    issued_at: Moment
    key: Annotated[bytes, Meta(min_length=64, max_length=64)]
    signature: Annotated[bytes, Meta(min_length=64, max_length=64)]


def record_of(
    pdf: bytes, key: Sm2PrivateKey, *, number: str, title: str, issued_at: Moment
) -> PaperRecord:
    """The record of a finished paper. Raises Sm2Missing."""
    digest = sm3(pdf)
    return PaperRecord(
        sha256=hash_of(pdf),
        sm3=digest.hex(),
        number=number,
        title=title,
        issued_at=issued_at,
        key=key.public,
        signature=key.sign(digest),
    )


def record_fits(record: PaperRecord, pdf: bytes, keys: Collection[bytes]) -> bool:
    """Whether one of these keys signed for exactly these bytes. Raises Sm2Missing."""
    digest = sm3(pdf)
    if record.key not in keys or (record.sha256, record.sm3) != (hash_of(pdf), digest.hex()):
        return False
    try:
        return Sm2PublicKey(record.key).verify(record.signature, digest)
    except WrongSm2Key:
        return False
