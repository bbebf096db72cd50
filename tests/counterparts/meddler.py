"""A proxy in front of the gateway that meddles: loses, tears, repeats, holds back, lies, drips."""

import http.client
import random
import socket
import struct
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from tests.counterparts.canned_gateway import Canned

LATER: Final = 3  # requests after which one is delivered once more
HELD: Final = 1.5  # seconds that one is held back; the terminal has given up by then
OVERTAKEN_WITHIN: Final = 0.2  # seconds in which another must come to be first
DRIP_EVERY: Final = 0.1
PATIENCE: Final = 10.0
EMPTY: Final = (204, 304)  # RFC 9110 section 6.4.1 (recalled): no body, no Content-Length


class Trick(Enum):
    """What is done to a request or to its answer."""

    LOSE_ANSWER = auto()  # the gateway has done it, but the connection dies before it says so
    HALVE_ANSWER = auto()  # half of the answer comes, then the connection dies
    CUT_BODY = auto()  # the request is torn in the middle of its body, towards the gateway too
    REPEAT = auto()  # it is delivered twice; the second answer is given
    REPEAT_LATE = auto()  # it is delivered once more, after later ones
    HOLD = auto()  # it is delivered after the terminal has given it up, and after its successors
    OVERTAKE = auto()  # of two that are under way together, the second is delivered first
    ANSWER = auto()  # somebody else answers in the gateway's place
    DRIP_HEAD = auto()  # an answer that comes a byte at a time, for ever: in its head
    DRIP_BODY = auto()  # ... in its body


@dataclass(frozen=True, slots=True)
class Meddling:
    """`share` of the requests meet the trick. `answer`: of Trick.ANSWER."""

    trick: Trick
    share: float = 1.0
    answer: Canned = field(default_factory=Canned)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Meddler:
    """Forwards to 127.0.0.1:`target`. Its methods may be called anywhere."""

    def __init__(self, target: int, *, host: str = "127.0.0.1", seed: int = 1) -> None:
        self._target = target
        self._host = host
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._now: Meddling | None = None
        self._kept: deque[tuple[int, _Request]] = deque()  # (requests until then, request)
        self._waiting: threading.Event | None = None  # of whoever lets itself be overtaken
        self._server: _Server | None = None
        self._ending = threading.Event()
        self.requests = 0
        self.met = 0  # how many met a trick

    @property
    def base_url(self) -> str:
        """Where the terminal finds it. Only once started."""
        assert self._server is not None
        return f"http://{self._host}:{self._server.server_port}"

    def start(self) -> None:
        """Listen, in the network of the calling thread."""
        self._server = _Server((self._host, 0), _handler(self))
        serving = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="meddler", daemon=True
        )
        serving.start()

    def stop(self) -> None:
        """No new connections; what drips ends."""
        self._ending.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def set(self, meddling: Meddling | None) -> None:
        """From now on; None: be honest, and deliver what was kept for later."""
        with self._lock:
            self._now = meddling
            kept = [request for _, request in self._kept] if meddling is None else []
            if meddling is None:
                self._kept.clear()
        for request in kept:
            self.once_more(request)

    def drawn(self) -> Meddling | None:
        """What this request meets."""
        with self._lock:
            self.requests += 1
            now = self._now
            if now is None or self._random.random() >= now.share:
                return None
            self.met += 1
            return now

    def part_of(self, size: int) -> int:
        """Somewhere in the middle."""
        with self._lock:
            return self._random.randrange(size)

    def keep(self, request: _Request) -> None:
        """To be delivered again, LATER requests from now."""
        with self._lock:
            self._kept.append((self.requests + LATER, request))

    def due(self) -> list[_Request]:
        """What was kept long enough."""
        found = []
        with self._lock:
            while self._kept and self._kept[0][0] <= self.requests:
                found.append(self._kept.popleft()[1])
        return found

    def once_more(self, request: _Request) -> None:
        """Deliver it; nobody hears the answer."""
        with suppress(OSError, http.client.HTTPException):
            far = self.connect()
            delivered(far, request)
            far.close()

    def connect(self) -> http.client.HTTPConnection:
        """To the gateway."""
        return http.client.HTTPConnection("127.0.0.1", self._target, timeout=PATIENCE)

    def be_overtaken(self) -> None:
        """Wait until another one has been delivered, if there is another."""
        mine = threading.Event()
        with self._lock:
            self._waiting = mine
        mine.wait(OVERTAKEN_WITHIN)

    def was_delivered(self) -> None:
        """Whoever waited to be overtaken may go."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.set()

    def pause(self, seconds: float) -> bool:
        """True when the proxy ends meanwhile."""
        return self._ending.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A terminal that hangs up is no news."""


