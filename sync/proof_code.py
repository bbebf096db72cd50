"""What the QR codes of slips and of proofs say, signed, so that they are checked without a network.

A code is LEAD NUMBER "." LETTERS. LEAD: what a terminal scans for (`DS1/` on slips, `DZ1/` on
proofs). NUMBER: of the slip or proof, in plain sight. LETTERS: base 32 (RFC 4648) without padding
of a MessagePack array, so that all of it fits the alphanumeric mode of a QR code. A verifier needs
one key, the gateway's (Ed25519): it signs proofs itself, and it vouches for the key of each
terminal, which signs slips. Decision 0031.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from sync.gateway_key import GatewayKey, NotOurGateway

SLIP: Final = b"doorstep slip 1\n"
PROOF: Final = b"doorstep proof 1\n"
TERMINAL_KEY: Final = b"doorstep terminal key 1\n"
PROOF_LEAD: Final = "DZ1/"
MARK: Final = "."  # between number and letters; in no number
ADDRESS_END: Final = "#"  # between the address of the page that checks and the code
SECRET_SIZE: Final = 32  # bytes of an Ed25519 key, secret or public (RFC 8032, recalled)
# With these a slip's code stays within version 13 (reference/printing.md section 4.4).
MOST_ITEM: Final = 16  # characters
MOST_PERSON: Final = 6
OFFICIAL_END: Final = 12  # characters: yyyymmdd and the serial, which the slip has in full

_Key = Annotated[bytes, Meta(min_length=SECRET_SIZE, max_length=SECRET_SIZE)]
_Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
_Minutes = Annotated[int, Meta(ge=0, lt=1 << 32)]


class Said(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is signed besides the number. Short: it must fit a slip."""

    minutes: _Minutes  # since 1970, UTC
    item: str  # what it is about, in words
    person: str  # masked as on the slip, "" where no card was read
    pages: Annotated[int, Meta(ge=0, le=9999)] = 0  # that were handed in
    official_end: str = ""  # of the 办件编号: day and serial; "" before there is one

    def __repr__(self) -> str:
        return "Said()"


