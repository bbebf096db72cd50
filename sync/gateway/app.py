"""The gateway as a web application: who may speak, what was asked, and the answer over HTTP.

Answers carry the header by which a terminal knows its gateway. What is said about a case is on the
disk before it is said (reference/sync.md section 6, "what is stored, fsynced, acked, in order").
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from sync import batch, wire
from sync.gateway import to_thread
from sync.gateway.admission import Admission, Door
from sync.gateway.bundle_door import BundleDoor
from sync.gateway.case_book import CaseBook
from sync.gateway.catalogues import Catalogues
from sync.gateway.http_words import (
    TRY_AGAIN_LATER,
    Answered,
    Ours,
    body_of,
    busy,
    problem,
    said,
)
from sync.gateway.news import News
from sync.gateway.packs import Packs
from sync.gateway.page_door import PageDoor
from sync.gateway.reception import Reception
from sync.gateway.replies import DIFFERS, reply_to
from sync.gateway.stick_arrivals import StickArrivals
from sync.gateway.terminals import Terminals
from sync.gateway.text_door import TextDoor

HEARTBEAT_LIMIT: Final = 64 * 1024  # bytes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayParts:
    """What the web application needs. `bodies`: see PageDoor."""

    reception: Reception
    book: CaseBook
    packs: Packs
    news: News
    catalogues: Catalogues
    terminals: Terminals
    door: Door
    arrivals: StickArrivals
    now: Callable[[], datetime]
    bodies: Path | None = None


class GatewayApp:
    """The endpoints. Everything that touches the disk runs on a worker thread."""

    def __init__(self, parts: GatewayParts) -> None:
        self._parts = parts
        self._texts = TextDoor(parts.reception)
        self._pages = PageDoor(parts.reception, bodies=parts.bodies)
        self._bundles = BundleDoor(parts.arrivals)

    def asgi(self) -> ASGIApp:
        """The application for a server."""
        routes = [
            Route("/v1/cases", self._cases, methods=["POST"]),
            Route("/v1/cases/{case_id}", self._case, methods=["PUT"]),
            Route("/v1/pages", self._pieces, methods=["POST"]),
            Route("/v1/pages/{sha256}", self._page, methods=["PUT"]),
            Route("/v1/bundles/{sha256}", self._bundle, methods=["PUT"]),
            Route("/v1/changes", self._changes, methods=["GET"]),
            Route("/v1/documents/{sha256}", self._document, methods=["GET"]),
            Route("/v1/heartbeat", self._heartbeat, methods=["POST"]),
            Route("/v1/time", self._time, methods=["GET"]),
        ]
        return Ours(Router(routes=routes))

    async def _cases(self, request: Request) -> Response:
        return await self._texts.many(request, await self._admitted(request))

    async def _case(self, request: Request) -> Response:
        """One text as plain JSON, for simple clients."""
        terminal_id = await self._admitted(request)
        body = await body_of(request, limit=wire.TEXT_LIMIT)
        claimed = request.headers.get(wire.FINGERPRINT_HEADER)
        if claimed is not None and claimed != wire.hash_of(body):
            return problem(400, "text-damaged", "the text changed on its way")
        if not _is_for(request.path_params["case_id"], body):
            return _not_taken(("case_id: 与地址不符",))
        [answer] = await to_thread.run_sync(self._parts.reception.receive_all, terminal_id, [body])
        if isinstance(answer, wire.Received | wire.Wanted):
            return said(answer, status=202 if isinstance(answer, wire.Wanted) else 200)
        reply = reply_to(answer, terminal_id)
        if not isinstance(reply, batch.NotTaken):
            return busy("not-now", TRY_AGAIN_LATER)
        if reply.reasons == DIFFERS:
            return problem(409, "case-differs", "another text is kept", reasons=DIFFERS)
        return _not_taken(reply.reasons)

    async def _pieces(self, request: Request) -> Response:
        return await self._pages.pieces(request, await self._admitted(request))

    async def _page(self, request: Request) -> Response:
        return await self._pages.one(request, await self._admitted(request))

    async def _bundle(self, request: Request) -> Response:
        return await self._bundles.take(request, await self._admitted(request))

    async def _changes(self, request: Request) -> Response:
        terminal_id = await self._admitted(request)
        cursor, held = (request.query_params.get(name, "") for name in ("since", "catalog"))
        news = self._parts.news

        def work() -> wire.ChangesPage:
            return news.since(terminal_id, cursor, catalog=held)

        return said(await to_thread.run_sync(work))

    async def _document(self, request: Request) -> Response:
        """A paper of this terminal's cases or a catalogue's transfer, from some byte on."""
        terminal_id = await self._admitted(request)
        sha256 = request.path_params["sha256"]
        parts = self._parts

        def work() -> bytes | None:
            if not (
                parts.book.document_of(terminal_id, sha256) or parts.catalogues.is_transfer(sha256)
            ):
                return None
            return parts.packs.read(sha256)

        try:
            content = await to_thread.run_sync(work)
        except (KeyError, OSError):
            _log.error("document %s cannot be read from the disk", sha256[:12])
            # Not "busy": the terminal would then send nothing either, for the sake of one paper.
            return problem(500, "document-missing", "the document is not here")
        if content is None:
            return problem(404, "no-such-document", "no document of this terminal")
        return _from_byte_on(content, request.headers.get("Range", ""))

    async def _heartbeat(self, request: Request) -> Response:
        terminal_id = await self._admitted(request)
        body = await body_of(request, limit=HEARTBEAT_LIMIT)
        try:
            wire.decoded(body, wire.Heartbeat)
        except wire.Unreadable as error:
            return problem(422, "heartbeat-unreadable", "not a heartbeat", reasons=(str(error),))
        parts = self._parts

        def work() -> None:
            parts.terminals.keep_heartbeat(terminal_id, body, at=parts.now())

        await to_thread.run_sync(work)
        return Response(status_code=204)

    async def _time(self, request: Request) -> Response:
        """Without a token for everybody; with one it also tells whether the token still holds."""
        if "Authorization" in request.headers:
            await self._admitted(request)
        return said(wire.ServerTime(self._parts.now()))

    async def _admitted(self, request: Request) -> str:
        door = self._parts.door
        terminal_id = request.headers.get(wire.TERMINAL_HEADER, "")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token if scheme.lower() == "bearer" else ""
        if door.was_let_in(terminal_id, token):
            return terminal_id
        admission = await to_thread.run_sync(door.admit, terminal_id, token)
        if admission is Admission.GRANTED:
            return terminal_id
        if admission is Admission.REVOKED:
            raise Answered(problem(403, "terminal-revoked", "this terminal was revoked"))
        raise Answered(problem(401, f"token-{admission.value}", "this token lets nobody in"))


def _is_for(case_id: str, body: bytes) -> bool:
    try:
        return wire.decoded(body, wire.Named).case_id in ("", case_id)
    except wire.Unreadable:
        return True  # what is wrong with it is told by whoever reads all of it


def _not_taken(reasons: tuple[str, ...]) -> Response:
    return problem(422, "case-not-taken", "the case is not taken", reasons=reasons)


def _from_byte_on(content: bytes, wanted: str) -> Response:
    """Only "bytes=N-" is understood (RFC 9110 section 14, recalled); the rest may be ignored."""
    begin = wanted.removeprefix("bytes=").removesuffix("-")
    if wanted != f"bytes={begin}-" or not (begin.isascii() and begin.isdecimal()):
        return Response(content, media_type=wire.BYTES)
    at, size = int(begin[:18]), len(content)
    if at >= size:
        response = problem(416, "range-beyond", "there is nothing from there on")
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    return Response(
        content[at:],
        status_code=206,
        headers={"Content-Range": f"bytes {at}-{size - 1}/{size}"},
        media_type=wire.BYTES,
    )
