"""The language of resident ID card readers: requests, answers and what each status means.

Source: SAM_V serial protocol as published by several vendors (reference/cards.md sections 1.2 to
1.5, sources S1 to S6). The standard behind it, GA 450, could not be read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum, unique
from functools import reduce
from operator import xor
from struct import Struct
from typing import Final

from kiosk.domain.fault import Fault

PREAMBLE: Final = bytes.fromhex("AAAAAA9669")
LENGTH_SIZE: Final = 2
SHORTEST_BODY: Final = 4  # SW1 SW2 SW3 and the checksum
LONGEST_BODY: Final = 0x090A  # text, photo and two fingers: the largest legal answer
TEXT_SIZE: Final = 256
NEWEST_ADDRESS_SIZE: Final = 70
SERIAL_SIZE: Final = 8  # of a selected card
SAM_NUMBER: Final = Struct("<HHIII")  # cards.md section 1.7


@unique
class Command(Enum):
    """CMD and Para of the requests this program sends; fingerprints are never asked for."""

    SELF_CHECK = b"\x11\xff"
    READ_SAM_NUMBER = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ_TEXT_AND_PHOTO = b"\x30\x01"
    READ_NEWEST_ADDRESS = b"\x30\x03"


@unique
class SamStatus(IntEnum):
    """SW3, the reader's own verdict (cards.md section 1.5)."""

    HOST_CHECKSUM_WRONG = 0x10
    HOST_LENGTH_WRONG = 0x11
    COMMAND_UNKNOWN = 0x21
    NOT_AUTHORISED = 0x23
    UNRECOGNISED = 0x24  # also stands for every code that is not listed here
    CARD_REFUSES_SAM = 0x31
    SAM_REFUSES_CARD = 0x32
    CONTENT_NOT_GENUINE = 0x33
    FINGER_NOT_GENUINE = 0x37
    CONTENT_LENGTH_WRONG = 0x3F
    CARD_TYPE_UNKNOWN = 0x40
    READ_FAILED = 0x41
    RANDOM_NUMBER_FAILED = 0x47
    SELF_CHECK_FAILED = 0x60
    SAM_NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    OK = 0x90
    NO_SUCH_ITEM = 0x91
    FOUND = 0x9F


_FAULTS: Final = {
    SamStatus.HOST_CHECKSUM_WRONG: Fault.READER_DEFECT,
    SamStatus.HOST_LENGTH_WRONG: Fault.READER_DEFECT,
    SamStatus.COMMAND_UNKNOWN: Fault.READER_DEFECT,
    SamStatus.NOT_AUTHORISED: Fault.READER_DEFECT,
    SamStatus.SELF_CHECK_FAILED: Fault.READER_DEFECT,
    SamStatus.SAM_NOT_AUTHORISED: Fault.READER_DEFECT,
    SamStatus.CARD_TYPE_UNKNOWN: Fault.CARD_KIND_UNKNOWN,
    SamStatus.NO_CARD: Fault.CARD_REMOVED,
}


def fault_of(status: SamStatus) -> Fault:
    """What a status means when it ends a read; whatever concerns the card is CARD_UNREADABLE."""
    return _FAULTS.get(status, Fault.CARD_UNREADABLE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer whose checksum is right. `content` may hold a person's card."""

    status: SamStatus
    content: bytes = field(default=b"", repr=False)

    def may_answer(self, command: Command) -> bool:
        """Whether this can be the answer to that command.

        Answers do not name their request, so a late one is told only by its shape.
        """
        size = len(self.content)
        match self.status:
            case SamStatus.FOUND | SamStatus.NO_CARD:
                return command is Command.FIND
            case SamStatus.SELECT_FAILED:
                return command is Command.SELECT
            case SamStatus.READ_FAILED:
                return command in (Command.READ_TEXT_AND_PHOTO, Command.READ_NEWEST_ADDRESS)
            case SamStatus.NO_SUCH_ITEM:
                return command is Command.READ_NEWEST_ADDRESS
            case SamStatus.OK:
                return {
                    Command.SELF_CHECK: size == 0,
                    Command.READ_SAM_NUMBER: size == SAM_NUMBER.size,
                    Command.FIND: False,
                    Command.SELECT: size == SERIAL_SIZE,
                    Command.READ_NEWEST_ADDRESS: size == NEWEST_ADDRESS_SIZE,
                    Command.READ_TEXT_AND_PHOTO: size > TEXT_SIZE,
                }[command]
            case _:
                return True


@unique
class Damage(Enum):
    """Why bytes that began like an answer are none."""

    CHECKSUM = "checksum"
    LENGTH = "length"


def checksum(body: bytes) -> int:
    """XOR of everything from the length to the last byte of content."""
    return reduce(xor, body, 0)


def request(command: Command) -> bytes:
    """The ten bytes that ask for one command."""
    body = (len(command.value) + 1).to_bytes(LENGTH_SIZE) + command.value
    return PREAMBLE + body + bytes([checksum(body)])


def text_and_photo(content: bytes) -> tuple[bytes, bytes] | None:
    """The two parts of a READ_TEXT_AND_PHOTO answer by the lengths it states itself.

    None when those lengths do not add up to what arrived or the text is not 256 bytes.
    """
    text_size = int.from_bytes(content[0:2])
    photo_size = int.from_bytes(content[2:4])
    if text_size != TEXT_SIZE or len(content) != 4 + text_size + photo_size:
        return None
    return content[4 : 4 + text_size], content[4 + text_size :]


def sam_number(content: bytes) -> str:
    """The number of the security module 模块号 as it is printed on readers; "" for a wrong size.

    Five little-endian numbers, such as 05.01-20150112-0001234567-0987654321.
    """
    if len(content) != SAM_NUMBER.size:
        return ""
    return "{:02d}.{:02d}-{:08d}-{:010d}-{:010d}".format(*SAM_NUMBER.unpack(content))


class AnswerParser:
    """Puts answers together from pieces of any size; skips whatever stands before a preamble.

    Holds at most one answer (2321 bytes) between two calls, however much rubbish arrives.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> Iterator[Answer | Damage]:
        """What is complete now, in order. Must be read to its end. Never raises."""
        self._bytes += piece
        while (found := self._next()) is not None:
            yield found

    def forget(self) -> None:
        """Drop a half-received answer."""
        self._bytes.clear()

    def _next(self) -> Answer | Damage | None:
        start = self._bytes.find(PREAMBLE)
        if start < 0:
            # The last four bytes may be the beginning of a preamble.
            del self._bytes[: max(0, len(self._bytes) - len(PREAMBLE) + 1)]
            return None
        del self._bytes[:start]
        body_start = len(PREAMBLE) + LENGTH_SIZE
        if len(self._bytes) < body_start:
            return None
        size = int.from_bytes(self._bytes[len(PREAMBLE) : body_start])
        if not SHORTEST_BODY <= size <= LONGEST_BODY:
            del self._bytes[: len(PREAMBLE)]
            return Damage.LENGTH
        if len(self._bytes) < body_start + size:
            return None
        frame = bytes(self._bytes[len(PREAMBLE) : body_start + size])
        if checksum(frame) != 0:
            # Only the preamble goes: a wrong length may have swallowed the next answer.
            del self._bytes[: len(PREAMBLE)]
            return Damage.CHECKSUM
        del self._bytes[: body_start + size]
        try:
            status = SamStatus(frame[4])
        except ValueError:
            status = SamStatus.UNRECOGNISED
        return Answer(status, frame[5:-1])