class Vouched(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A terminal's key with the gateway's word for it."""

    terminal_id: Annotated[str, Meta(min_length=1, max_length=64)]
    key: _Key
    signature: _Signature


class _Code(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    said: bytes
    signature: _Signature
    vouched: Vouched | None = None  # None: the gateway itself signed


@unique
class CodeRefusal(StrEnum):
    """Why a code proves nothing; the value is the key of its words."""

    NOT_OURS = "not_ours"  # another code, or a slip without a proof
    CHANGED = "changed"
    UNKNOWN_TERMINAL = "unknown_terminal"  # the gateway does not vouch for its key
    REVOKED = "revoked"


class CodeRefused(Exception):
    """The code proves nothing."""

    def __init__(self, reason: CodeRefusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CheckedCode:
    """What was signed, and by whom. `terminal_id`: "" when the office's gateway signed."""

    number: str
    at: datetime
    item: str
    person: str = field(repr=False)
    pages: int
    official_end: str
    terminal_id: str


class SlipSigner:
    """A terminal's key with the gateway's word for it. About 0.1 ms a slip; any thread."""

    def __init__(self, secret: bytes, vouched: Vouched) -> None:
        """Raises ValueError when the word is about another key."""
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        if self._key.public_key().public_bytes_raw() != vouched.key:
            raise ValueError("the gateway vouched for another key")
        self._vouched = vouched

    def code(self, lead: str, number: str, said: Said) -> str:
        """What the slip's QR code holds."""
        words = msgspec.msgpack.encode(said)
        signature = self._key.sign(_signed(SLIP, number, words))
        return _written(lead, number, _Code(words, signature, self._vouched))


def said_of(at: datetime, *, item: str, person: str, pages: int = 0, official: str = "") -> Said:
    """Cut to what fits. `person` is masked already."""
    return Said(
        minutes=int(at.astimezone(UTC).timestamp() // 60),
        item=item if len(item) <= MOST_ITEM else item[: MOST_ITEM - 1] + "…",
        person=person[:MOST_PERSON],
        pages=pages,
        official_end=official[-OFFICIAL_END:],
    )


def vouched_bytes(terminal_id: str, key: bytes) -> bytes:
    """What the gateway signs, after TERMINAL_KEY, to vouch for a terminal's key."""
    return terminal_id.encode() + b"\n" + key


def proof_code(number: str, said: Said, sign: Callable[[bytes, bytes], bytes]) -> str:
    """What the QR code of an issued proof holds. `sign`: the gateway's, of kind and content."""
    words = msgspec.msgpack.encode(said)
    signature = sign(PROOF, _signed(b"", number, words))
    return _written(PROOF_LEAD, number, _Code(words, signature))


def number_in(code: str, lead: str) -> str | None:
    """The number in plain sight, whether or not a proof follows; None for another code."""
    return code[len(lead) :].partition(MARK)[0] if code.startswith(lead) else None


def lead_of(text: str) -> str:
    """What stands before the number, whoever's it is; "" where nothing does. It is not signed."""
    given = code_in(text).partition(MARK)[0]
    return given[: given.rfind("/") + 1]


def code_in(text: str) -> str:
    """The code in an address by which telephones open the page that checks it; else the text."""
    return text.strip().rpartition(ADDRESS_END)[2]


def check_code(
    text: str, *, lead: str, gateway: GatewayKey, revoked: Collection[str] = ()
) -> CheckedCode:
    """What the code proves. Raises CodeRefused and nothing else.

    `lead`: of the slips of these terminals. `revoked`: SHA-256 in hex of terminals' keys. No
    network; 0.3 ms.
    """
    given, code = _read(code_in(text), lead)
    number = given.partition(MARK)[0]
    if code.vouched is None:
        _check(gateway, PROOF, _signed(b"", number, code.said), code.signature)
        terminal_id = ""
    else:
        _check_slip(number, code, code.vouched, gateway, revoked)
        terminal_id = code.vouched.terminal_id
    try:
        said = msgspec.msgpack.decode(code.said, type=Said)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise CodeRefused(CodeRefusal.CHANGED) from None
    return CheckedCode(
        number=number,
        at=datetime.fromtimestamp(said.minutes * 60, UTC),
        item=said.item,
        person=said.person,
        pages=said.pages,
        official_end=said.official_end,
        terminal_id=terminal_id,
    )


def _check_slip(
    number: str, code: _Code, vouched: Vouched, gateway: GatewayKey, revoked: Collection[str]
) -> None:
    word = vouched_bytes(vouched.terminal_id, vouched.key)
    try:
        gateway.check(TERMINAL_KEY, word, vouched.signature)
    except NotOurGateway:
        raise CodeRefused(CodeRefusal.UNKNOWN_TERMINAL) from None
    try:
        Ed25519PublicKey.from_public_bytes(vouched.key).verify(
            code.signature, _signed(SLIP, number, code.said)
        )
    except (InvalidSignature, ValueError):
        raise CodeRefused(CodeRefusal.CHANGED) from None
    if hashlib.sha256(vouched.key).hexdigest() in revoked:
        raise CodeRefused(CodeRefusal.REVOKED)


def _check(gateway: GatewayKey, kind: bytes, content: bytes, signature: bytes) -> None:
    try:
        gateway.check(kind, content, signature)
    except NotOurGateway:
        raise CodeRefused(CodeRefusal.CHANGED) from None


def _signed(kind: bytes, number: str, words: bytes) -> bytes:
    return kind + number.encode() + b"\n" + words


def _written(lead: str, number: str, code: _Code) -> str:
    letters = base64.b32encode(msgspec.msgpack.encode(code)).decode("ascii").rstrip("=")
    return f"{lead}{number}{MARK}{letters}"


def _read(text: str, lead: str) -> tuple[str, _Code]:
    """Raises CodeRefused. Only the one right spelling of the letters counts."""
    used = next((one for one in (lead, PROOF_LEAD) if one and text.startswith(one)), None)
    given, mark, letters = (text[len(used) :] if used else "").partition(MARK)
    if not used or not mark:
        raise CodeRefused(CodeRefusal.NOT_OURS)
    try:
        packed = base64.b32decode(letters + "=" * (-len(letters) % 8))
        code = msgspec.msgpack.decode(packed, type=_Code)
        if _written("", given, code) != f"{given}{MARK}{letters}":
            raise CodeRefused(CodeRefusal.CHANGED)
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError, RecursionError):
        raise CodeRefused(CodeRefusal.CHANGED) from None
    return given, code
