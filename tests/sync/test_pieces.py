"""Bodies of pieces come apart as they went together, however they arrive and whatever they are."""

import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import wire
from sync.pieces import ASKED_LIMIT, LENGTH, Ask, Asked, Piece, Unpacking, body_of, head_of

ASKED = Asked((Ask("case", "ab" * 32),))


def pieces_strategy() -> st.SearchStrategy[list[Piece]]:
    def piece(content: bytes, offset: int, more: int) -> Piece:
        size = offset + len(content) + more
        return Piece(wire.hash_of(content), size, offset, content)

    numbers = st.integers(0, 1000)
    return st.lists(
        st.builds(piece, st.binary(min_size=1, max_size=300), numbers, numbers), max_size=5
    )


def cut(body: bytes, seed: int) -> list[bytes]:
    chance, cuts, at = random.Random(seed), [], 0
    while at < len(body):
        step = chance.randint(1, 200)
        cuts.append(body[at : at + step])
        at += step
    return cuts


@given(pieces_strategy(), st.integers(0, 1000))
def test_what_went_in_comes_out_however_it_is_cut(some: list[Piece], seed: int) -> None:
    body = b"".join(bytes(part) for part in body_of(ASKED, some))
    unpacking, found = Unpacking(), list[Piece]()
    for arrived in cut(body, seed):
        found += unpacking.take(arrived)
    assert found == some
    assert unpacking.asked == ASKED
    assert unpacking.is_over


@given(pieces_strategy(), st.integers(0, 1000), st.integers(1, 5))
def test_what_is_given_out_early_and_late_is_all_of_it_once(
    some: list[Piece], seed: int, every: int
) -> None:
    body = b"".join(bytes(part) for part in body_of(ASKED, some))
    unpacking, found = Unpacking(), list[Piece]()
    for number, arrived in enumerate(cut(body, seed)):
        found += unpacking.take(arrived)
        if number % every == 0 and (rest := unpacking.rest()) is not None:
            found.append(rest)
    assert b"".join(bytes(p.content) for p in found) == b"".join(bytes(p.content) for p in some)
    assert unpacking.is_over
    for piece in found:
        assert any(_holds(whole, piece) for whole in some)


def _holds(whole: Piece, piece: Piece) -> bool:
    """Two pieces may have one content and one page; only the place tells them apart."""
    at = piece.offset - whole.offset
    same_page = (piece.sha256, piece.size) == (whole.sha256, whole.size)
    return (
        same_page
        and at >= 0
        and bytes(whole.content)[at : at + len(piece.content)] == bytes(piece.content)
    )


@given(st.binary(max_size=400))
def test_anything_at_all_is_unreadable_or_read(noise: bytes) -> None:
    for body in (noise, head_of(ASKED) + noise):
        unpacking = Unpacking()
        with suppress(wire.Unreadable):
            for piece in unpacking.take(body):
                assert 0 < len(piece.content) <= piece.size
            unpacking.rest()


@pytest.mark.parametrize("at", [0, 40, 48, 60])
def test_a_changed_byte_is_noticed(at: int) -> None:
    """In the head of a piece or in its bytes; in its name only the page's hash can tell."""
    part = Piece("cd" * 32, 200, 0, bytes(100))
    whole = b"".join(bytes(p) for p in body_of(ASKED, [part]))
    begin = len(head_of(ASKED))
    body = bytearray(whole)
    body[begin + at] ^= 0x80
    unpacking = Unpacking()
    try:
        [piece] = unpacking.take(bytes(body))
    except (wire.Unreadable, ValueError):  # refused, or it waits for bytes that never come
        return
    assert piece.sha256 != "cd" * 32


def test_a_piece_beyond_its_page_is_refused() -> None:
    for piece in (Piece("cd" * 32, 10, 5, bytes(6)), Piece("cd" * 32, 1 << 30, 0, b"x")):
        body = b"".join(bytes(part) for part in body_of(ASKED, [piece]))
        with pytest.raises(wire.Unreadable, match="beyond"):
            list(Unpacking().take(body))


def test_a_question_of_no_length_is_none() -> None:
    with pytest.raises(wire.Unreadable):
        list(Unpacking().take(LENGTH.pack(0)))


def test_more_questions_than_allowed_are_refused_before_they_are_read() -> None:
    with pytest.raises(wire.Unreadable, match="too long"):
        list(Unpacking().take(LENGTH.pack(ASKED_LIMIT + 1)))
    many = Asked((Ask("case", "ab" * 32),) * 257)
    with pytest.raises(wire.Unreadable):
        list(Unpacking().take(head_of(many)))


def test_a_piece_hides_its_bytes() -> None:
    assert "secret" not in repr(Piece("cd" * 32, 6, 0, b"secret"))


def test_a_part_given_out_in_halves_is_checked_by_its_sum_too() -> None:
    body = bytearray(b"".join(body_of(ASKED, [Piece("cd" * 32, 200, 0, bytes(100))])))
    body[-1] ^= 1
    unpacking = Unpacking()
    assert list(unpacking.take(bytes(body[:-5]))) == []
    assert unpacking.rest() is not None
    with pytest.raises(wire.Unreadable, match="changed"):
        list(unpacking.take(bytes(body[-5:])))
    assert unpacking.rest() is None


def test_the_sum_of_a_whole_page_is_left_to_whoever_checks_its_name() -> None:
    body = bytearray(b"".join(body_of(ASKED, [Piece("cd" * 32, 100, 0, bytes(100))])))
    body[-1] ^= 1
    [piece] = Unpacking().take(bytes(body))
    assert piece.is_whole
