"""Reads a resident ID card that a PC/SC reader offers in blocks, by pseudo commands of its own.

Source: one implementation for such a reader (reference/cards.md section 1.8, S9), read, never tried
on a device. Class FF is left to readers by PC/SC part 3 (recalled; the text could not be read).
"""

from typing import Final

from devices.device import DeviceError
from devices.id_card.card_text import read_card_text
from devices.id_card.sam_frame import TEXT_SIZE
from devices.smart_card.commands import OK, Transmit, exchange
from kiosk.domain.fault import Fault
from kiosk.domain.identity import IdentityCard

TEXT_BLOCK: Final = 0
HEADER_SIZE: Final = 4  # before the text, and before the first piece of the photo
PHOTO_PIECES: Final = (252, 256, 256, 256, 4)  # blocks 1 to 5
NO_SUCH_COMMAND: Final = frozenset({0x6D00, 0x6E00, 0x6A81, 0x6A82, 0x6A86, 0x6B00, 0x6986})


def read_block(number: int) -> bytes:
    """The pseudo command for one block of the card that lies there."""
    return bytes([0xFF, 0xB0, number, 0x00, 0x00])


def read_id_card(transmit: Transmit) -> IdentityCard:
    """The card by its blocks: text and photo, six commands.

    The newest address is not to be had this way, so the printed one counts; a photo that does not
    come whole is left out. Raises DeviceError with CARD_KIND_UNKNOWN (the reader offers no blocks
    for this card, or an unknown layout) or CARD_UNREADABLE; and what `transmit` raises.
    """
    answer = exchange(transmit, read_block(TEXT_BLOCK))
    if answer.status in NO_SUCH_COMMAND:
        raise DeviceError(Fault.CARD_KIND_UNKNOWN, f"no blocks: status {answer.status:04X}")
    if answer.status != OK or len(answer.content) < HEADER_SIZE + TEXT_SIZE:
        told = f"status {answer.status:04X}, {len(answer.content)} bytes"
        raise DeviceError(Fault.CARD_UNREADABLE, told)
    text = answer.content[HEADER_SIZE : HEADER_SIZE + TEXT_SIZE]
    return read_card_text(text, photo=_photo(transmit))


def _photo(transmit: Transmit) -> bytes:
    photo = b""
    for number, size in enumerate(PHOTO_PIECES, start=1):
        answer = exchange(transmit, read_block(number))
        start = HEADER_SIZE if number == 1 else 0
        piece = answer.content[start : start + size]
        if answer.status != OK or len(piece) != size:
            return b""
        photo += piece
    return photo
