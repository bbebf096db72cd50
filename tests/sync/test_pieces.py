"""However a body arrives, what is given out of it is right and says where it belongs."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import wire
from sync.pieces import (
    ASKED_LIMIT,
    HEAD,
    LARGEST_PAGE,
    LENGTH,
    Ask,
    Asked,
    Piece,
    Unpacking,
    body_of,
    head_of,
)

ASKED = Asked((Ask("c1", "ab" * 32),))
WHOLE = Piece(wire.hash_of(b"whole page"), 10, 0, b"whole page")
PART = Piece("cd" * 32, 100, 30, b"some bytes of it")
BODY = b"".join(body_of(ASKED, [WHOLE, PART, WHOLE]))


def told(pieces: list[Piece]) -> list[tuple[str, int, int, bytes]]:
    return [(p.sha256, p.size, p.offset, bytes(p.content)) for p in pieces]


@given(st.lists(st.integers(0, len(BODY)), max_size=20))
def test_however_it_arrives_the_same_comes_out(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(BODY)]
    unpacking = Unpacking()
    found: list[Piece] = []
    for begin, end in itertools.pairwise(places):
        found += unpacking.take(BODY[begin:end])
    assert told(found) == told([WHOLE, PART, WHOLE])
    assert unpacking.asked == ASKED
    assert unpacking.is_over
    assert not unpacking.waiting


@given(st.integers(0, len(BODY)), st.lists(st.integers(0, len(BODY)), max_size=6))
def test_of_a_body_that_stops_everything_that_came_can_be_had(end: int, looks: list[int]) -> None:
    """With `rest` at any places on the way, as for somebody slow."""
    unpacking = Unpacking()
    found: list[Piece] = []
    places = [0, *sorted(look for look in looks if look < end), end]
    for begin, until in itertools.pairwise(places):
        found += unpacking.take(BODY[begin:until])
        if (rest := unpacking.rest()) is not None:
            found.append(rest)
    got: dict[tuple[str, int], bytes] = {}
    for piece in found:
        for at, byte in enumerate(bytes(piece.content), piece.offset):
            got[piece.sha256, at] = bytes([byte])
    for piece in (WHOLE, PART):
        for (sha256, at), byte in got.items():
            if sha256 == piece.sha256:
                assert byte == bytes(piece.content)[at - piece.offset : at - piece.offset + 1]
    heads = len(head_of(ASKED)) + 3 * HEAD.size
    assert sum(len(piece.content) for piece in found) >= end - heads
    assert unpacking.is_over == (end in _ends())


def _ends() -> set[int]:
    begin = len(head_of(ASKED))
    sizes = [HEAD.size + len(piece.content) for piece in (WHOLE, PART, WHOLE)]
    return {begin + sum(sizes[:count]) for count in range(4)}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_body_or_unreadable(noise: bytes) -> None:
    for body in (noise, head_of(ASKED) + noise, BODY[:100] + noise):
        unpacking = Unpacking()
        try:
            for piece in unpacking.take(body):
                assert 0 <= piece.offset < piece.end <= piece.size <= LARGEST_PAGE
        except wire.Unreadable:
            continue


def test_a_part_that_changed_on_its_way_is_noticed_and_what_was_before_it_is_good() -> None:
    changed = bytearray(BODY)
    at = changed.index(b"some bytes of it")
    changed[at] ^= 1
    unpacking = Unpacking()
    found: list[Piece] = []
    with pytest.raises(wire.Unreadable, match="changed"):
        found += unpacking.take(bytes(changed))
    assert told(found) == told([WHOLE])


def test_a_part_given_out_in_halves_is_checked_by_its_sum_too() -> None:
    body = bytearray(b"".join(body_of(ASKED, [PART])))
    body[-1] ^= 1
    unpacking = Unpacking()
    assert list(unpacking.take(bytes(body[:-5]))) == []
    assert unpacking.rest() is not None
    with pytest.raises(wire.Unreadable, match="changed"):
        list(unpacking.take(bytes(body[-5:])))


@pytest.mark.parametrize(
    "head",
    [
        HEAD.pack(bytes(32), 0, 0, 0, 0),
        HEAD.pack(bytes(32), 10, 5, 6, 0),
        HEAD.pack(bytes(32), 10, 0, 0, 0),
        HEAD.pack(bytes(32), LARGEST_PAGE + 1, 0, 1, 0),
    ],
    ids=["no page", "beyond its page", "nothing", "too large"],
)
def test_a_piece_that_cannot_be_is_unreadable(head: bytes) -> None:
    with pytest.raises(wire.Unreadable, match="beyond its page"):
        list(Unpacking().take(head_of(ASKED) + head))


def test_a_question_without_end_is_not_waited_for() -> None:
    with pytest.raises(wire.Unreadable, match="too long"):
        list(Unpacking().take(LENGTH.pack(ASKED_LIMIT + 1)))
