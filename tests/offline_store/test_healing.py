"""One flipped bit is found wherever it lies; two are not mistaken for one."""

import hmac
import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_store.healing import corrected_page
from offline_store.sealed_pages import HMAC_LENGTH, PAGE_SIZE, SALT_LENGTH, Seal

SEAL = Seal.of(bytes(range(32)), bytes(range(16)))


def sealed(number: int) -> bytes:
    """A page as SQLCipher writes it: the first begins with the salt, which no seal covers."""
    body = random.Random(number).randbytes(PAGE_SIZE - HMAC_LENGTH)
    first = SALT_LENGTH if number == 1 else 0
    told = hmac.digest(SEAL.seal_key, body[first:] + number.to_bytes(4, "little"), "sha512")
    assert SEAL.is_whole(body + told, number)
    return body + told


def flipped(page: bytes, *bits: int) -> bytes:
    changed = bytearray(page)
    for bit in bits:
        changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("number", [1, 2, 70_000])
@pytest.mark.parametrize(
    "place", [SALT_LENGTH, SALT_LENGTH + 1, 127, 128, 2000, 4031, 4032, PAGE_SIZE - 1]
)
def test_the_bit_is_turned_back(number: int, place: int) -> None:
    page = sealed(number)
    for bit in (0, 7):
        assert corrected_page(SEAL, flipped(page, 8 * place + bit), number) == page


@given(
    number=st.sampled_from([1, 2]),
    bits=st.sets(st.integers(8 * SALT_LENGTH, 8 * PAGE_SIZE - 1), min_size=2, max_size=4),
)
@settings(max_examples=5, deadline=None)
def test_several_bits_are_left_as_they_are(number: int, bits: set[int]) -> None:
    assert corrected_page(SEAL, flipped(sealed(number), *bits), number) is None


def test_what_is_no_page_or_belongs_elsewhere_is_left() -> None:
    assert corrected_page(SEAL, sealed(2)[:-1], 2) is None
    assert corrected_page(SEAL, sealed(2), 3) is None
    assert corrected_page(SEAL, os.urandom(PAGE_SIZE), 2) is None
