"""A social security card made of software, generations 1 to 3. Written from cards.md section 3."""

from dataclasses import dataclass, field

from kiosk.domain.identity import IdentityCard

SSSE = "sx1.sh.社会保障".encode("gbk")
OK = b"\x90\x00"
HISTORICAL = bytes.fromhex("00815431008660110816000001")
VERSIONS = {1: b"1.00", 2: b"2.00", 3: b"3.00"}


@dataclass(slots=True)
class VirtualSocialCard:
    """Answers command APDUs like a card; `generation` 0 is a card of some other kind.

    `protocol` 0 answers in the T=0 way (61xx, then GET RESPONSE), 1 in the T=1 way. Records asked
    for with a wrong length are refused with 6Cxx when `strict_lengths` is set. `open_third` makes a
    third-generation card that gives its person file without authentication.
    """

    holder: IdentityCard
    generation: int = 2
    protocol: int = 0
    strict_lengths: bool = False
    open_third: bool = False
    answered: int = 0
    _file: int = 0
    _chosen: bool = False
    _pending: bytes = field(default=b"", repr=False)

    @property
    def atr(self) -> bytes:
        """What the card says when it gets power."""
        if self.protocol == 0:
            return bytes.fromhex("3B6D0000") + HISTORICAL
        atr = bytes.fromhex("3B8D8001") + HISTORICAL
        check = 0
        for byte in atr[1:]:
            check ^= byte
        return atr + bytes([check])

    def power_cycle(self) -> None:
        """Power off and on: nothing is chosen any more."""
        self._file, self._chosen, self._pending = 0, False, b""

    def answer(self, command: bytes) -> bytes:
        """The answer to one command APDU, with its status word."""
        self.answered += 1
        instruction, p1, p2 = command[1:4]
        body = command[4:]
        match instruction:
            case 0xA4:
                return self._select(p1, body[1 : 1 + body[0]] if body else b"")
            case 0xC0:
                size = body[0] or 256
                out, self._pending = self._pending[:size], self._pending[size:]
                return out + OK if out else b"\x69\x85"
            case 0xB2:
                return self._record(p1, p2, body[0] if body else 0)
            case _:
                return b"\x6d\x00"

    def _select(self, p1: int, wanted: bytes) -> bytes:
        if p1 == 4:
            if wanted != SSSE or self.generation == 0:
                return b"\x6a\x82"
            self._chosen, self._file = True, 0
            algorithm = b"\x03" if self.generation == 3 else b"\x01"
            inner = b"\x84\x0f" + SSSE + b"\xa5\x06\x9f\x0c\x03\x86\x01" + algorithm
            described = b"\x6f" + bytes([len(inner)]) + inner
            if self.protocol == 1:
                return described + OK
            self._pending = described
            return bytes([0x61, len(described)])
        if not self._chosen or wanted not in (b"\xef\x05", b"\xef\x06"):
            return b"\x6a\x82"
        self._file = wanted[1]
        return OK

    def _record(self, tag: int, mode: int, length: int) -> bytes:
        if not self._file or mode:
            return b"\x69\x86"
        if self._file == 6 and self.generation == 3 and not self.open_third:
            return b"\x69\x82"
        value = (self._card_file() if self._file == 5 else self._person_file()).get(tag)
        if value is None:
            return b"\x6a\x83"
        record = bytes([tag, len(value)]) + value
        if length != len(record) and (length or self.strict_lengths):
            return bytes([0x6C, len(record)])
        return record + OK

    def _card_file(self) -> dict[int, bytes]:
        holder = self.holder
        return {
            0x01: bytes.fromhex("330100D15600000501234567FFFFFFFF"),
            0x02: b"1",
            0x03: VERSIONS[self.generation],
            0x04: bytes.fromhex("110000000001330100FFFFFF"),
            0x05: _day(holder.valid_from),
            0x06: _day(holder.valid_until),
            0x07: holder.card_number.encode().ljust(9, b"\0"),
        }

    def _person_file(self) -> dict[int, bytes]:
        holder = self.holder
        name = holder.name.encode("gb18030")
        items = {
            0x08: holder.number.encode().ljust(18, b"\0"),
            0x09: name[:30].ljust(30, b"\0"),
            0x4E: name[30:50].ljust(20, b"\0"),
            0x0A: holder.sex.value.encode(),
            0x0B: bytes.fromhex(holder.nation or "00"),
            0x0C: bytes.fromhex("110105"),
            0x0D: _day(holder.birth),
        }
        if self.generation == 1:  # the first generation has no room for a longer name
            del items[0x4E]
        return items


def _day(day: object) -> bytes:
    return bytes.fromhex(f"{day:%Y%m%d}") if day else bytes(4)
