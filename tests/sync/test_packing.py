"""Frames: small on the line, and harmless whatever is in them."""

import bz2
from contextlib import suppress

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync import wire
from sync.packing import KNOWN, NEWEST, NONE, DictionaryUnknown, Unpackable, packed, unpacked
from tests.counterparts.sample_forms import sample_forms

LIMIT = 100_000


@pytest.mark.parametrize("dictionary", [NONE, *KNOWN])
@settings(deadline=None)  # the first one reads the dictionary
@given(content=st.binary(max_size=5000))
def test_what_is_packed_comes_out_again(dictionary: int, content: bytes) -> None:
    assert unpacked(packed(content, dictionary=dictionary), limit=LIMIT) == content


@given(frame=st.binary(max_size=2000) | st.binary(max_size=200).map(b"BZh91AY&SY".__add__))
@example(b"")
@example(b"BZh")
@example(bz2.compress(b"x" * 1000)[:-3])
@example(bz2.compress(b"x" * 1000) + b"more")
@example(bz2.compress(b"x" * 1000) + bz2.compress(b"y" * 1000))
@example(packed(b"x" * 1000)[:-3])
@example(packed(b"x" * 1000) + b"more")
def test_foreign_bytes_are_refused_or_small(frame: bytes) -> None:
    with suppress(Unpackable, DictionaryUnknown):
        assert len(unpacked(frame, limit=LIMIT)) <= LIMIT


def test_a_bomb_is_stopped_at_the_limit() -> None:
    bomb = packed(bytes(50_000_000), dictionary=NONE)
    assert len(bomb) < 10_000
    with pytest.raises(Unpackable, match="more than"):
        unpacked(bomb, limit=LIMIT)


def test_a_sorted_bomb_is_stopped_at_the_limit() -> None:
    bomb = bz2.compress(bytes(50_000_000))
    assert len(bomb) < 1000
    with pytest.raises(Unpackable, match="more than"):
        unpacked(bomb, limit=LIMIT)


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT])
def test_a_sorted_frame_up_to_the_limit_is_whole(size: int) -> None:
    assert unpacked(bz2.compress(bytes(size)), limit=LIMIT) == bytes(size)
    with pytest.raises(Unpackable):
        unpacked(bz2.compress(bytes(size))[:-1], limit=LIMIT)


def test_a_bomb_that_does_not_tell_its_size_is_stopped_too() -> None:
    writing = zstandard.ZstdCompressor().compressobj()
    bomb = b"".join([writing.compress(bytes(50_000_000)), writing.flush()])
    with pytest.raises(Unpackable, match="more than"):
        unpacked(bomb, limit=LIMIT)


def test_a_frame_that_asks_for_much_memory_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, compression_level=3)
    writing = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    greedy = b"".join([writing.compress(b"x"), writing.flush()])
    with pytest.raises(Unpackable):
        unpacked(greedy, limit=LIMIT)


def test_a_dictionary_that_we_do_not_have_is_told() -> None:
    samples = [bytes([n % 7, n % 11, n % 13]) * 50 for n in range(500)]
    other = zstandard.train_dictionary(1024, samples, dict_id=40000)
    frame = zstandard.ZstdCompressor(dict_data=other).compress(b"x" * 100)
    with pytest.raises(DictionaryUnknown):
        unpacked(frame, limit=LIMIT)


def test_one_form_with_the_dictionary_is_less_than_half_of_one_without() -> None:
    texts = [wire.canonical(wire.text_of(case)) for case in sample_forms(40, seed=7)]
    small = sum(len(packed(text, dictionary=NEWEST)) for text in texts)
    assert small < 0.5 * sum(len(packed(text, dictionary=NONE)) for text in texts)
    assert small < 0.33 * sum(map(len, texts))


def test_many_forms_together_are_a_quarter() -> None:
    texts = b"".join(wire.canonical(wire.text_of(case)) for case in sample_forms(200, seed=7))
    assert len(packed(texts)) < 0.26 * len(texts)
    assert unpacked(packed(texts), limit=len(texts)) == texts
