"""How a case carried by hand looks on the stick: names, limits and the words inside. No I/O.

A bundle is: magic | u32 length and JSON of the cover | sealed content key | sealed pieces | SHA-256
of all before. Inside the seal: u32 length and JSON of the letter (the case's text, as on the wire)
and then the bytes of every page in the letter's order. docs/decisions/0005-cases-by-hand.md.
"""

import hashlib
import hmac
import re
import struct
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from sync import wire

VERSION: Final = 1
MAGIC: Final = b"DOORSTEP CASE 1\n"
LENGTH: Final = struct.Struct(">I")
PIECE: Final = 64 * 1024  # plain bytes of one sealed piece
TAG: Final = 16  # bytes that Poly1305 adds (RFC 8439, recalled)
SEALED_KEY: Final = 32 + 32 + TAG  # HPKE with X25519 (RFC 9180, recalled): enc, key, tag
DIGEST: Final = 32
COVER_LIMIT: Final = 1024
# The text as base64 in JSON, with names around it.
LETTER_LIMIT: Final = wire.TEXT_LIMIT * 4 // 3 + 4096
# 60 pages of 8 MB and a signature, which is what the gateway takes, with the seals.
BUNDLE_LIMIT: Final = 512 * 1024 * 1024
ANSWER_LIMIT: Final = 64 * 1024
MANIFEST_LIMIT: Final = 8 * 1024 * 1024
# RFC 9562 section 5.7 (recalled). Nothing else ever becomes part of a path.
CASE_ID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII
)
BUNDLE_SUFFIX: Final = ".sealed"
ANSWER_SUFFIX: Final = ".answer"


class Cover(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What anybody may read of a bundle."""

    version: int = VERSION
    case_id: Annotated[str, Meta(max_length=36)]
    sealed_to: Annotated[str, Meta(pattern=r"\A[0-9a-f]{16}\Z")]  # key_name of the gateway's key


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the gateway finds first under the seal."""

    terminal_id: wire.Word
    proof: bytes  # by the terminal's token, over `vouched_bytes`
    text: bytes  # canonical bytes of a CaseText

    def __repr__(self) -> str:
        return f"Letter(terminal_id={self.terminal_id!r})"  # the rest is personal


class ManifestEntry(msgspec.Struct, frozen=True):
    """One bundle by name, as it was when it was whole."""

    case_id: Annotated[str, Meta(max_length=36)]
    sha256: wire.Hash
    size: Annotated[int, Meta(ge=1, le=BUNDLE_LIMIT)]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The packing list of one terminal: against accidents, not against malice."""

    version: int = VERSION
    terminal_id: wire.Word
    bundles: tuple[ManifestEntry, ...]


class Taken(msgspec.Struct, frozen=True, tag="received"):
    """The same acknowledgement as over the wire."""

    acknowledgement: bytes


class NotTaken(msgspec.Struct, frozen=True, tag="refused"):
    """The case is not taken as it is."""

    reasons: tuple[str, ...]


class NotAdmitted(msgspec.Struct, frozen=True, tag="not-admitted"):
    """The terminal's token does not hold: with a new one the case must be written anew."""

    why: str


class StickAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the gateway says about one bundle; on the stick always in a wire.Signed."""

    version: int = VERSION
    case_id: str
    terminal_id: str
    bundle: wire.Hash
    outcome: Taken | NotTaken | NotAdmitted


def bundle_name(case_id: str) -> str:
    """The file name of a case. Raises ValueError for what is no case id."""
    return checked_case_id(case_id) + BUNDLE_SUFFIX


def answer_name(case_id: str) -> str:
    """The file name of the answer. Raises ValueError for what is no case id."""
    return checked_case_id(case_id) + ANSWER_SUFFIX


def manifest_name(terminal_id: str) -> str:
    """The file name of a terminal's packing list, whatever characters its name has."""
    return f"list-{hashlib.sha256(terminal_id.encode()).hexdigest()[:16]}.json"


def checked_case_id(case_id: str) -> str:
    """The id itself. Raises ValueError, without quoting it, for what is none."""
    if not CASE_ID.fullmatch(case_id):
        raise ValueError("not a case id")
    return case_id


def vouched_bytes(cover: bytes, text: bytes) -> bytes:
    """What the terminal vouches for: this bundle's cover and this text, which names its pages."""
    return b"doorstep stick case 1\n" + wire.hash_of(cover).encode() + wire.hash_of(text).encode()


def proof_of(token_hash: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104, recalled) by the hash of the token, which the gateway keeps."""
    return hmac.digest(token_hash, message, "sha256")


def sealed_size(plain: int, cover: int) -> int:
    """Bytes of the whole bundle for so many plain bytes under that length of cover."""
    pieces = max(1, -(-plain // PIECE))
    return len(MAGIC) + LENGTH.size + cover + SEALED_KEY + plain + pieces * TAG + DIGEST
