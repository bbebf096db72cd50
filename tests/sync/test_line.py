"""Patience over TLS goes by progress too; a file that fails is not taken for the line."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.domain.fault import Fault
from sync import wire
from sync.api import GatewayUnreachable
from sync.http_gateway import HttpGateway
from sync.http_transport import HttpTransport
from sync.line import NARROW_BUFFER, Body
from tests.counterparts.bad_line import BadLine
from tests.counterparts.canned_gateway import Canned, CannedGateway
from tests.counterparts.certificates import Authority

OURS = {wire.GATEWAY_HEADER: "1"}
PATIENCE = 0.8  # seconds
SIZE = 8_000_000  # bytes; more than the kernels on both sides hold


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def secure_line(authority: Authority) -> Iterator[tuple[BadLine, HttpTransport]]:
    with CannedGateway(Canned(200, b"", OURS), tls=authority.pair("good")) as gateway:
        line = BadLine(int(gateway.base_url.rpartition(":")[2]))
        line.start()
        transport = HttpTransport(
            line.base_url.replace("http:", "https:"),
            headers={},
            ca_file=authority.root,
            certificate=None,
            block_timeout=PATIENCE,
            answer_timeout=PATIENCE,
        )
        transport.ask("POST", "/v1/first", body=Body(b"warms the connection up"))
        yield line, transport
        transport.interrupt()
        line.stop()


def test_a_slow_line_is_believed_in_while_it_moves_also_under_tls(authority: Authority) -> None:
    with secure_line(authority) as (line, transport):
        line.set(kbit=SIZE * 8 / 1000 / 4)  # 4 s
        begun = time.monotonic()
        transport.close()  # the first request of a connection is the one with tickets before it
        answer = transport.ask("POST", "/v1/long", body=Body(bytes(SIZE)))
        assert answer.status == 200
        assert time.monotonic() - begun > 3


def test_a_line_that_goes_dark_is_given_up_also_under_tls(authority: Authority) -> None:
    with secure_line(authority) as (line, transport):
        line.darken()
        begun = time.monotonic()
        with pytest.raises(GatewayUnreachable):
            transport.ask("POST", "/v1/x", body=Body(b"x" * 1000))
        assert PATIENCE * 0.9 < time.monotonic() - begun < 10 * PATIENCE


@pytest.mark.parametrize("is_narrow", [True, False])
def test_a_narrow_line_gets_little_at_once(authority: Authority, *, is_narrow: bool) -> None:
    with secure_line(authority) as (_, transport):
        transport.close()
        size, seconds = 100_000, (100.0 if is_narrow else 0.1)
        transport.pace.begin()
        transport.pace.end(size, seconds)
        transport.ask("POST", "/v1/x", body=Body(b"x"))
        [sock] = [one for one in transport._line._sockets if one.fileno() >= 0]
        held = sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        assert (held == 2 * NARROW_BUFFER) is is_narrow


def test_a_stick_that_cannot_be_read_is_no_fault_of_the_line(tmp_path: Path) -> None:
    place = {**OURS, wire.UPLOAD_OFFSET: "0"}
    with CannedGateway(Canned(409, b"", place)) as gateway:
        client = HttpGateway(gateway.base_url, terminal_id="t", token="t", gateway_key=bytes(32))
        with pytest.raises(IsADirectoryError):
            client.send_bundle("0" * 64, tmp_path)


def test_a_gateway_that_names_no_place_is_told_from_it(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.write_bytes(b"sealed")
    with CannedGateway(Canned(409, b"", OURS)) as gateway:
        client = HttpGateway(gateway.base_url, terminal_id="t", token="t", gateway_key=bytes(32))
        with pytest.raises(GatewayUnreachable) as error:
            client.send_bundle("0" * 64, bundle)
    assert error.value.fault is Fault.GATEWAY_UNREACHABLE
