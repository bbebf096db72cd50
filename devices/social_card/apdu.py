"""The commands a social security card obeys and how its two-part answers are put together.

Source: reference/cards.md sections 3.1 and 3.5 (more than eight implementations agree). The
standards behind it, LD/T 32 and ISO 7816-4, could not be read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

Transmit = Callable[[bytes], bytes]
"""Sends one command to the card and returns its answer with the two status bytes at the end."""

SSSE: Final = "sx1.sh.社会保障".encode("gbk")  # name of the application on the card

STATUS_SIZE: Final = 2
OK: Final = 0x9000
RECORD_ABSENT: Final = 0x6A83
NOT_ALLOWED: Final = 0x6982  # the item asks for keys that this terminal does not have
MORE_TO_FETCH: Final = 0x61  # T=0: the low byte tells how much
WRONG_LENGTH: Final = 0x6C  # the low byte tells the right one
MOST_FETCHES: Final = 8  # a card that always promises more is broken


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """Content and status word (two bytes as one number) of one command."""

    status: int
    content: bytes = field(default=b"", repr=False)


def select_application() -> bytes:
    """Choose the social security application by name."""
    return bytes.fromhex("00A40400") + bytes([len(SSSE)]) + SSSE


def select_file(number: int, *, mode: int = 2) -> bytes:
    """Choose a file of the application; some cards want mode 0 instead of 2."""
    return bytes([0x00, 0xA4, mode, 0x00, 0x02]) + number.to_bytes(2)


def read_record(tag: int) -> bytes:
    """Read by tag: record numbers differ between the generations of cards."""
    return bytes([0x00, 0xB2, tag, 0x00, 0x00])


def exchange(transmit: Transmit, command: bytes) -> CardAnswer:
    """One command and whatever it takes to get its whole answer (61xx, 6Cxx).

    An answer without a status word, or one that never ends, has status 0. Raises what `transmit`
    raises.
    """
    answer = transmit(command)
    if len(answer) >= STATUS_SIZE and answer[-2] == WRONG_LENGTH:
        answer = transmit(command[:4] + answer[-1:])
    content = b""
    for _ in range(MOST_FETCHES):
        if len(answer) < STATUS_SIZE:
            return CardAnswer(0)
        content += answer[:-STATUS_SIZE]
        if answer[-2] != MORE_TO_FETCH:
            return CardAnswer(int.from_bytes(answer[-2:]), content)
        answer = transmit(bytes.fromhex("00C00000") + answer[-1:])
    return CardAnswer(0)
