"""The commands a social security card obeys.

Source: reference/cards.md section 3.1. The standards behind it, LD/T 32 and ISO 7816-4, could not
be read.
"""

from typing import Final

SSSE: Final = "sx1.sh.社会保障".encode("gbk")  # name of the application on the card

RECORD_ABSENT: Final = 0x6A83
NOT_ALLOWED: Final = 0x6982  # the item asks for keys that this terminal does not have


def select_application() -> bytes:
    """Choose the social security application by name."""
    return bytes.fromhex("00A40400") + bytes([len(SSSE)]) + SSSE


def select_file(number: int, *, mode: int = 2) -> bytes:
    """Choose a file of the application; some cards want mode 0 instead of 2."""
    return bytes([0x00, 0xA4, mode, 0x00, 0x02]) + number.to_bytes(2)


def read_record(tag: int) -> bytes:
    """Read by tag: record numbers differ between the generations of cards."""
    return bytes([0x00, 0xB2, tag, 0x00, 0x00])
