"""How the gateway listens, stops and comes back."""

import http.client
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from sync import wire
from sync.gateway import serve
from sync.gateway.serve import EmbeddedGateway
from sync.http_gateway import HttpGateway
from sync.pieces import HEAD, PIECES, Asked, head_of
from tests.counterparts.gateway_process import GatewayProcess
from tests.counterparts.sample_cases import NOON, draft
from tests.counterparts.village import picture
from tests.counterparts.waiting import wait_until


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


TERMINAL = "t1"


class Upload:
    """One page that a terminal sends piece by piece, over its own socket."""

    def __init__(self, port: int, token: str) -> None:
        self.page = picture(1, side=64)
        self._line = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._sent = 0
        asked = head_of(Asked())
        size = len(self.page.jpeg)
        head = HEAD.pack(bytes.fromhex(self.page.sha256), size, 0, size, zlib.crc32(self.page.jpeg))
        self._body = asked + head + self.page.jpeg
        lines = (
            "POST /v1/pages HTTP/1.1",
            "Host: x",
            f"Authorization: Bearer {token}",
            f"{wire.TERMINAL_HEADER}: {TERMINAL}",
            f"Content-Type: {PIECES}",
            f"Content-Length: {len(self._body)}",
        )
        self._line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")

    def send(self, size: int) -> None:
        """So many bytes more."""
        self._line.sendall(self._body[self._sent : self._sent + size])
        self._sent += size

    def finish(self) -> int:
        """The rest; the status of the answer."""
        self.send(len(self._body))
        answer = http.client.HTTPResponse(self._line)
        answer.begin()
        answer.read()
        return answer.status

    def is_over(self) -> bool:
        """The other side has hung up without an answer."""
        try:
            return self._line.recv(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def gateway(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[GatewayProcess]:
    """Its parameter: the seconds that it takes for ending, 3 unless said."""
    seconds = str(getattr(request, "param", 3))
    process = GatewayProcess(tmp_path / "gateway", options=("--stop-seconds", seconds))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def upload(gateway: GatewayProcess, tmp_path: Path) -> Iterator[Upload]:
    gateway.enrol(TERMINAL, tmp_path / "token")
    token = (tmp_path / "token").read_text("ascii").strip()
    listed = replace(
        draft(1),
        receipt_number="R1",
        confirmed_at=NOON,
        pages=(picture(1, side=64).reference(),),
    )
    put = requests.put(
        f"{gateway.base_url}/v1/cases/{listed.case_id}",
        wire.canonical(wire.text_of(listed)),
        headers={"Authorization": f"Bearer {token}", wire.TERMINAL_HEADER: TERMINAL},
        timeout=5,
    )
    assert put.status_code == 202
    begun = Upload(gateway.port, token)
    begun.send(1500)
    yield begun
    begun.close()


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.mark.parametrize("gateway", [60], indirect=True)  # a second one has to start meanwhile
def test_who_is_told_to_end_listens_no_more_and_finishes_what_is_under_way(
    gateway: GatewayProcess, upload: Upload
) -> None:
    gateway.ask_to_end()
    wait_until(lambda: not listens(gateway.port), seconds=2)
    # Another one may listen there at once, over the same folder.
    second = GatewayProcess(gateway.folder, port=gateway.port)
    second.start()
    upload.send(500)
    assert gateway.is_running()
    assert upload.finish() == 200
    assert gateway.exit_code() == 0
    answer = requests.get(f"{second.base_url}/readyz", timeout=5)
    assert answer.json() == {"status": "ready"}
    second.stop()


def test_what_had_arrived_of_an_upload_is_kept_when_time_is_up(
    gateway: GatewayProcess, upload: Upload
) -> None:
    begun = time.monotonic()
    gateway.ask_to_end()
    assert upload.is_over()
    assert gateway.exit_code() == 0
    assert time.monotonic() - begun < 3 + 5 + 2
    [part] = (gateway.folder / "part").iterdir()
    kept = part.read_bytes()
    assert len(kept) > 1000
    assert upload.page.jpeg.startswith(kept)


def test_a_database_is_closed_in_the_end(gateway: GatewayProcess) -> None:
    assert (gateway.folder / "ledger.db-wal").exists()
    gateway.ask_to_end()
    assert gateway.exit_code() == 0
    # SQLite takes its side files back when the last connection is closed, and only then.
    assert not (gateway.folder / "ledger.db-wal").exists()
