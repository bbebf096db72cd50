"""Talks to the gateway over HTTP and believes an answer only when it is really ours.

The only file that imports requests. Protocol: reference/sync.md section 6. `requests` has traps on
slow lines (section 0.6): a body in one piece is one sendall under one deadline, there is no default
timeout, and redirects are followed; each is closed below.
"""

import base64
import binascii
import copy
import hashlib
import http.client
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from time import monotonic
from typing import Any, Final
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from kiosk.domain.case import Case
from kiosk.domain.fault import Fault
from sync import batch, wire
from sync.api import (
    GatewayUnreachable,
    Pulled,
    Refused,
    SubmitAnswer,
)
from sync.case_answers import CaseAnswers, case_replies
from sync.gateway_key import GatewayKey, NotOurGateway
from sync.http_answer import Answer, check_ours, check_type, expect, joined, read
from sync.line import CHUNK, SOCKET_OPTIONS, Body, FileBody, Line
from sync.pace import Pace
from sync.packing import KNOWN, NEWEST, NONE, packed

BLOCK_TIMEOUT: Final = 20.0  # seconds to connect, and for one CHUNK (sync.md section 6, Retry)
ANSWER_TIMEOUT: Final = 30.0  # seconds without a byte; the kernel alone may hold 100 to 250 KB
# After a page the kernel may still have to send what it holds: 256 KB take 32 s at 64 kbit/s. A
# line that died meanwhile is noticed sooner all the same, by TCP_USER_TIMEOUT.
PAGE_PATIENCE: Final = 3  # times ANSWER_TIMEOUT
PROBE_TIMEOUT: Final = 3.0  # GatewayClient.reachable
ANSWER_LIMIT: Final = 1024 * 1024  # bytes of a JSON answer
FILE_LIMIT: Final = 32 * 1024 * 1024  # bytes of a document or a catalogue
PAGE_ATTEMPTS: Final = 3  # the gateway may name another offset while an old connection drains
THINNER: Final = 3  # texts shrink to less than a third in a frame
TROUBLE: Final = (requests.RequestException, HTTPError, http.client.HTTPException, OSError)


