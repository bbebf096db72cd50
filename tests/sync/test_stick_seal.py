"""Whatever is done to a bundle, it is either opened as it was sealed or refused."""

import io
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import wire
from sync.stick_format import MAGIC, PIECE, sealed_size
from sync.stick_seal import NotForUs, Torn, cover_bytes, examined, opened, sealed
from tests.counterparts.sample_cases import case_id

SECRET = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SECRET.public_key().public_bytes_raw()
COVER = cover_bytes(case_id(1), PUBLIC)


def seal(*content: bytes) -> bytes:
    return b"".join(sealed(COVER, PUBLIC, content))


def unseal(bundle: bytes, secret: X25519PrivateKey = SECRET) -> bytes:
    file = io.BytesIO(bundle)
    return b"".join(opened(file, examined(file, len(bundle)), secret))


def with_new_digest(bundle: bytes) -> bytes:
    """As someone would who knows how the bundle is made, but not what is in it."""
    return bundle[:-32] + bytes.fromhex(wire.hash_of(bundle[:-32]))


WHOLE = seal(b"a" * (3 * PIECE + 77))
HEAD = len(MAGIC) + 4 + len(COVER) + 80


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 1])
def test_any_size_comes_back_as_it_was_and_is_as_long_as_foretold(size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    bundle = seal(content)
    assert unseal(bundle) == content
    assert len(bundle) == sealed_size(size, len(COVER))


@settings(deadline=None)  # of a shared machine
@given(st.lists(st.integers(0, 3 * PIECE // 2), max_size=4))
def test_how_the_content_was_cut_makes_no_difference(sizes: list[int]) -> None:
    parts = [bytes([number]) * size for number, size in enumerate(sizes)]
    assert unseal(seal(*parts)) == b"".join(parts)


@settings(deadline=None)  # of a shared machine
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_found(place: int, change: int) -> None:
    changed = bytearray(WHOLE)
    changed[place] ^= change
    with pytest.raises(Torn):
        unseal(bytes(changed))


@settings(deadline=None)  # of a shared machine
@given(st.integers(0, len(WHOLE) - 33), st.integers(1, 255))
def test_a_changed_byte_under_a_fitting_digest_is_found_too(place: int, change: int) -> None:
    changed = bytearray(WHOLE)
    changed[place] ^= change
    with pytest.raises((Torn, NotForUs)):
        unseal(with_new_digest(bytes(changed)))


@settings(deadline=None)  # of a shared machine
@given(st.integers(0, len(WHOLE) - 1))
def test_cut_off_anywhere_is_found(length: int) -> None:
    with pytest.raises(Torn):
        unseal(WHOLE[:length])
    with pytest.raises(Torn):
        unseal(with_new_digest(WHOLE[:length] + bytes(32)))


@settings(deadline=None)  # of a shared machine
@given(st.binary(max_size=3000))
def test_any_bytes_are_refused_and_nothing_else_happens(content: bytes) -> None:
    for tried in (content, MAGIC + content, WHOLE[: HEAD - 80] + content):
        with pytest.raises(Torn):
            unseal(tried)
        with pytest.raises(Torn):
            unseal(with_new_digest(tried + bytes(32)))


def _swapped(bundle: bytes) -> bytes:
    step = PIECE + 16
    first, second = bundle[HEAD : HEAD + step], bundle[HEAD + step : HEAD + 2 * step]
    return bundle[:HEAD] + second + first + bundle[HEAD + 2 * step :]


@pytest.mark.parametrize(
    "change",
    [
        _swapped,
        lambda b: b[: HEAD + PIECE + 16] + b[HEAD : HEAD + PIECE + 16] + b[HEAD + PIECE + 16 :],
        lambda b: b[: HEAD + 2 * (PIECE + 16)] + bytes(32),  # whole pieces left off the end
        lambda b: b[: len(MAGIC)] + b"\xff\xff\xff\xff" + b[len(MAGIC) + 4 :],
    ],
    ids=["order", "doubled", "end left off", "a cover of 4 GB"],
)
def test_pieces_in_another_order_doubled_or_left_out_are_found(
    change: Callable[[bytes], bytes],
) -> None:
    with pytest.raises(Torn):
        unseal(with_new_digest(change(WHOLE)))


def test_a_bundle_for_another_gateway_is_not_opened() -> None:
    with pytest.raises(NotForUs):
        unseal(WHOLE, X25519PrivateKey.from_private_bytes(bytes(32)))


def test_a_cover_that_names_us_on_a_bundle_for_another_is_torn() -> None:
    other = X25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    with pytest.raises(Torn):
        unseal(b"".join(sealed(COVER, other, [b"x"])))


def test_the_same_case_twice_gives_two_different_bundles() -> None:
    assert seal(b"x") != seal(b"x")


def test_a_bundle_larger_than_a_case_may_be_is_not_even_read() -> None:
    with pytest.raises(Torn, match="too large"):
        examined(io.BytesIO(WHOLE), 1 << 40)
