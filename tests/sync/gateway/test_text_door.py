"""The event loop reads only what is small once it is unpacked."""

import asyncio
import bz2
import threading

import pytest
import zstandard
from starlette.requests import Request
from starlette.types import Message

from sync import batch, wire
from sync.gateway.text_door import AT_ONCE
from sync.packing import packed
from tests.counterparts.sample_cases import draft
from tests.counterparts.village import TERMINAL_ID, Village

ONE = batch.together([wire.canonical(wire.text_of(draft(1)))])
MANY = batch.together([wire.canonical(wire.text_of(draft(n))) for n in range(1, 9)])
BOMB = batch.together([b'{"version":1,"x":"' + b"a" * 3_800_000 + b'"}'])


def post(village: Village, content: bytes, frame: bytes) -> int:
    """The status of POST /v1/cases, on an event loop in this thread."""

    async def receive() -> Message:
        return {"type": "http.request", "body": frame, "more_body": False}

    headers = [(wire.FINGERPRINT_HEADER.lower().encode(), wire.hash_of(content).encode())]
    scope = {"type": "http", "method": "POST", "path": "/v1/cases", "headers": headers}
    door = village.gateway._office._app._texts
    return asyncio.run(door.many(Request(scope, receive), TERMINAL_ID)).status_code


def silent(content: bytes) -> bytes:
    """A frame that does not say how much is in it."""
    writing = zstandard.ZstdCompressor().compressobj()
    return writing.compress(content) + writing.flush()


@pytest.mark.parametrize(
    ("content", "frame", "is_here"),
    [
        pytest.param(ONE, packed(ONE), True, id="one form"),
        pytest.param(MANY, packed(MANY), False, id="many forms"),
        pytest.param(BOMB, zstandard.compress(BOMB, 12), False, id="a bomb"),
        pytest.param(ONE, bz2.compress(ONE), False, id="bzip2"),
        pytest.param(ONE, silent(ONE), False, id="size not told"),
    ],
)
def test_only_what_says_to_be_small_is_read_on_the_loop(
    village: Village,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    frame: bytes,
    is_here: bool,
) -> None:
    assert len(frame) <= AT_ONCE
    readers: list[threading.Thread] = []
    cases_in = batch.cases_in

    def read(some: bytes) -> tuple[bytes, list[bytes]]:
        readers.append(threading.current_thread())
        return cases_in(some)

    monkeypatch.setattr(batch, "cases_in", read)
    assert post(village, content, frame) == 200
    [reader] = readers
    assert (reader is threading.current_thread()) == is_here


def test_bytes_that_are_no_frame_are_refused_all_the_same(village: Village) -> None:
    for frame in (b"", b"x", ONE):
        assert post(village, ONE, frame) == 400
