"""How a command and its two-part answer go over the line to any card with a chip.

Source: reference/cards.md sections 3.1 and 3.5 (more than eight implementations agree). ISO 7816-4
could not be read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

Transmit = Callable[[bytes], bytes]
"""Sends one command to the card and returns its answer with the two status bytes at the end."""

STATUS_SIZE: Final = 2
OK: Final = 0x9000
MORE_TO_FETCH: Final = 0x61  # T=0: the low byte tells how much
WRONG_LENGTH: Final = 0x6C  # the low byte tells the right one
MOST_FETCHES: Final = 16  # of 256 bytes; a card that always promises more is broken


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """Content and status word (two bytes as one number) of one command."""

    status: int
    content: bytes = field(default=b"", repr=False)


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
