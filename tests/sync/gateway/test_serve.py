"""How the gateway listens, stops and comes back."""

import socket
from pathlib import Path

from sync.gateway import serve
from sync.gateway.serve import EmbeddedGateway
from sync.http_gateway import HttpGateway


def test_what_the_gateway_accepts_answers_at_once_and_notices_the_dead() -> None:
    with (
        serve._listener("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_a_gateway_keeps_its_key_and_its_terminals_when_it_starts_again(tmp_path: Path) -> None:
    first = EmbeddedGateway(tmp_path)
    token = first.add_terminal("t1")
    first.start()
    first.stop()
    first.stop()  # again is fine
    again = EmbeddedGateway(tmp_path)
    again.start()
    assert again.public_key == first.public_key
    client = HttpGateway(
        again.base_url, terminal_id="t1", token=token, gateway_key=first.public_key
    )
    assert client.reachable() is None
    client.interrupt()
    again.stop()


def test_key_and_ledger_are_for_the_gateways_account_only(tmp_path: Path) -> None:
    gateway = EmbeddedGateway(tmp_path / "gateway")
    gateway.stop()
    assert (tmp_path / "gateway").stat().st_mode & 0o077 == 0
    assert (tmp_path / "gateway" / "signing.key").stat().st_mode & 0o077 == 0
