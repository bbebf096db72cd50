"""The gateway as a web application: who may speak, what was asked, and the answer over HTTP.

Answers carry the header by which a terminal knows its gateway. What is said about a case is on the
disk before it is said (reference/sync.md section 6, "what is stored, fsynced, acked, in order").
"""

import base64
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync import batch, wire
from sync.gateway.admission import Admission, Door
from sync.gateway.blobs import Blobs, OffsetWrong, Preempted
from sync.gateway.checks import LARGEST_PAGE
from sync.gateway.ledger import Ledger
from sync.gateway.news import News
from sync.gateway.official_numbers import NumbersExhausted
from sync.gateway.reception import Answer, Conflict, NewerTerminal, NotNow, NotTaken, Reception
from sync.gateway.stick_arrivals import StickArrivals
from sync.gateway.stick_desk import Later, Unusable
from sync.packing import KNOWN, NONE, DictionaryUnknown, packed
from sync.stick_format import BUNDLE_LIMIT

TRY_AGAIN_SOON: Final = 60  # seconds, when the disk or the database will not
TRY_AGAIN_LATER: Final = 3600  # seconds, when a person has to do something first
DIFFERS: Final = ("case: 同一编号下已有内容不同的办件",)

_log = logging.getLogger(__name__)


class _Answered(Exception):
    """The answer is known before the work is done."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayParts:
    """What the web application needs."""

    ledger: Ledger
    blobs: Blobs
    reception: Reception
    news: News
    door: Door
    arrivals: StickArrivals
    catalog_version: str  # "" when the gateway has none
    catalog_file: bytes
    catalog_signature: bytes
    now: Callable[[], datetime]


class GatewayApp:
    """The endpoints. Everything that touches the disk runs on a worker thread."""

    def __init__(self, parts: GatewayParts) -> None:
        self._parts = parts

    def asgi(self) -> ASGIApp:
        """The application for a server."""
        routes = [
            Route("/v1/cases/{case_id}", self._case, methods=["PUT"]),
            Route("/v1/cases", self._cases, methods=["POST"]),
            Route("/v1/blobs/{sha256}", self._blob, methods=["PUT"]),
            Route("/v1/bundles/{sha256}", self._bundle, methods=["PUT"]),
            Route("/v1/changes", self._changes, methods=["GET"]),
            Route("/v1/documents/{sha256}", self._document, methods=["GET"]),
            Route("/v1/catalog/{version:path}", self._catalog, methods=["GET"]),
            Route("/v1/time", self._time, methods=["GET"]),
        ]
        return _Ours(Router(routes=routes))

    async def _case(self, request: Request) -> Response:
        terminal_id = await self._admitted(request)
        body = await _body(request, limit=wire.TEXT_LIMIT)
        claimed = request.headers.get(wire.FINGERPRINT_HEADER, "")
        answer = await to_thread.run_sync(
            self._received, terminal_id, request.path_params["case_id"], body, claimed
        )
        if isinstance(answer, Response):
            return answer
        return _json(answer, status=202 if isinstance(answer, wire.Wanted) else 200)

    def _received(
        self, terminal_id: str, case_id: str, body: bytes, claimed: str
    ) -> wire.SubmitReply | Response:
        if claimed != wire.hash_of(body):
            return problem(400, "text-damaged", "the text changed on its way")
        try:
            answer = self._parts.reception.receive(terminal_id, case_id, body)
        except NewerTerminal:
            return busy("version-unknown", TRY_AGAIN_LATER)
        except NumbersExhausted:
            _log.error("no official numbers left today")
            return busy("numbers-exhausted", TRY_AGAIN_LATER)
        if isinstance(answer, Conflict):
            return problem(409, "case-differs", "another text is kept", reasons=DIFFERS)
        if isinstance(answer, NotTaken):
            return problem(422, "case-not-taken", "the case is not taken", reasons=answer.reasons)
        return answer

    async def _cases(self, request: Request) -> Response:
        """The texts of many cases, each with an answer of its own."""
        terminal_id = await self._admitted(request)
        if request.headers.get("Content-Type", "") != batch.BATCH:
            return problem(415, "not-cases", "this is not a frame of cases")
        frame = await _body(request, limit=batch.PACKED_LIMIT)
        claimed = request.headers.get(wire.FINGERPRINT_HEADER, "")
        return await to_thread.run_sync(self._all_received, terminal_id, frame, claimed)

    def _all_received(self, terminal_id: str, frame: bytes, claimed: str) -> Response:
        try:
            content, texts = batch.cases_in(frame)
        except DictionaryUnknown:
            response = problem(415, "dictionary-unknown", "send it with another dictionary")
            response.headers[batch.DICTIONARIES_HEADER] = ",".join(map(str, KNOWN))
            return response
        except wire.Unreadable as error:
            return problem(400, "cases-unreadable", str(error))
        if claimed != wire.hash_of(content):
            return problem(400, "text-damaged", "the texts changed on their way")
        answers = self._parts.reception.receive_all(terminal_id, texts)
        replies = [
            _reply(answer, text, terminal_id) for answer, text in zip(answers, texts, strict=True)
        ]
        told = wire.canonical(batch.Replies(tuple(replies)))
        return Response(packed(told, dictionary=NONE), media_type=batch.BATCH)

    async def _blob(self, request: Request) -> Response:
        """One page from an offset on (draft-ietf-httpbis-resumable-upload, without 104)."""
        terminal_id = await self._admitted(request)
        sha256 = request.path_params["sha256"]
        at, size = _place(request, LARGEST_PAGE)
        if not await to_thread.run_sync(self._parts.ledger.announced, terminal_id, sha256, size):
            return problem(404, "page-not-announced", "no case of this terminal lists this page")
        early = await _uploaded(request, self._parts.blobs, terminal_id, at, size)
        return early or Response(status_code=201)

    async def _bundle(self, request: Request) -> Response:
        """A sealed case that this terminal carries for another one; the signed answer to it."""
        terminal_id = await self._admitted(request)
        arrivals, sha256 = self._parts.arrivals, request.path_params["sha256"]
        at, size = _place(request, BUNDLE_LIMIT)
        answer: bytes | Unusable | Later | None
        answer = await to_thread.run_sync(arrivals.known, sha256)
        if answer is None:
            early = await _uploaded(request, arrivals.blobs, terminal_id, at, size)
            if early is not None:
                return early
            answer = await to_thread.run_sync(arrivals.take, sha256)
        match answer:
            case Unusable(why):
                return problem(422, "bundle-unusable", "cannot be opened", reasons=(why,))
            case Later():
                return busy("bundle-later", TRY_AGAIN_SOON)
        return Response(answer, media_type=wire.JSON)

    async def _changes(self, request: Request) -> Response:
        terminal_id = await self._admitted(request)
        cursor = request.query_params.get("since", "")
        return _json(await to_thread.run_sync(self._parts.news.since, terminal_id, cursor))

    async def _document(self, request: Request) -> Response:
        terminal_id = await self._admitted(request)
        sha256 = request.path_params["sha256"]
        ledger, blobs = self._parts.ledger, self._parts.blobs
        if not await to_thread.run_sync(ledger.document_of, terminal_id, sha256):
            return problem(404, "no-such-document", "no document of this terminal")
        try:
            path = await to_thread.run_sync(blobs.path, sha256)
        except KeyError:
            _log.error("document %s is missing on the disk", sha256[:12])
            # Not "busy": the terminal would then send nothing either, for the sake of one paper.
            return problem(500, "document-missing", "the document is not here")
        return FileResponse(path, media_type=wire.BYTES)

    async def _catalog(self, request: Request) -> Response:
        await self._admitted(request)
        version = self._parts.catalog_version
        if not version or request.path_params["version"] != version:
            return problem(404, "no-such-catalogue", "another catalogue is in force")
        signature = base64.b64encode(self._parts.catalog_signature).decode()
        headers = {wire.SIGNATURE_HEADER: signature}
        return Response(self._parts.catalog_file, media_type=wire.BYTES, headers=headers)

    async def _time(self, request: Request) -> Response:
        """Without a token for everybody; with one it also tells whether the token still holds."""
        if "Authorization" in request.headers:
            await self._admitted(request)
        return _json(wire.ServerTime(self._parts.now()))

    async def _admitted(self, request: Request) -> str:
        terminal_id = request.headers.get(wire.TERMINAL_HEADER, "")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token if scheme.lower() == "bearer" else ""
        admission = await to_thread.run_sync(self._parts.door.admit, terminal_id, token)
        if admission is Admission.GRANTED:
            return terminal_id
        if admission is Admission.REVOKED:
            raise _Answered(problem(403, "terminal-revoked", "this terminal was revoked"))
        raise _Answered(problem(401, f"token-{admission.value}", "this token lets nobody in"))


class _Ours:
    """Marks every answer as ours, and turns trouble into an answer without details."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def marked(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message)[wire.GATEWAY_HEADER] = str(wire.VERSION)
            await send(message)

        try:
            await self._app(scope, receive, marked)
        except ClientDisconnect:
            return  # what arrived is kept; there is nobody to answer
        except Exception as error:  # noqa: BLE001 - the top of a request: log and go on
            response = _answer_to(error)
            if not begun:
                await response(scope, receive, marked)


