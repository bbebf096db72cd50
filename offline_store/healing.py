"""Turns single bits back that were flipped; the seal proves that it was that bit."""

import hashlib
import hmac
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from offline_store.sealed_pages import HMAC_LENGTH, PAGE_SIZE, SALT_LENGTH, Seal, SealedPages

# A page costs 32,768 seals, a third of a second. Where more is broken, it is more than bits.
MOST_HEALED: Final = 16
BLOCK: Final = 128  # bytes that SHA-512 takes in at once; what is before one is counted once


def heal(path: Path, key: bytes, salts: Sequence[bytes]) -> int:
    """Correct the file and its log in place; how many bits were turned back, or salts put back.

    Nobody may have the file open. A page with more than one flipped bit is left as it is. Raises
    OSError.
    """
    pages = SealedPages(path, key, salts)
    if not pages.readable:
        return 0
    healed = 0
    if pages.salt_is_damaged:
        _write(path, 0, pages.salt)
        healed = 1
    if len(pages.broken) <= MOST_HEALED:
        seal = Seal.of(key, pages.salt)
        for place, begin, number in pages.broken:
            with place.open("rb") as file:
                file.seek(begin)
                page = file.read(PAGE_SIZE)
            corrected = corrected_page(seal, page, number)
            if corrected is not None:
                _write(place, begin, corrected)
                healed += 1
    return healed


def corrected_page(seal: Seal, page: bytes, number: int) -> bytes | None:
    """The whole page that differs from this one in a single bit, or None."""
    if len(page) != PAGE_SIZE:
        return None
    first = SALT_LENGTH if number == 1 else 0
    body = bytearray(page[first:-HMAC_LENGTH] + number.to_bytes(4, "little"))
    told = page[-HMAC_LENGTH:]
    made = hmac.digest(seal.seal_key, body, "sha512")
    if (int.from_bytes(made, "big") ^ int.from_bytes(told, "big")).bit_count() == 1:
        return page[:-HMAC_LENGTH] + made  # the flipped bit is one of the seal
    before = hmac.new(seal.seal_key, digestmod=hashlib.sha512)
    for start in range(0, len(body) - 4, BLOCK):
        for place in range(start, min(start + BLOCK, len(body) - 4)):
            for bit in range(8):
                body[place] ^= 1 << bit
                tried = before.copy()
                tried.update(memoryview(body)[start:])
                if hmac.compare_digest(tried.digest(), told):
                    return page[:first] + bytes(body[:-4]) + told
                body[place] ^= 1 << bit
        before.update(memoryview(body)[start : start + BLOCK])
    return None


def _write(path: Path, begin: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