def _handler(owner: Meddler) -> type[BaseHTTPRequestHandler]:
    class Meddled(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1
        timeout = 60

        def setup(self) -> None:
            super().setup()
            self._far = owner.connect()

        def finish(self) -> None:
            self._far.close()
            with suppress(OSError):
                super().finish()

        def handle_one(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            for late in owner.due():
                owner.once_more(late)
            meddling = owner.drawn()
            trick = meddling.trick if meddling else None
            if trick is Trick.CUT_BODY and size:
                self._tear(size)
                return
            body = self.rfile.read(size)
            if len(body) < size:
                self.close_connection = True
                return
            request = _Request(self.command, self.path, dict(self.headers), body)
            if trick is Trick.ANSWER and meddling:
                canned = meddling.answer
                self._say(_Reply(canned.status, canned.headers, canned.body))
            elif trick in (Trick.DRIP_HEAD, Trick.DRIP_BODY):
                self._drip(in_body=trick is Trick.DRIP_BODY)
            else:
                self._pass_on(request, trick)

        do_GET = do_PUT = do_POST = handle_one  # noqa: N815

        def _pass_on(self, request: _Request, trick: Trick | None) -> None:
            match trick:
                case Trick.REPEAT:
                    owner.once_more(request)
                case Trick.REPEAT_LATE:
                    owner.keep(request)
                case Trick.HOLD:
                    owner.pause(HELD)
                case Trick.OVERTAKE:
                    owner.be_overtaken()
                case _:
                    pass
            reply = delivered(self._far, request)
            owner.was_delivered()
            if trick is Trick.LOSE_ANSWER:
                self._die()
            elif trick is Trick.HALVE_ANSWER:
                self._say(reply, half=True)
                self._die()
            else:
                self._say(reply)

        def _tear(self, size: int) -> None:
            """Both connections die after some bytes of the body."""
            part = self.rfile.read(owner.part_of(size))
            _begin(self._far, self.command, self.path, dict(self.headers))
            self._far.send(part)
            if self._far.sock is not None:
                _reset(self._far.sock)
            self._far.close()
            self._die()

        def _say(self, reply: _Reply, *, half: bool = False) -> None:
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            if reply.status not in EMPTY:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if half else reply.body)
            self.wfile.flush()

        def _drip(self, *, in_body: bool) -> None:
            self.close_connection = True
            begin = b"HTTP/1.1 200 OK\r\nDoorstep-Gateway: 1\r\n"
            self.wfile.write(begin + (b"\r\n" if in_body else b"X: "))
            with suppress(OSError):
                while not owner.pause(DRIP_EVERY):
                    self.wfile.write(b"x")
                    self.wfile.flush()

        def _die(self) -> None:
            self.close_connection = True
            _reset(self.connection)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Meddled


def delivered(far: http.client.HTTPConnection, request: _Request) -> _Reply:
    """The gateway's answer. Raises OSError, HTTPException."""
    _begin(far, request.method, request.path, request.headers)
    if request.body:
        far.send(request.body)
    answer = far.getresponse()
    return _Reply(answer.status, dict(answer.getheaders()), answer.read())


def _begin(
    far: http.client.HTTPConnection, method: str, path: str, headers: Mapping[str, str]
) -> None:
    far.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        far.putheader(name, value)
    far.endheaders()


def _reset(sock: socket.socket) -> None:
    """Closed with RST: whoever reads gets an error, not an end. Only its owner closes it later."""
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
