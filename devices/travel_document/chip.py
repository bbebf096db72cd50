"""Opens the chip of a travel document by Basic Access Control and reads its zone (DG1).

Source: ICAO Doc 9303-11 section 4.3 and 9303-10 section 3 (recalled); keys, commands and answers
are checked against the worked example of 9303-11 appendix D (reference/cards.md section 5).
Left out: PACE, so documents that open by it alone are refused; and passive authentication, so a
chip's word is not proven to be the issuer's.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from devices.device import DeviceError
from devices.smart_card.commands import OK, CardAnswer, Transmit, exchange
from devices.smart_card.tlv import fields_of
from devices.travel_document.api import AccessKey
from devices.travel_document.mrz import FILLER, NUMBER_SIZE, check_digit
from devices.travel_document.secure_messaging import SecureChannel
from devices.travel_document.triple_des import (
    BLOCK,
    FOR_CONTENT,
    FOR_MAC,
    KEY_SIZE,
    deciphered,
    derived_key,
    enciphered,
    mac_of,
)
from kiosk.domain.fault import Fault

APPLICATION: Final = bytes.fromhex("A0000002471001")
EF_COM, EF_DG1 = 0x011E, 0x0101
TAG_DG1, TAG_ZONE = 0x61, 0x5F1F
HEAD_SIZE: Final = 4  # enough of a file for its tag and its length
PART_SIZE: Final = 0xA0  # of a file at once; enciphered it still fits a short answer
LARGEST_FILE: Final = 1024  # DG1 has about a hundred bytes
PROOF_SIZE: Final = 2 * BLOCK + KEY_SIZE
LONG_FORM: Final = 0x80


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a terminal makes up for one session: 8 and 16 random bytes."""

    challenge: bytes
    key: bytes


def zone_of(transmit: Transmit, key: AccessKey, random: Callable[[int], bytes]) -> str:
    """The zone inside the chip, 88 or 90 letters; about ten commands.

    `random`: gives so many bytes nobody can foretell. Raises DeviceError with CARD_KIND_UNKNOWN (no
    such application) or CARD_UNREADABLE, and what `transmit` raises.
    """
    select = bytes.fromhex("00A4040C") + bytes([len(APPLICATION)]) + APPLICATION
    if exchange(transmit, select).status != OK:
        raise DeviceError(Fault.CARD_KIND_UNKNOWN, "no travel document application")
    channel = opened(transmit, key, Secrets(random(BLOCK), random(KEY_SIZE)))
    zone = fields_of(fields_of(file_of(channel, EF_DG1)).get(TAG_DG1, b"")).get(TAG_ZONE, b"")
    try:
        return zone.decode("ascii")
    except UnicodeDecodeError as error:
        raise DeviceError(Fault.CARD_UNREADABLE, "a zone of other letters") from error


def seed_of(key: AccessKey) -> bytes:
    """16 bytes from number, birth and expiry with their check digits (appendix D.2).

    Raises DeviceError with CARD_UNREADABLE for letters that no zone has.
    """
    number = key.number.ljust(NUMBER_SIZE, FILLER)
    try:
        words = "".join(part + check_digit(part) for part in (number, key.birth, key.valid_until))
    except ValueError as error:
        raise DeviceError(Fault.CARD_UNREADABLE, "letters that no zone has") from error
    return hashlib.sha1(words.encode(), usedforsecurity=False).digest()[:KEY_SIZE]


def opened(transmit: Transmit, key: AccessKey, own: Secrets) -> SecureChannel:
    """Both sides prove that they know the zone; then a session with keys of its own.

    The application must be selected. Raises DeviceError with CARD_UNREADABLE when the chip does not
    take the key, or does not know it itself.
    """
    seed = seed_of(key)
    content_key, mac_key = derived_key(seed, FOR_CONTENT), derived_key(seed, FOR_MAC)
    challenge = exchange(transmit, bytes.fromhex("0084000008"))
    if challenge.status != OK or len(challenge.content) != BLOCK:
        raise DeviceError(Fault.CARD_UNREADABLE, f"no challenge: {challenge.status:04X}")
    hidden = enciphered(content_key, own.challenge + challenge.content + own.key)
    proof = hidden + mac_of(mac_key, hidden)
    size = bytes([len(proof)])
    answer = exchange(transmit, bytes.fromhex("00820000") + size + proof + size)
    if answer.status != OK:
        raise DeviceError(Fault.CARD_UNREADABLE, f"key not taken: {answer.status:04X}")
    hidden, mac = answer.content[:PROOF_SIZE], answer.content[PROOF_SIZE:]
    if len(hidden) != PROOF_SIZE or not compare_digest(mac_of(mac_key, hidden), mac):
        raise DeviceError(Fault.CARD_UNREADABLE, "the chip does not know the key")
    plain = deciphered(content_key, hidden)
    if not compare_digest(plain[: 2 * BLOCK], challenge.content + own.challenge):
        raise DeviceError(Fault.CARD_UNREADABLE, "the chip answers another challenge")
    seed = bytes(mine ^ its for mine, its in zip(own.key, plain[2 * BLOCK :], strict=True))
    counter = challenge.content[BLOCK // 2 :] + own.challenge[BLOCK // 2 :]
    return SecureChannel(
        transmit,
        derived_key(seed, FOR_CONTENT),
        derived_key(seed, FOR_MAC),
        int.from_bytes(counter),
    )


def file_of(channel: SecureChannel, number: int) -> bytes:
    """A whole elementary file. Raises DeviceError with CARD_UNREADABLE."""
    _need_ok(channel.exchange(bytes.fromhex("00A4020C"), number.to_bytes(2)), number)
    found = _part(channel, number, 0, HEAD_SIZE)
    size = _size_of(found)
    if size > LARGEST_FILE:
        raise DeviceError(Fault.CARD_UNREADABLE, f"file {number:04X} of {size} bytes")
    while len(found) < size:
        found += _part(channel, number, len(found), min(PART_SIZE, size - len(found)))
    return found[:size]


def _part(channel: SecureChannel, number: int, at: int, size: int) -> bytes:
    answer = channel.exchange(bytes.fromhex("00B0") + at.to_bytes(2), expected=size)
    _need_ok(answer, number)
    if not answer.content:
        raise DeviceError(Fault.CARD_UNREADABLE, f"file {number:04X} ends too early")
    return answer.content


def _size_of(head: bytes) -> int:
    """Of the file with that head: a tag of one byte, then a length of one to three."""
    if len(head) < HEAD_SIZE:
        raise DeviceError(Fault.CARD_UNREADABLE, "a file without a head")
    count = head[1] - LONG_FORM
    if count <= 0:
        return 2 + head[1]
    return 2 + count + int.from_bytes(head[2 : 2 + count])


def _need_ok(answer: CardAnswer, number: int) -> None:
    if answer.status != OK:
        raise DeviceError(Fault.CARD_UNREADABLE, f"file {number:04X}: {answer.status:04X}")
