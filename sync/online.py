"""What terminal and gateway say only while both are there: paying, and going on elsewhere. No I/O.

A hand-over 线上线下接续 is a form that was begun on a telephone or a terminal. Its key is in the QR
code alone: the gateway keeps bytes that it cannot read, for half an hour, for one taker.
"""

import base64
import secrets
from typing import Annotated, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Meta

from sync import wire

HANDOVER_LIMIT: Final = 64 * 1024  # bytes of one, sealed; a form has 3 to 5 KB
HANDOVER_ID: Final = r"[0-9a-f]{32}"
_PREFIX: Final = "DSH1/"  # what stands before id and key in the QR code
_KEY_BITS: Final = 256
_NONCE: Final = 12  # bytes, as NIST SP 800-38D has it for GCM (recalled)
_ID_BYTES: Final = 16
Fen = Annotated[int, Meta(ge=1, le=10_000_000)]  # of a yuan; at most 100,000 yuan


class PaymentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be paid for a case. `code` is what the QR code holds; `state` is text."""

    version: int = wire.VERSION
    order_id: str
    case_id: str
    subject: wire.Word
    amount: Fen
    code: Annotated[str, Meta(max_length=1000)]
    state: str  # open, paid
    expires_at: wire.Moment
    paid_at: wire.Moment | None = None


class HandedOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form that was begun elsewhere. Nothing in it is believed: the form checks it anew."""

    version: int = wire.VERSION
    item_code: wire.Word
    answers: dict[Annotated[str, Meta(max_length=64)], Annotated[str, Meta(max_length=4000)]]

    def __repr__(self) -> str:
        return f"HandedOver(item_code={self.item_code!r})"


class NotAHandover(ValueError):
    """The code or the bytes are something else. Its text never quotes them."""


def sealed(form: HandedOver) -> tuple[str, str, bytes]:
    """(id, code, bytes): what the gateway keeps under that id, and the QR code that opens it."""
    key, nonce = AESGCM.generate_key(_KEY_BITS), secrets.token_bytes(_NONCE)
    handover_id = secrets.token_hex(_ID_BYTES)
    content = nonce + AESGCM(key).encrypt(nonce, wire.canonical(form), handover_id.encode())
    shown = base64.urlsafe_b64encode(key).decode().rstrip("=")
    return handover_id, f"{_PREFIX}{handover_id}/{shown}", content


def handover_in(code: str) -> str | None:
    """The id in a scanned code, None when the code is something else."""
    return None if (parts := _parts(code)) is None else parts[0]


def opened(code: str, content: bytes) -> HandedOver:
    """What was handed over. Raises NotAHandover when key and bytes do not belong together."""
    parts = _parts(code)
    if parts is None or len(content) <= _NONCE:
        raise NotAHandover("not a hand-over")
    handover_id, key = parts
    try:
        plain = AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], handover_id.encode())
        return wire.decoded(plain, HandedOver)
    except (InvalidTag, wire.Unreadable):
        raise NotAHandover("not what the code opens") from None


def _parts(code: str) -> tuple[str, bytes] | None:
    if not code.startswith(_PREFIX) or not code.isascii():
        return None
    handover_id, _, shown = code[len(_PREFIX) :].partition("/")
    try:
        key = base64.b64decode(shown + "=", altchars=b"-_", validate=True)
    except ValueError:
        return None
    fits = len(handover_id) == 2 * _ID_BYTES and set(handover_id) <= set("0123456789abcdef")
    return (handover_id, key) if fits and len(key) * 8 == _KEY_BITS else None