def problem(status: int, kind: str, title: str, *, reasons: tuple[str, ...] = ()) -> Response:
    """An error in the form of RFC 9457 (recalled)."""
    body = wire.Problem(f"urn:doorstep:problem:{kind}", title, status, reasons)
    return Response(msgspec.json.encode(body), status, media_type=wire.PROBLEM)


def busy(kind: str, retry_after: int) -> Response:
    """Not now: 503 with Retry-After in seconds."""
    response = problem(503, kind, "not now")
    response.headers["Retry-After"] = str(retry_after)
    return response


def _answer_to(error: Exception) -> Response:
    match error:
        case _Answered():
            return error.response
        case OSError() | sqlite3.Error():
            _log.error("the gateway's disk will not: %s", type(error).__name__)
            return busy("disk", TRY_AGAIN_SOON)
        case _:
            # Kind and place only: the text of an error may quote a case.
            _log.error("request ended by %s", type(error).__name__)
            return problem(500, "defect", "our own mistake")


async def _body(request: Request, *, limit: int) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise _Answered(problem(413, "text-too-long", f"more than {limit} bytes of text"))
    return bytes(body)


def _reply(answer: Answer | NotNow, text: bytes, terminal_id: str) -> batch.Reply:
    match answer:
        case NotTaken(reasons):
            return batch.NotTaken(reasons)
        case Conflict():
            return batch.NotTaken(DIFFERS)
        case NotNow():
            return batch.Later()
        case wire.Received():
            read = wire.decoded(text, wire.CaseText)
            return batch.brief(answer.acknowledgement, read, terminal_id)
        case _:
            return answer