class HttpGateway:
    """The gateway over HTTP(S), implementing GatewayClient.

    Belongs to one thread, except `reachable`, `time` and `interrupt`, which any thread may call.
    """

    def __init__(
        self,
        base_url: str,
        *,
        terminal_id: str,
        token: str,
        gateway_key: bytes,
        ca_file: str | None = None,
        block_timeout: float = BLOCK_TIMEOUT,
        answer_timeout: float = ANSWER_TIMEOUT,
    ) -> None:
        """`gateway_key`: 32 bytes, the Ed25519 public key. `ca_file`: roots other than the usual.

        Raises ValueError for a key of another size. Opens no connection yet.
        """
        self._base = base_url.rstrip("/")
        self._key = GatewayKey(gateway_key)
        self._answers = CaseAnswers(self._key, terminal_id=terminal_id)
        self._takes_many = True  # until the gateway says otherwise
        self._dictionary = NEWEST
        self._timeout = (block_timeout, answer_timeout)
        self._headers = {
            "Authorization": f"Bearer {token}",
            wire.TERMINAL_HEADER: terminal_id,
            "User-Agent": "doorstep",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        }
        self._ca_file = ca_file
        self._pace = Pace()
        self._interrupted = threading.Event()
        self._line = Line()
        self._session = self._new_session(self._line)
        self._probe_lock = threading.Lock()
        self._probe: _Probe | None = None

    def submit(self, case: Case) -> SubmitAnswer:
        """See GatewayClient. Raises ValueError when the case cannot be written at all."""
        text = wire.text_of(case)
        body = wire.canonical(text)
        answer = self._ask(
            "PUT",
            f"/v1/cases/{quote(case.case_id, safe='')}",
            body=Body(body),
            headers={"Content-Type": wire.JSON, wire.FINGERPRINT_HEADER: wire.hash_of(body)},
        )
        if answer.status in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY):
            problem = read(answer, wire.Problem, wire.PROBLEM)
            return Refused(problem.reasons or (f"case: {problem.title}",))
        if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return Refused((f"case: {answer.status}",))
        expect(answer, HTTPStatus.OK, HTTPStatus.ACCEPTED)
        check_type(answer, wire.JSON)
        try:
            reply = wire.submit_reply(answer.content)
        except wire.Unreadable as error:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, str(error)) from None
        return self._answers.of(reply, text)

    def submit_all(self, cases: Sequence[Case]) -> Sequence[SubmitAnswer]:
        """See GatewayClient. One by one where the gateway is too old for more."""
        texts = [wire.text_of(case) for case in cases]
        answers: list[SubmitAnswer] = []
        most = THINNER * self._pace.chunk() if self._pace.rate else batch.MOST_TEXT
        for few in batch.frames_of([wire.canonical(text) for text in texts], most=most):
            replies = self._replies(few) if len(few) > 1 and self._takes_many else None
            begun = len(answers)
            for case, text in zip(
                cases[begun : begun + len(few)], texts[begun : begun + len(few)], strict=True
            ):
                answers.append(
                    self._answers.of(replies[len(answers) - begun], text)
                    if replies
                    else self.submit(case)
                )
        return answers

    def _replies(self, texts: Sequence[bytes]) -> "tuple[batch.Reply, ...] | None":
        """None when the gateway knows nothing of many at once."""
        content = batch.together(texts)
        for _ in range(2):  # the second time with a dictionary that the gateway has
            answer = self._send(
                "POST",
                "/v1/cases",
                body=Body(packed(content, dictionary=self._dictionary)),
                headers={
                    "Content-Type": batch.BATCH,
                    wire.FINGERPRINT_HEADER: wire.hash_of(content),
                },
            )
            if answer.status != HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
                break
            known = answer.headers.get(batch.DICTIONARIES_HEADER, "").split(",")
            self._dictionary = max((d for d in KNOWN if str(d) in known), default=NONE)
        if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            self._takes_many = False
            return None
        return case_replies(answer, count=len(texts))

    def send_page(self, sha256: str, content: bytes, *, offset: int) -> None:
        """See GatewayClient. Follows the gateway when it names another offset."""
        doubts = 0
        while doubts < PAGE_ATTEMPTS:
            end = min(len(content), offset + self._pace.chunk())
            answer = self._send(
                "PUT",
                f"/v1/blobs/{sha256}",
                body=Body(content[offset:end]),
                headers={
                    "Content-Type": wire.BYTES,
                    wire.UPLOAD_OFFSET: str(offset),
                    wire.UPLOAD_LENGTH: str(len(content)),
                    wire.UPLOAD_COMPLETE: "?1" if end == len(content) else "?0",
                },
            )
            if answer.status == HTTPStatus.CONFLICT:
                doubts += 1
                named = answer.headers.get(wire.UPLOAD_OFFSET, "")
                if not named.isdecimal() or not 0 <= int(named) <= len(content):
                    break
                offset = int(named)
                continue
            expect(answer, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT)
            if answer.status == HTTPStatus.CREATED or end == len(content):
                return
            offset = end
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, "page offset not agreed")

    def connections(self) -> int:
        """See GatewayClient."""
        return self._pace.connections()

    def another(self) -> "HttpGateway":
        """See GatewayClient. `interrupt` of either breaks off both."""
        other = copy.copy(self)
        other._session = self._new_session(self._line)
        return other

    def close(self) -> None:
        """See GatewayClient."""
        self._session.close()

    def send_bundle(self, sha256: str, path: Path) -> bytes | Refused:
        """Carry a case of another terminal (sync.stick_relay); the gateway's signed answer to it.

        Goes on where an earlier try stopped. Raises GatewayUnreachable, OSError of the file.
        """
        size = path.stat().st_size  # asked first with nothing: the gateway names the place
        answer = self._upload(
            f"/v1/bundles/{sha256}", lambda at: FileBody(path, at), size=size, offset=size
        )
        if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            return Refused(read(answer, wire.Problem, wire.PROBLEM).reasons)
        expect(answer, HTTPStatus.OK)
        check_type(answer, wire.JSON)
        return answer.content

    def _upload(
        self, path: str, body_from: Callable[[int], Body | FileBody], *, size: int, offset: int
    ) -> Answer:
        for _ in range(PAGE_ATTEMPTS):
            answer = self._ask(
                "PUT",
                path,
                body=body_from(offset),
                headers={
                    "Content-Type": wire.BYTES,
                    wire.UPLOAD_OFFSET: str(offset),
                    wire.UPLOAD_LENGTH: str(size),
                    wire.UPLOAD_COMPLETE: "?1",
                },
                timeout=(self._timeout[0], self._timeout[1] * PAGE_PATIENCE),
            )
            if answer.status != HTTPStatus.CONFLICT:
                return answer
            named = answer.headers.get(wire.UPLOAD_OFFSET, "")
            if not named.isdecimal() or not 0 <= int(named) <= size:
                break
            offset = int(named)
        raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, "page offset not agreed")

    def pull(self, cursor: str) -> Pulled:
        """See GatewayClient. Steps to states that this version does not know are left out."""
        answer = self._ask("GET", f"/v1/changes?since={quote(cursor, safe='')}")
        expect(answer, HTTPStatus.OK)
        page = read(answer, wire.ChangesPage, wire.JSON)
        changes = (wire.change_of(entry) for entry in page.changes)
        return Pulled(
            changes=tuple(change for change in changes if change is not None),
            catalog_version=page.catalog_version,
            cursor=page.cursor,
            more=page.more,
        )

    def document(self, sha256: str) -> bytes:
        """See GatewayClient. A wrong hash is GATEWAY_FOREIGN."""
        answer = self._ask("GET", f"/v1/documents/{sha256}", limit=FILE_LIMIT)
        expect(answer, HTTPStatus.OK)
        if hashlib.sha256(answer.content).hexdigest() != sha256:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "document has another hash")
        return answer.content

    def catalog(self, version: str) -> bytes:
        """See GatewayClient. The gateway's signature over version and file is checked."""
        answer = self._ask("GET", f"/v1/catalog/{quote(version, safe='')}", limit=FILE_LIMIT)
        expect(answer, HTTPStatus.OK)
        try:
            signature = base64.b64decode(answer.headers.get(wire.SIGNATURE_HEADER, ""))
            self._key.check_catalog(version, answer.content, signature)
        except (binascii.Error, ValueError, NotOurGateway):
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "catalogue not signed") from None
        return answer.content

    def reachable(self) -> Fault | None:
        """See GatewayClient. Runs beside, since looking a name up knows no deadline."""
        return self._probed().fault

    def time(self) -> datetime | None:
        """The gateway's clock, aware; None when it does not answer. At most 3 s, never raises."""
        return self._probed().time

    def interrupt(self) -> None:
        """Break off what is on the line for good: every call now raises GatewayUnreachable."""
        self._interrupted.set()
        self._line.cut()
        self._session.close()

    # -- inside

    def _probed(self) -> "_Probe":
        with self._probe_lock:
            if self._probe is None or self._probe.done.is_set():
                self._probe = _Probe()
                threading.Thread(
                    target=self._look, args=(self._probe,), name="gateway-probe", daemon=True
                ).start()
            probe = self._probe
        probe.done.wait(PROBE_TIMEOUT)
        return probe

    def _look(self, probe: "_Probe") -> None:
        half = PROBE_TIMEOUT / 2
        try:
            with self._new_session(Line()) as session:
                answer = self._ask("GET", "/v1/time", session=session, timeout=(half, half))
            expect(answer, HTTPStatus.OK)
            probe.time = read(answer, wire.ServerTime, wire.JSON).now
            probe.fault = None
        except GatewayUnreachable as error:
            probe.fault = error.fault
        finally:
            probe.done.set()

    def _send(self, method: str, path: str, *, body: Body, headers: Mapping[str, str]) -> Answer:
        """With patience for this line, from which it learns."""
        block, answer_within = self._timeout
        patience = self._pace.timeouts(block, answer_within, unknown=answer_within * PAGE_PATIENCE)
        carried, begun = 0, monotonic()
        self._pace.begin()
        try:
            answer = self._ask(method, path, body=body, headers=headers, timeout=patience)
            carried = len(body)
        finally:
            self._pace.end(carried, monotonic() - begun)
        return answer

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Body | FileBody | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = ANSWER_LIMIT,
        session: requests.Session | None = None,
        timeout: tuple[float, float] | None = None,
    ) -> Answer:
        if self._interrupted.is_set():
            raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, "interrupted")
        try:
            with (session or self._session).request(
                method,
                self._base + path,
                data=body or None,
                headers=dict(headers or {}),
                timeout=timeout or self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                arriving = iter(lambda: response.raw.read1(CHUNK), b"")
                answer = Answer(
                    response.status_code,
                    response.headers,
                    # `iter_content` waits for a full piece, however slowly its bytes come.
                    joined(arriving, limit=limit, patience=(timeout or self._timeout)[1]),
                )
        except requests.exceptions.SSLError:  # a portal with a certificate of its own
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "certificate") from None
        except TROUBLE as error:
            # Only the kind: the text of such errors holds addresses and more.
            kind = type(error).__name__
            raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, kind) from None
        check_ours(answer)
        return answer

    def _new_session(self, line: Line) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # a .netrc or a proxy variable must not replace our token or path
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # portals set some
        session.headers.clear()
        session.headers.update(self._headers)
        session.verify = self._ca_file or True
        for scheme in ("http://", "https://"):
            session.mount(scheme, _LineAdapter(line))
        return session


class _Probe:
    def __init__(self) -> None:
        self.done = threading.Event()
        self.fault: Fault | None = Fault.GATEWAY_UNREACHABLE  # until the answer says better
        self.time: datetime | None = None


class _LineAdapter(HTTPAdapter):
    """Our sockets, no hidden retries, one connection."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_options: Any
    ) -> None:
        super().init_poolmanager(
            connections, maxsize, block, socket_options=list(SOCKET_OPTIONS), **pool_options
        )
        self.poolmanager.pool_classes_by_scheme = self._line.pool_classes()
