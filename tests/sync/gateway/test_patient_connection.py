"""Slow lines are borne with; who only holds a connection is told so and let go."""

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from sync import wire
from sync.gateway.limits import Limits
from sync.gateway.patient_connection import patient

LIMITS = Limits(head_seconds=0.6, idle_seconds=0.6)
SOON = 5.0  # seconds, on a busy machine


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """The port of a server with these limits, in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=patient(LIMITS),
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(SOON)
        listener.close()


def line_to(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=SOON)


def answer_on(line: socket.socket) -> tuple[int, bytes]:
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer.status, answer.read()


async def whole(_scope: Scope, receive: Receive, send: Send) -> None:
    """Reads all of the body, and says how much it was."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await say(send, str(size).encode())


async def say(send: Send, body: bytes) -> None:
    length = str(len(body)).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]}
    )
    await send({"type": "http.response.body", "body": body})


def head(size: int) -> bytes:
    return f"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode()


def test_a_body_that_comes_slowly_but_comes_is_taken() -> None:
    with served(whole) as port, line_to(port) as line:
        line.sendall(head(2000))
        begun = time.monotonic()
        for _ in range(10):
            line.sendall(b"x" * 200)
            time.sleep(0.15)
        assert time.monotonic() - begun > 2 * LIMITS.idle_seconds
        assert answer_on(line) == (200, b"2000")


@pytest.mark.parametrize("drops", [0, 100])
def test_a_body_that_stops_or_only_drips_is_given_up(drops: int) -> None:
    with served(whole) as port, line_to(port) as line:
        line.sendall(head(100_000) + b"x")
        begun = time.monotonic()
        line.settimeout(0.1)
        got = b""
        while not got and time.monotonic() - begun < SOON:
            if drops:
                line.sendall(b"x")
            try:
                got = line.recv(1000)
            except TimeoutError:
                continue
        assert got.startswith(b"HTTP/1.1 408 ")
        assert f"{wire.GATEWAY_HEADER}: 1".encode().lower() in got.lower()


def test_who_waits_for_us_is_not_given_up() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.sleep(3 * LIMITS.idle_seconds)
        await whole(scope, receive, send)

    size = 40_000_000  # more than the system's buffers hold
    with served(slow) as port, line_to(port) as line:
        line.sendall(head(size) + bytes(size))
        status, told = answer_on(line)
        assert status == 200
        assert int(told) < size  # the first part went to `slow`


def test_an_answer_that_nobody_fetches_is_given_up() -> None:
    over = threading.Event()

    async def talkative(_scope: Scope, _receive: Receive, send: Send) -> None:
        try:
            await say(send, bytes(60_000_000))
        finally:
            over.set()

    with served(talkative) as port, line_to(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert over.wait(SOON)
        time.sleep(3 * LIMITS.idle_seconds)
        got = 0
        with suppress(ConnectionError):  # the end may come as a reset
            while more := line.recv(1_000_000):
                got += len(more)
        assert got < 60_000_000


def test_an_answer_that_is_fetched_slowly_is_not_given_up() -> None:
    async def talkative(_scope: Scope, _receive: Receive, send: Send) -> None:
        await say(send, bytes(12_000_000))

    with served(talkative) as port, line_to(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        begun, got = time.monotonic(), 0
        while got < 12_000_000:
            more = line.recv(1_000_000)
            assert more
            got += len(more)
            time.sleep(0.1)
        assert time.monotonic() - begun > LIMITS.idle_seconds


def test_who_was_answered_early_cannot_go_on_sending_for_ever() -> None:
    async def short(_scope: Scope, _receive: Receive, send: Send) -> None:
        await say(send, b"no")

    with served(short) as port, line_to(port) as line:
        line.sendall(head(1 << 40))
        assert answer_on(line) == (200, b"no")
        begun = time.monotonic()
        with suppress(OSError):  # reset, or broken pipe
            while time.monotonic() - begun < SOON:
                line.sendall(b"x" * 100)
                time.sleep(0.05)
        assert time.monotonic() - begun < SOON


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nX"])
def test_a_head_that_does_not_come_is_given_up(sent: bytes) -> None:
    with served(whole) as port, line_to(port) as line:
        line.sendall(sent)
        assert answer_on(line)[0] == 408


def test_a_second_request_has_its_time_too() -> None:
    with served(whole) as port, line_to(port) as line:
        for _ in range(3):
            line.sendall(head(1) + b"x")
            assert answer_on(line) == (200, b"1")
            time.sleep(1.5 * LIMITS.head_seconds)  # between two requests there is no hurry
        line.sendall(b"GET ")
        assert answer_on(line)[0] == 408


def test_two_requests_at_once_are_both_answered() -> None:
    with served(whole) as port, line_to(port) as line:
        line.sendall((head(1) + b"x") * 2)
        got = b""
        while got.count(b"HTTP/1.1 200 ") < 2:
            more = line.recv(1000)
            assert more
            got += more


@pytest.mark.logs_expected
def test_what_is_no_http_is_told_so_in_our_words() -> None:
    with served(whole) as port, line_to(port) as line:
        line.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        status, body = answer_on(line)
        assert status == 400
        assert wire.decoded(body, wire.Problem).title


def test_a_head_without_end_is_refused_though_it_is_quick() -> None:
    with served(whole) as port, line_to(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000)
        assert answer_on(line)[0] == 431
