"""Carries one request over the line and brings the answer back, if it is our gateway's.

The only file that imports requests. It has traps on slow lines (reference/sync.md section 0.6): a
body in one piece is one sendall under one deadline, there is no default timeout, and redirects are
followed; each is closed here.
"""

import copy
import http.client
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from time import monotonic
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from kiosk.domain.fault import Fault
from sync import wire
from sync.api import GatewayUnreachable
from sync.http_answer import Answer, check_ours, expect, in_time, read
from sync.line import CHUNK, SOCKET_OPTIONS, Body, FileBody, Line
from sync.line_trouble import clock_or, fault_of
from sync.pace import Pace

BLOCK_TIMEOUT: Final = 20.0  # seconds to connect, and for one CHUNK (sync.md section 6, Retry)
# Seconds without a sign of life from the other side: a dark line is given up and tried again
# within 30 s, whatever was under way (sync.md section 7, goal 5).
ANSWER_TIMEOUT: Final = 20.0
PROBE_TIMEOUT: Final = 3.0  # GatewayClient.reachable
ANSWER_LIMIT: Final = 1024 * 1024  # bytes of an answer that is not a file
TROUBLE: Final = (requests.RequestException, HTTPError, http.client.HTTPException, OSError)
# X509_V_FLAG_NO_CHECK_TIME (OpenSSL, x509_vfy.h): only for asking what time it is.
_ANY_TIME: Final = ssl.VerifyFlags(0x200000)