def _place(request: Request, limit: int) -> tuple[int, int]:
    """(offset, length) of an upload."""
    at, size = _number(request, wire.UPLOAD_OFFSET), _number(request, wire.UPLOAD_LENGTH)
    if at is None or size is None or not 0 < size <= limit:
        raise _Answered(problem(400, "upload-unclear", "offset or length is missing or wrong"))
    return at, size


async def _uploaded(
    request: Request, blobs: Blobs, terminal_id: str, at: int, size: int
) -> Response | None:
    """None when the file of that name is whole, else what to answer."""
    sha256 = request.path_params["sha256"]
    ends = request.headers.get(wire.UPLOAD_COMPLETE) == "?1"
    if await to_thread.run_sync(blobs.has, sha256):
        return None
    try:
        writer = await to_thread.run_sync(blobs.begin, terminal_id, sha256, at)
    except OffsetWrong as wrong:
        return _offset_differs(wrong.offset)
    try:
        async for piece in request.stream():
            if at + len(piece) > size:
                return problem(400, "inconsistent-upload-length", "more bytes than announced")
            await to_thread.run_sync(blobs.write, terminal_id, sha256, writer, at, piece)
            at += len(piece)
    except Preempted:
        return problem(409, "upload-busy", "a newer request sends this file")
    finally:
        blobs.end(terminal_id, sha256, writer)
    if not ends and at < size:
        return Response(status_code=204, headers={wire.UPLOAD_OFFSET: str(at)})
    left = await to_thread.run_sync(blobs.offset, terminal_id, sha256, size)
    return None if left is None else _offset_differs(left)


def _json(message: msgspec.Struct, *, status: int = 200) -> Response:
    return Response(wire.canonical(message), status, media_type=wire.JSON)


def _offset_differs(offset: int) -> Response:
    response = problem(409, "mismatching-upload-offset", "go on at the offset given")
    response.headers[wire.UPLOAD_OFFSET] = str(offset)
    return response


def _number(request: Request, header: str) -> int | None:
    text = request.headers.get(header, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None  # noqa: PLR2004
