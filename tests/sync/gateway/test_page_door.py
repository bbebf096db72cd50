"""Of a page whose line breaks everything that arrived is kept, whichever way it came."""

import http.client
import socket
import time
from collections.abc import Callable

import pytest

from sync import pieces, wire
from sync.api import PagesWanted
from sync.pieces import Asked, Piece
from tests.counterparts.village import TERMINAL_ID, Village, submit

ARRIVED = 1000  # bytes of the page


def one(sha256: str, size: int, content: bytes) -> tuple[str, str, dict[str, str], bytes, int]:
    headers = {wire.UPLOAD_OFFSET: "0", wire.UPLOAD_LENGTH: str(size), wire.UPLOAD_COMPLETE: "?1"}
    return "PUT", f"/v1/pages/{sha256}", headers, content[:ARRIVED], size


def many(sha256: str, size: int, content: bytes) -> tuple[str, str, dict[str, str], bytes, int]:
    body = b"".join(pieces.body_of(Asked(), [Piece(sha256, size, 0, content)]))
    head = len(body) - size
    return "POST", "/v1/pages", {"Content-Type": pieces.PIECES}, body[: head + ARRIVED], len(body)


@pytest.mark.parametrize("way", [one, many])
def test_what_arrived_before_the_line_broke_is_kept(
    village: Village, way: Callable[[str, int, bytes], tuple[str, str, dict[str, str], bytes, int]]
) -> None:
    case = village.confirm(1, pages=1)
    [page] = case.pages
    submit(village.client, case)
    method, path, headers, sent, length = way(
        page.sha256, page.size, village.store.page(page.sha256)
    )
    port = int(village.gateway.base_url.rpartition(":")[2])
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.putrequest(method, path)
    own = {"Authorization": f"Bearer {village.token}", wire.TERMINAL_HEADER: TERMINAL_ID}
    for name, value in {**own, **headers, "Content-Length": str(length)}.items():
        line.putheader(name, value)
    line.endheaders(sent)
    time.sleep(0.2)
    line.sock.shutdown(socket.SHUT_RDWR)
    line.close()
    until = time.monotonic() + 5
    arrived = 0
    while not arrived and time.monotonic() < until:
        answer = submit(village.client, case)
        assert isinstance(answer, PagesWanted)
        arrived = dict(answer.offsets)[page.sha256]
    assert arrived == ARRIVED
