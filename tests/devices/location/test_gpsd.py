"""A position comes from a daemon that speaks gpsd's JSON, and nothing from any other."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.location.api import Position, PositionReceiver
from devices.location.gpsd import GpsdReceiver, position_in

VERSION = b'{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}\n'
NO_FIX = b'{"class":"TPV","device":"/dev/ttyUSB0","mode":1}\n'
FIX = (
    b'{"class":"TPV","device":"/dev/ttyUSB0","mode":3,"time":"2026-11-28T04:00:00.000Z",'
    b'"lat":42.904166,"lon":129.513228,"alt":180.1,"eph":7.5,"epx":5.1}\n'
)


@contextmanager
def daemon(*pieces: bytes) -> Iterator[int]:
    """A server on loopback that waits for the question and says these pieces."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                asked = line.recv(200)
                assert asked.startswith(b"?WATCH=")
                for piece in pieces:
                    line.sendall(piece)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


def test_the_first_position_counts() -> None:
    with daemon(VERSION, NO_FIX, FIX[:40], FIX[40:]) as port:
        receiver: PositionReceiver = GpsdReceiver(port=port)
        assert receiver.position() == Position(42.904166, 129.513228, 7.5)


@pytest.mark.parametrize("said", [b"", VERSION, NO_FIX, b"\x00\xff not gpsd\n", b"x" * 200_000])
def test_without_a_position_there_is_none(said: bytes) -> None:
    with daemon(said) as port:
        assert GpsdReceiver(port=port, within=1).position() is None


def test_without_a_daemon_there_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert GpsdReceiver(port=port, within=1).position() is None


def test_a_daemon_that_is_silent_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert GpsdReceiver(port=server.getsockname()[1], within=0.2).position() is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_position_or_none(report: bytes) -> None:
    position_in(report)


@given(
    st.dictionaries(
        st.sampled_from(["class", "mode", "lat", "lon", "eph"]),
        st.sampled_from(["TPV", 3, True, None, -1, 10**400, [], {}])
        | st.floats(allow_nan=True)
        | st.integers(),
    )
)
def test_a_position_is_always_on_the_earth(told: dict[str, object]) -> None:
    found = position_in(json.dumps({**told, "class": "TPV"}).encode())
    if found is not None:
        assert abs(found.latitude) <= 90
        assert abs(found.longitude) <= 180
        assert found.metres is None or found.metres >= 0
