"""Many cases in one request: nothing mixed up, nothing believed too easily."""

from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import batch, wire
from sync.gateway.signing import SigningKey
from sync.gateway_key import ACKNOWLEDGEMENT
from sync.packing import DictionaryUnknown, packed
from tests.counterparts.sample_cases import draft

KEY = SigningKey(bytes(range(32)))
TEXT = wire.text_of(draft())


def signed(text: wire.CaseText, *, terminal_id: str = "t1") -> bytes:
    return KEY.acknowledgement(
        wire.Acknowledgement(
            case_id=text.case_id,
            terminal_id=terminal_id,
            fingerprint=wire.fingerprint(text),
            pages=(),
            official_number="7",
            received_at=datetime(2026, 3, 5, 1, 2, 3, 4, tzinfo=UTC),
        )
    )


@settings(deadline=None)  # the first one reads the dictionary
@given(st.binary(max_size=500))
def test_a_frame_of_anything_is_unreadable_or_read(content: bytes) -> None:
    for frame in (content, packed(content)):
        for read in (batch.cases_in, batch.replies_in):
            with suppress(wire.Unreadable, DictionaryUnknown):
                read(frame)


def test_texts_come_out_as_they_went_in_even_when_one_makes_no_sense() -> None:
    texts = [wire.canonical(TEXT), b'{"version":9}', b"[]"]
    content = batch.together(texts)
    assert batch.cases_in(packed(content)) == (content, texts)


def test_more_cases_than_allowed_are_refused() -> None:
    frame = packed(batch.together([b"1"] * (batch.MOST_CASES + 1)))
    with pytest.raises(wire.Unreadable, match="more than"):
        batch.cases_in(frame)


def test_more_bytes_than_allowed_are_refused() -> None:
    text = b'"' + b"x" * batch.UNPACKED_LIMIT + b'"'
    with pytest.raises(wire.Unreadable, match="more than"):
        batch.cases_in(packed(batch.together([text])))


@pytest.mark.parametrize("size", [1, 1000, batch.MOST_TEXT // 3, batch.MOST_TEXT])
def test_every_text_goes_into_one_frame_and_no_frame_is_too_large(size: int) -> None:
    texts = [bytes([n % 256]) * size for n in range(600 if size < 2000 else 9)]
    frames = list(batch.frames_of(texts))
    assert [text for few in frames for text in few] == texts
    for few in frames:
        assert len(few) <= batch.MOST_CASES
        assert sum(map(len, few)) <= batch.MOST_TEXT


def test_a_brief_acknowledgement_becomes_the_signed_one_again() -> None:
    short = batch.brief(signed(TEXT), "t1")
    assert isinstance(short, batch.Brief)
    again = msgspec.json.decode(msgspec.json.encode(short), type=batch.Brief)
    assert batch.in_full(again, TEXT, "t1") == signed(TEXT)
    assert len(wire.canonical(short)) < 250


def test_an_acknowledgement_that_would_not_come_out_the_same_goes_in_full() -> None:
    body = wire.decoded(signed(TEXT), wire.Signed).body.replace(b'"version":1', b'"version": 1')
    of_an_older_program = KEY.signed(ACKNOWLEDGEMENT, body)
    for long in (signed(TEXT, terminal_id="t2"), of_an_older_program):
        assert batch.brief(long, "t1") == wire.Received(long)
