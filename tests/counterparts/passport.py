"""A travel document's chip made of software, written from reference/cards.md section 5.

Kept apart from devices/travel_document: its cryptography is another library's, and it parses by
itself what the driver writes.
"""

import os
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any

from Cryptodome.Cipher import DES, DES3

OK = b"\x90\x00"
REFUSED = b"\x69\x82"
APPLICATION = bytes.fromhex("A0000002471001")
ATR = bytes.fromhex("3B8D8001") + bytes.fromhex("00815431008660110816000001")
COMMON = bytes.fromhex("60145F0104303130375F36063034303030305C0161")


@dataclass(slots=True)
class VirtualPassport:
    """Answers command APDUs like a chip with BAC, EF.COM and DG1; wrong ones end the session.

    `challenge` and `own_key`: what it makes up, given for the worked example. `forged`: it does not
    know the key and makes its proofs up. `spoilt`: the number of the protected answer in which one
    bit is changed on its way. `without_bac`: opens by PACE only.
    """

    zone: str
    number: str
    birth: str
    valid_until: str
    forged: bool = False
    spoilt: int = 0
    without_bac: bool = False
    common: bytes = COMMON
    challenge: bytes = b""
    own_key: bytes = b""
    tries: int = 0
    _selected: bool = False
    _given: bytes = b""
    _keys: tuple[bytes, bytes] | None = field(default=None, repr=False)
    _counter: int = 0
    _file: bytes = field(default=b"", repr=False)
    _protected: int = 0

    @property
    def atr(self) -> bytes:
        """What the card says when it gets power."""
        check = 0
        for byte in ATR[1:]:
            check ^= byte
        return ATR + bytes([check])

    def power_cycle(self) -> None:
        """Off and on: no application, no session."""
        self._selected, self._given, self._keys = False, b"", None

    def answer(self, command: bytes) -> bytes:
        """The answer to one command APDU, with its status word."""
        head, body = command[:4], command[5 : 5 + command[4]] if len(command) > 5 else b""
        if head.hex() == "00a4040c":
            self.power_cycle()
            self._selected = body == APPLICATION
            return OK if self._selected else b"\x6a\x82"
        if not self._selected:
            return b"\x69\x85"
        if head[0] == 0x0C:
            return self._under_session(head, body)
        self._keys = None  # an open command ends the session
        match head[1]:
            case 0x84 if not self.without_bac:
                self._given = self.challenge or os.urandom(8)
                return self._given + OK
            case 0x82 if self._given and len(body) == 40:
                return self._authenticated(body)
            case _:
                return REFUSED

    def _authenticated(self, body: bytes) -> bytes:
        self.tries += 1
        parts = (self.number.ljust(9, "<"), self.birth, self.valid_until)
        known = "".join(part + _digit(part) for part in parts)
        seed = (
            b"forged" if self.forged else sha1(known.encode(), usedforsecurity=False).digest()[:16]
        )
        content_key, mac_key = _key(seed, 1), _key(seed, 2)
        given, self._given = self._given, b""
        if not self.forged and _mac(mac_key, body[:32]) != body[32:]:
            return b"\x63\x00"
        plain = _cipher(content_key).decrypt(body[:32])
        if not self.forged and plain[8:16] != given:
            return b"\x63\x00"
        own = self.own_key or os.urandom(16)
        hidden: bytes = _cipher(content_key).encrypt(given + plain[:8] + own)
        shared = bytes(a ^ b for a, b in zip(plain[16:], own, strict=True))
        self._keys = _key(shared, 1), _key(shared, 2)
        self._counter = int.from_bytes(given[4:] + plain[4:8])
        return hidden + _mac(mac_key, hidden) + OK

    def _under_session(self, head: bytes, body: bytes) -> bytes:
        if self._keys is None:
            return REFUSED
        self._counter += 1
        covered, mac = body[:-10], body[-8:]
        if body[-10:-8] != b"\x8e\x08" or self._mac(_pad(head) + covered) != mac:
            self._keys = None
            return b"\x69\x88"
        content, expected = self._fields(covered)
        found, status = self._obey(head, content, expected)
        out = b""
        if found:
            hidden = _cipher(self._keys[0]).encrypt(_pad(found))
            length = len(hidden) + 1
            size = bytes([length]) if length < 0x80 else bytes([0x81, length])
            out += b"\x87" + size + b"\x01" + hidden
        out += b"\x99\x02" + status
        self._counter += 1
        out += b"\x8e\x08" + self._mac(out)
        self._protected += 1
        if self._protected == self.spoilt:
            out = bytes([*out[:3], out[3] ^ 1, *out[4:]])
        return out + status

    def _fields(self, covered: bytes) -> tuple[bytes, int]:
        assert self._keys is not None
        content, expected, at = b"", 0, 0
        while at < len(covered):
            tag, size = covered[at], covered[at + 1]
            value = covered[at + 2 : at + 2 + size]
            if tag == 0x87:
                plain = _cipher(self._keys[0]).decrypt(value[1:])
                content = plain[: plain.rindex(b"\x80")]
            elif tag == 0x97:
                expected = value[0] or 256
            at += 2 + size
        return content, expected

    def _obey(self, head: bytes, content: bytes, expected: int) -> tuple[bytes, bytes]:
        if head[1:] == b"\xa4\x02\x0c":
            zone = self.zone.encode()
            inner = b"\x5f\x1f" + bytes([len(zone)]) + zone
            files = {b"\x01\x1e": self.common, b"\x01\x01": b"\x61" + bytes([len(inner)]) + inner}
            if content not in files:
                return b"", b"\x6a\x82"
            self._file = files[content]
            return b"", OK
        if head[1] == 0xB0 and self._file:
            start = int.from_bytes(head[2:])
            return self._file[start : start + expected], OK
        return b"", b"\x6d\x00"

    def _mac(self, message: bytes) -> bytes:
        assert self._keys is not None
        return _mac(self._keys[1], self._counter.to_bytes(8) + message)


def _key(seed: bytes, use: int) -> bytes:
    return sha1(seed + use.to_bytes(4), usedforsecurity=False).digest()[
        :16
    ]  # DES looks at no parity


def _cipher(key: bytes) -> Any:
    return DES3.new(DES3.adjust_key_parity(key + key[:8]), DES3.MODE_CBC, bytes(8))


def _pad(message: bytes) -> bytes:
    return message + b"\x80" + bytes(-(len(message) + 1) % 8)


def _mac(key: bytes, message: bytes) -> bytes:
    """ISO 9797-1 algorithm 3, step by step with single DES."""
    first, second = (DES.new(half, DES.MODE_ECB) for half in (key[:8], key[8:]))  # noqa: S304
    chained = DES.new(key[:8], DES.MODE_CBC, bytes(8))  # noqa: S304
    last: bytes = first.encrypt(second.decrypt(chained.encrypt(_pad(message))[-8:]))
    return last


def _digit(text: str) -> str:
    values = (0 if letter == "<" else int(letter, 36) for letter in text)
    return str(sum(value * (7, 3, 1)[at % 3] for at, value in enumerate(values)) % 10)
