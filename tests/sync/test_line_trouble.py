"""What is wrong with the line is told apart: no way out, nobody, portal, certificate, clock."""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.fault import Fault
from sync import wire
from sync.api import GatewayUnreachable
from sync.gateway.signing import SigningKey
from sync.http_gateway import HttpGateway
from sync.line_trouble import clock_or, fault_of
from tests.counterparts.canned_gateway import Canned, CannedGateway
from tests.counterparts.certificates import DAY, Authority

KEY = SigningKey(bytes(range(32)))
OURS = {wire.GATEWAY_HEADER: "1"}


def client(address: str, *, ca_file: Path | None = None) -> HttpGateway:
    return HttpGateway(
        address,
        terminal_id="t",
        token="x",
        gateway_key=KEY.public,
        ca_file=str(ca_file) if ca_file else None,
        block_timeout=2,
        answer_timeout=2,
    )


def fault_at(address: str, *, ca_file: Path | None = None) -> Fault:
    with pytest.raises(GatewayUnreachable) as caught:
        client(address, ca_file=ca_file).pull("", catalog="")
    return caught.value.fault


def told(moment: datetime) -> Canned:
    content = wire.canonical(wire.ServerTime(moment))
    return Canned(200, content, {**OURS, "Content-Type": wire.JSON})


def test_nothing_listens_there() -> None:
    assert fault_at("http://127.0.0.1:9") is Fault.GATEWAY_DOWN


def test_a_name_that_nobody_knows_is_the_network_of_this_place() -> None:
    assert fault_at("http://gateway.invalid") is Fault.NETWORK_DOWN


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH])
def test_no_way_out(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_way(*_: object) -> None:
        raise OSError(number, "no way")

    monkeypatch.setattr(socket.socket, "connect", no_way)
    assert fault_at("http://127.0.0.1:9") is Fault.NETWORK_DOWN


@contextmanager
def answering(begin: bytes) -> Iterator[str]:
    """Says this to everybody and hangs up."""
    opened = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        with suppress(OSError):
            while True:
                peer, _ = opened.accept()
                with peer, suppress(OSError):
                    peer.recv(65536)
                    peer.sendall(begin)

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"
    finally:
        opened.shutdown(socket.SHUT_RDWR)
        opened.close()
        thread.join(5)


def test_half_an_answer() -> None:
    half = b"HTTP/1.1 200 OK\r\nDoorstep-Gateway: 1\r\nContent-Length: 100\r\n\r\n{"
    with answering(half) as address:
        assert fault_at(address) is Fault.ANSWER_CUT_OFF


def test_no_answer_at_all() -> None:
    with answering(b"") as address:
        assert fault_at(address) is Fault.GATEWAY_UNREACHABLE


def test_something_that_speaks_no_tls_where_our_gateway_should() -> None:
    with answering(b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n") as address:
        assert fault_at(address.replace("http:", "https:")) is Fault.GATEWAY_FOREIGN


def test_a_good_certificate_is_believed(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with CannedGateway(told(datetime.now(UTC)), tls=authority.pair("good")) as gateway:
        one = client(gateway.base_url, ca_file=authority.root)
        assert one.reachable() is None
        assert one.time() is not None


def test_a_certificate_of_somebody_else_is_not(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path / "a"), Authority(tmp_path / "b")
    with CannedGateway(told(datetime.now(UTC)), tls=theirs.pair("theirs")) as gateway:
        assert fault_at(gateway.base_url, ca_file=ours.root) is Fault.GATEWAY_CERTIFICATE_UNTRUSTED
        assert client(gateway.base_url, ca_file=ours.root).time() is None
    with CannedGateway(told(datetime.now(UTC)), tls=ours.pair("x", host="10.9.9.9")) as gateway:
        assert fault_at(gateway.base_url, ca_file=ours.root) is Fault.GATEWAY_CERTIFICATE_UNTRUSTED


@pytest.mark.parametrize(
    ("begins", "ends"), [(-9 * DAY, -DAY), (DAY, 9 * DAY)], ids=["expired", "not yet valid"]
)
def test_an_expired_certificate_is_told_from_a_wrong_clock(
    tmp_path: Path, begins: timedelta, ends: timedelta
) -> None:
    authority = Authority(tmp_path)
    pair = authority.pair("old", begins=begins, ends=ends)
    with CannedGateway(told(datetime.now(UTC)), tls=pair) as gateway:
        one = client(gateway.base_url, ca_file=authority.root)
        assert one.reachable() is Fault.GATEWAY_CERTIFICATE_EXPIRED
        gateway.answer = told(datetime.now(UTC) + begins + (ends - begins) / 2)
        assert one.reachable() is Fault.CLOCK_WRONG
        with pytest.raises(GatewayUnreachable):
            one.pull("", catalog="")  # nothing of ours goes over such a line
        assert all(path == "/v1/time" for path, _, _ in gateway.asked)
        assert all("Authorization" not in headers for _, headers, _ in gateway.asked)


def test_the_clock_is_blamed_only_for_dates() -> None:
    now = datetime.now(UTC)
    far = now + timedelta(days=400)
    assert clock_or(Fault.GATEWAY_DOWN, far, now) is Fault.GATEWAY_DOWN
    assert clock_or(Fault.GATEWAY_CERTIFICATE_EXPIRED, None, now) is (
        Fault.GATEWAY_CERTIFICATE_EXPIRED
    )


def test_errors_that_go_round_in_a_circle_are_looked_at_once() -> None:
    first, second = OSError("a"), OSError(errno.ECONNREFUSED, "b")
    first.__cause__, second.__cause__ = second, first
    assert fault_of(first) is Fault.GATEWAY_DOWN
