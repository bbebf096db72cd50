"""Takes the person out of what a card with a chip answers, command by command.

Items and their forms: devices/social_card/records.py and reference/cards.md section 3.2. Of an
answer to a command that is not known here, only the length is kept.
"""

from datetime import date
from typing import Final

from devices.card_trace.invented import HANZI, invented_block, invented_text, invented_value
from devices.id_card.sam_frame import TEXT_SIZE
from devices.smart_card.commands import STATUS_SIZE
from devices.social_card.apdu import SSSE
from devices.social_card.records import HEADER_SIZE, Tag

SELECT: Final = b"\xa4"
READ_RECORD: Final = b"\xb2"
GET_RESPONSE: Final = b"\xc0"
BLOCKS: Final = b"\xff\xb0"  # devices/id_card/pcsc_blocks.py
HEADER: Final = 4  # bytes of a command before its length and content
ALGORITHM: Final = b"\x9f\x0c\x03\x86\x01"  # cards.md section 3.4, before the flag
BLOCK_HEADER: Final = 4
PADDING_BYTE: Final = 0xFF
NO_LETTER: Final = 0x80  # the first byte that is none in any of the encodings
FILLED: Final = 0x0F  # a nibble that says that no digit stands there
BCD_DIGIT: Final = 9
_DAYS: Final = {Tag.ISSUED: "from", Tag.VALID_UNTIL: "until", Tag.BIRTH: "birth"}
_NAMES: Final = (Tag.NAME, Tag.NAME_CONTINUED)
_DIGITS: Final = frozenset({0x01, 0x04, 0x0C, Tag.NATION, *_DAYS})  # items in BCD, two a byte
# Both begin with the same byte, so that a character may be cut in two (GB 18030; recalled).
SHORT: Final = "丂".encode("gb18030")
LONG: Final = "㐀".encode("gb18030")
PRIVATE: Final = range(0xAA, 0xB0)  # first bytes of characters for private use, with A1 to FE
LEADS: Final = range(0x81, 0xFF)
LONG_SECOND: Final = range(0x30, 0x3A)


class AnswerCleaner:
    """Remembers which command an answer belongs to; one for each read of a card."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._asked = b""
        self._cut = b""  # what is still to come of a character that began in the item before

    def command(self, command: bytes) -> bytes:
        """What may be written of a command: all of those that hold nothing but places."""
        instruction = command[1:2]
        if instruction != GET_RESPONSE:
            self._asked = command
        if command[:2] == BLOCKS or instruction in (SELECT, READ_RECORD, GET_RESPONSE):
            return command
        return command[:HEADER] + bytes(max(0, len(command) - HEADER))

    def answer(self, answer: bytes) -> bytes:
        """The answer without a person, as long, with the same status word."""
        content, status = answer[:-STATUS_SIZE], answer[-STATUS_SIZE:]
        return self._content(content) + status

    def _content(self, content: bytes) -> bytes:
        asked = self._asked
        size = len(content)
        if asked[:2] == BLOCKS and asked[2:3] == b"\0" and size >= BLOCK_HEADER + TEXT_SIZE:
            text = invented_block(content[BLOCK_HEADER:], self._today)
            return (bytes(BLOCK_HEADER) + text).ljust(size, b"\0")[:size]
        if asked[1:2] == SELECT:
            return _described(content)
        is_record = list(content[:HEADER_SIZE]) == [*asked[2:3], size - HEADER_SIZE]
        if asked[1:2] == READ_RECORD and is_record:
            return content[:HEADER_SIZE] + self._value(asked[2], content[HEADER_SIZE:])
        return bytes(size)

    def _value(self, tag: int, value: bytes) -> bytes:
        if tag in _NAMES:
            return self._name(value)
        if tag in _DIGITS:
            item = _DAYS.get(Tag(tag), "nation") if tag in (*_DAYS, Tag.NATION) else ""
            new = invented_value(item, value.hex(), self._today) if item else None
            return bytes.fromhex(new) if new is not None else bytes(map(_digits, value))
        text = value.rstrip(b"\0\xff ").decode("latin-1")
        if tag in (Tag.NUMBER, Tag.SEX):
            item = "number" if tag == Tag.NUMBER else "sex"
            new = invented_value(item, text, self._today)
            if new is not None:
                return new.encode() + value[len(new) :]
        return bytes(map(_letter, value))

    def _name(self, value: bytes) -> bytes:
        """GB 18030, in which a character of two or four bytes may be cut by the end of the item."""
        told = self._cut[: len(value)]
        self._cut = self._cut[len(value) :]
        while len(told) < len(value):
            rest = value[len(told) :]
            new = _character(rest)
            told += new[: len(rest)]
            self._cut = new[len(rest) :]
        return told


def _character(rest: bytes) -> bytes:
    if rest[0] not in LEADS:
        return bytes([_letter(rest[0])])
    if len(rest) == 1:  # whether two or four bytes belong to it, the next item says
        return SHORT
    if rest[1] in LONG_SECOND:
        return LONG
    if rest[0] in PRIVATE and rest[1] > 0xA0:  # noqa: PLR2004 - see PRIVATE
        return b"\xaa\xa1"
    try:
        rest[:2].decode("gb18030")
    except UnicodeDecodeError:
        return bytes([LEADS[0]])  # broken stays broken
    return HANZI[0].encode("gb18030")


def _digits(byte: int) -> int:
    high, low = (nibble if nibble > BCD_DIGIT else 1 for nibble in (byte >> 4, byte & FILLED))
    return high << 4 | low


def _letter(byte: int) -> int:
    if byte == PADDING_BYTE:
        return byte
    return invented_text(bytes([byte, 0]))[0] if byte < NO_LETTER else NO_LETTER


def _described(content: bytes) -> bytes:
    """What a card says about an application: its name and its algorithm, nothing of the maker."""
    told = bytearray(content[:HEADER_SIZE].ljust(len(content), b"\0"))
    for known, more in ((SSSE, 0), (ALGORITHM, 1)):
        if (at := content.find(known)) >= 0:
            told[at : at + len(known) + more] = content[at : at + len(known) + more]
    return bytes(told)