class HttpTransport:
    """The way to one gateway. Belongs to one thread, except `probe` and `interrupt`."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        ca_file: str | None,
        certificate: tuple[str, str] | None,
        block_timeout: float,
        answer_timeout: float,
    ) -> None:
        """`headers` go with every request. `ca_file`: roots other than the usual.

        `certificate`: PEM files of this terminal's own certificate and its key. Opens no
        connection yet.
        """
        self._base = base_url.rstrip("/")
        self._headers = {
            "User-Agent": "doorstep",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            **headers,
        }
        self._ca_file = ca_file
        self._certificate = certificate
        self._timeout = (block_timeout, answer_timeout)
        self.pace = Pace()
        self._interrupted = threading.Event()
        self._line = Line(is_narrow=lambda: self.pace.is_narrow)
        self._session = self._new_session(self._line)
        self._probe_lock = threading.Lock()
        self._probe: Probe | None = None

    def another(self) -> "HttpTransport":
        """One more connection of the same way, for another thread; `interrupt` breaks off both."""
        other = copy.copy(self)
        other._session = self._new_session(self._line)
        return other

    def close(self) -> None:
        """Give up the connection."""
        self._session.close()

    def interrupt(self) -> None:
        """Break off what is on the line for good: every call now raises GatewayUnreachable."""
        self._interrupted.set()
        self._line.cut()
        self._session.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Body | FileBody | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer of our gateway, whatever its status but 401 and 403.

        Raises GatewayUnreachable. Ends within seconds of the last sign of life (see sync.line).
        """
        return self._ask(self._session, self._timeout, method, path, body, headers or {})

    def fetch(
        self,
        path: str,
        *,
        headers: Mapping[str, str],
        limit: int,
        begun: Callable[[Answer], Callable[[bytes], None]],
    ) -> None:
        """Hand a long answer over as it arrives, at most `limit` bytes.

        `begun` is given status and headers, and gives whom each piece goes to; what it raises comes
        out here. Raises GatewayUnreachable; the pieces before were right.
        """
        with self._response(self._session, self._timeout, "GET", path, None, headers) as response:
            answer = Answer(response.status_code, response.headers, b"")
            check_ours(answer)
            keep = begun(answer)
            for piece in in_time(_arriving(response), limit=limit, patience=self._timeout[1]):
                keep(piece)

    def send(self, method: str, path: str, *, body: Body, headers: Mapping[str, str]) -> Answer:
        """The same for a body from which the pace of the line is learnt."""
        carried, begun = 0, monotonic()
        self.pace.begin()
        try:
            answer = self.ask(method, path, body=body, headers=headers)
            carried = len(body)
        finally:
            self.pace.end(carried, monotonic() - begun)
        return answer

    def probe(self) -> "Probe":
        """Ask the gateway for the time, at most 3 s; never raises.

        Runs beside, since looking a name up knows no deadline.
        """
        with self._probe_lock:
            if self._probe is None or self._probe.done.is_set():
                self._probe = Probe()
                threading.Thread(
                    target=self._look, args=(self._probe,), name="gateway-probe", daemon=True
                ).start()
            probe = self._probe
        probe.done.wait(PROBE_TIMEOUT)
        return probe

    # -- inside

    def _look(self, probe: "Probe") -> None:
        try:
            probe.time = self._time(self._ca_file or True)
            probe.fault = None
        except GatewayUnreachable as error:
            probe.fault = error.fault
            if error.fault is Fault.GATEWAY_CERTIFICATE_EXPIRED:
                probe.fault = clock_or(error.fault, self._time_of_expired(), datetime.now(UTC))
        finally:
            probe.done.set()

    def _time(self, verify: bool | str, context: ssl.SSLContext | None = None) -> datetime:
        half = PROBE_TIMEOUT / 2
        with self._new_session(Line(), context) as session:
            session.verify = verify
            if context is not None:  # whoever is not quite believed does not get our token
                del session.headers["Authorization"]
            answer = self._ask(session, (half, half), "GET", "/v1/time", None, {})
        expect(answer, HTTPStatus.OK)
        return read(answer, wire.ServerTime, wire.JSON).now

    def _time_of_expired(self) -> datetime | None:
        """What time the gateway has, its certificate checked in everything but the time."""
        context = ssl.create_default_context(cafile=self._ca_file)
        context.verify_flags |= _ANY_TIME
        try:
            return self._time(True, context)
        except GatewayUnreachable:
            return None

    def _ask(
        self,
        session: requests.Session,
        timeout: tuple[float, float],
        method: str,
        path: str,
        body: Body | FileBody | None,
        headers: Mapping[str, str],
    ) -> Answer:
        with self._response(session, timeout, method, path, body, headers) as response:
            pieces = in_time(_arriving(response), limit=ANSWER_LIMIT, patience=timeout[1])
            answer = Answer(response.status_code, response.headers, b"".join(pieces))
        check_ours(answer)
        return answer

    @contextmanager
    def _response(
        self,
        session: requests.Session,
        timeout: tuple[float, float],
        method: str,
        path: str,
        body: Body | FileBody | None,
        headers: Mapping[str, str],
    ) -> Iterator[requests.Response]:
        if self._interrupted.is_set():
            raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, "interrupted")
        try:
            with session.request(
                method,
                self._base + path,
                data=body or None,
                headers=dict(headers),
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                yield response
        except TROUBLE as error:
            # Only the kind: the text of such errors holds addresses and more.
            raise GatewayUnreachable(fault_of(error), type(error).__name__) from None

    def _new_session(self, line: Line, context: ssl.SSLContext | None = None) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # a .netrc or a proxy variable must not replace our token or path
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # portals set some
        session.headers.clear()
        session.headers.update(self._headers)
        session.verify = self._ca_file or True
        session.cert = self._certificate
        for scheme in ("http://", "https://"):
            session.mount(scheme, _LineAdapter(line, context))
        return session


class Probe:
    """What one look at the gateway found."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.fault: Fault | None = Fault.GATEWAY_UNREACHABLE  # until the answer says better
        self.time: datetime | None = None


class _LineAdapter(HTTPAdapter):
    """Our sockets, no hidden retries, one connection."""

    def __init__(self, line: Line, context: ssl.SSLContext | None) -> None:
        self._line = line
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_options: Any
    ) -> None:
        if self._context is not None:
            pool_options["ssl_context"] = self._context
        super().init_poolmanager(
            connections, maxsize, block, socket_options=list(SOCKET_OPTIONS), **pool_options
        )
        self.poolmanager.pool_classes_by_scheme = self._line.pool_classes()


def _arriving(response: requests.Response) -> Iterator[bytes]:
    """Pieces as they come: `iter_content` waits for a full one, however slowly its bytes come."""
    return iter(lambda: response.raw.read1(CHUNK), b"")
