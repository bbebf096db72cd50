"""How bytes go onto a village line: small pieces, an impatient kernel, sockets that can be cut."""

import contextlib
import socket
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

CHUNK: Final = 16 * 1024  # bytes handed to the kernel at once, each under its own deadline
# The kernel gives an unacknowledged line up after 30 s (sync.md: 20 to 30 s) and notices a peer
# that vanished while nothing is sent after 30 + 3 * 10 s.
SOCKET_OPTIONS: Final = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 30_000),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
)


class Body:
    """A body in small pieces with a known length: each piece has its own deadline."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __len__(self) -> int:
        return len(self._content)

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), CHUNK):
            yield self._content[start : start + CHUNK]


class FileBody:
    """A file from some byte on as a body in small pieces; never whole in memory."""

    def __init__(self, path: Path, start: int) -> None:
        """Raises OSError when the file is not there."""
        self._path, self._start = path, start
        self._length = max(0, path.stat().st_size - start)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(self._start)
            while piece := file.read(CHUNK):
                yield piece


class Line:
    """The sockets that are open, so that another thread can break them off."""

    def __init__(self) -> None:
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._is_cut = False

    def pool_classes(self) -> dict[str, type[HTTPConnectionPool]]:
        """Connection pools of urllib3, by scheme, whose sockets belong to this line."""
        opened = self._opened

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                opened(self.sock)

            def getresponse(self) -> HTTPResponse:  # type: ignore[override]
                with _head_in_time(self.sock, self.timeout):
                    return super().getresponse()

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                opened(self.sock)

            def getresponse(self) -> HTTPResponse:  # type: ignore[override]
                with _head_in_time(self.sock, self.timeout):
                    return super().getresponse()

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        return {"http": PlainPool, "https": SecurePool}

    def cut(self) -> None:
        """Shut every socket for good; whoever waits on one gets an error at once. Any thread."""
        with self._lock:
            self._is_cut = True
            for sock in self._sockets:
                _shut(sock)

    def _opened(self, sock: socket.socket) -> None:
        with self._lock:
            self._sockets.add(sock)
            if self._is_cut:
                _shut(sock)


@contextlib.contextmanager
def _head_in_time(sock: socket.socket, first_byte: object) -> Iterator[None]:
    """A deadline for each read alone would wait for ever on one who sends a byte now and then."""
    if not isinstance(first_byte, float | int):
        yield
        return
    watch = threading.Timer(2 * first_byte, _shut, [sock])  # the rest may take as long again
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed meanwhile
        sock.shutdown(socket.SHUT_RDWR)
