"""How bytes go onto a village line: small pieces, an impatient kernel, sockets that can be cut.

Patience is measured by progress, never by size: however slow a line is, it is believed in while the
other side takes bytes; a line that has gone dark is given up within `patience`, whatever was sent.
"""

import contextlib
import fcntl
import select
import socket
import ssl
import struct
import termios
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Final

from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

CHUNK: Final = 16 * 1024  # bytes handed to the kernel at once, each under its own deadline
# The kernel gives an unacknowledged line up after 25 s (sync.md section 6: 20 to 30 s) and notices
# a peer that vanished while nothing is sent after 30 + 3 * 10 s.
SOCKET_OPTIONS: Final = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 25_000),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    # A connection that is given up, also by a killed program, takes what the kernel has not sent
    # yet with it (socket(7)). Else these bytes travel beside the next connection's, which sends
    # them again. In good times the answer is here before anything is closed.
    (socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)),
)
# Bytes on their way over a narrow line, which is slow to swallow what stands in a queue before it:
# all of that is sent again after a cut. The kernel doubles it for its own needs (socket(7)). Wide
# lines need more (measured: at 2 Mbit/s and 4 % loss four lanes lose a third of their rate by it).
NARROW_BUFFER: Final = 32 * 1024
CONNECT_SHARE: Final = 0.3  # of the patience for a block: 6 of 20 s
LOOK_EVERY: Final = 0.5  # seconds, whether the other side still takes what is on its way
Part = bytes | memoryview


class Body:
    """A body in small pieces with a known length: each piece has its own deadline."""

    def __init__(self, *parts: Part) -> None:
        self._parts = parts
        self._length = sum(len(part) for part in parts)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        """Pieces of at most CHUNK; small parts travel together."""
        kept = bytearray()
        for part in self._parts:
            view = memoryview(part)
            if len(kept) + len(view) <= CHUNK:
                kept += view
                continue
            first = CHUNK - len(kept)
            yield bytes(kept) + bytes(view[:first])
            kept.clear()
            whole = first + (len(view) - first) // CHUNK * CHUNK
            for start in range(first, whole, CHUNK):
                yield bytes(view[start : start + CHUNK])
            kept += view[whole:]
        if kept:
            yield bytes(kept)


class FileUnreadable(Exception):
    """The file of a body failed while it was being sent: no fault of the line. `error`: how."""

    def __init__(self, error: OSError) -> None:
        super().__init__(type(error).__name__)
        self.error = error


class FileBody:
    """A file from some byte on as a body in small pieces; never whole in memory."""

    def __init__(self, path: Path, start: int) -> None:
        """Raises OSError when the file is not there."""
        self._path, self._start = path, start
        self._length = max(0, path.stat().st_size - start)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        """Raises FileUnreadable: an OSError would pass for one of the line."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._start)
                while piece := file.read(CHUNK):
                    yield piece
        except OSError as error:
            raise FileUnreadable(error) from error


class Line:
    """The sockets that are open, so that another thread can break them off."""

    def __init__(self, *, is_narrow: Callable[[], bool] = lambda: False) -> None:
        """`is_narrow`: asked for each new connection."""
        self._is_narrow = is_narrow
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._is_cut = False

    def pool_classes(self) -> dict[str, type[HTTPConnectionPool]]:
        """Connection pools of urllib3, by scheme, whose sockets belong to this line."""
        opened = self._opened

        class OfThisLine(HTTPConnection):
            def connect(self) -> None:
                with _impatient(self):
                    super().connect()
                opened(self.sock)

            def getresponse(self) -> HTTPResponse:  # type: ignore[override]
                with _answer_in_time(self):
                    return super().getresponse()

        class Plain(OfThisLine):
            pass

        class Secure(OfThisLine, HTTPSConnection):
            pass

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
        if self._is_narrow():
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW_BUFFER)
        with self._lock:
            self._sockets.add(sock)
            if self._is_cut:
                _shut(sock)


@contextlib.contextmanager
def _impatient(connection: HTTPConnection) -> Iterator[None]:
    """Give a line that swallows the first packets up soon, and so try it again soon.

    The kernel repeats the first packet after 1, 3, 7, 15 s: who waits for one connection may
    notice a line that is back only after eight seconds.
    """
    patience = connection.timeout
    if isinstance(patience, float | int):
        connection.timeout = CONNECT_SHARE * patience
    try:
        yield
    finally:
        connection.timeout = patience
    if isinstance(patience, float | int):
        connection.sock.settimeout(patience)


@contextlib.contextmanager
def _answer_in_time(connection: HTTPConnection) -> Iterator[None]:
    """Bound how long the head of the answer may take after the other side's last sign of life.

    Raises TimeoutError where the first byte does not come; later the socket is shut. A deadline for
    each read alone would wait for ever on one who sends a byte now and then.
    """
    sock, patience = connection.sock, connection.timeout
    if not isinstance(patience, float | int):
        yield
        return
    if isinstance(sock, ssl.SSLSocket):
        # It has bytes of its own to read before any answer (RFC 8446 section 4.6.1, recalled), so
        # the watch alone counts, and not from here but from the last sign.
        connection.timeout = None
    else:
        _wait_for_answer(sock, patience)
    watch = _Watch(sock, patience)
    watch.start()
    try:
        yield
    finally:
        watch.end()
        connection.timeout = patience
        sock.settimeout(patience)


class _Watch(threading.Thread):
    """Shuts the socket when the other side has taken nothing for too long."""

    def __init__(self, sock: socket.socket, patience: float) -> None:
        super().__init__(name="answer-watch", daemon=True)
        self._socket, self._patience = sock, patience
        self._over = threading.Event()

    def run(self) -> None:
        """Until `end`, or until it has shut the socket."""
        signs = _Signs(self._socket)
        while not self._over.wait(_look_every(self._patience)):
            if signs.silence() >= self._patience:
                _shut(self._socket)
                return

    def end(self) -> None:
        """The answer's head is here, or nobody waits for it any more."""
        self._over.set()


class _Signs:
    """When the other side last took some of what is on its way.

    What the kernel still holds may take long on a slow line: 256 KB are 32 s at 64 kbit/s.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._left, self._last = _unacknowledged(sock), monotonic()

    def silence(self) -> float:
        """Seconds since then, as far as was looked."""
        left = _unacknowledged(self._socket)
        if left != self._left:
            self._left, self._last = left, monotonic()
        return monotonic() - self._last


def _wait_for_answer(sock: socket.socket, patience: float) -> None:
    """Returns when something came. The time counts from the other side's last sign of life."""
    signs = _Signs(sock)
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    while not poll.poll(_look_every(patience) * 1000):
        if signs.silence() >= patience:
            raise TimeoutError("no answer")


def _look_every(patience: float) -> float:
    return min(LOOK_EVERY, patience / 4)


def _unacknowledged(sock: socket.socket) -> int:
    """Bytes that the other side has not confirmed (SIOCOUTQ, man 7 tcp)."""
    try:
        answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, struct.pack("i", 0))
    except OSError:  # closed meanwhile: reading will tell
        return 0
    return int(struct.unpack("i", answer)[0])


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed meanwhile
        sock.shutdown(socket.SHUT_RDWR)
