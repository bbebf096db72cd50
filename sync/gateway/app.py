"""The gateway as a web application: who may speak, what was asked, and the answer over HTTP.

Answers carry the header by which a terminal knows its gateway. What is said about a case is on the
disk before it is said (reference/sync.md section 6, "what is stored, fsynced, acked, in order").
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from sync import batch, wire
from sync.gateway import to_thread
from sync.gateway.admission import Door
from sync.gateway.bounds import Bounds, Turnstile
from sync.gateway.bundle_door import BundleDoor
from sync.gateway.case_book import CaseBook
from sync.gateway.catalogues import Catalogues
from sync.gateway.check_door import CheckDoor
from sync.gateway.endpoint import Endpoint, Handler
from sync.gateway.enrolling import Enrolling
from sync.gateway.enrolment_door import EnrolmentDoor
from sync.gateway.handovers import Handovers
from sync.gateway.health import Health
from sync.gateway.http_words import TRY_AGAIN_LATER, Ours, body_of, later, problem, said
from sync.gateway.limits import Limits
from sync.gateway.metrics import Metrics
from sync.gateway.news import News
from sync.gateway.online_door import OnlineDoor
from sync.gateway.openapi import EVERYTHING
from sync.gateway.operations import HEARTBEAT_LIMIT
from sync.gateway.packs import Packs
from sync.gateway.page_door import PageDoor
from sync.gateway.payments import Payments
from sync.gateway.rationing import Rationing
from sync.gateway.reception import Reception
from sync.gateway.replies import DIFFERS, reply_to
from sync.gateway.stick_arrivals import StickArrivals
from sync.gateway.terminals import Terminals
from sync.gateway.text_door import TextDoor
from sync.gateway.vouching import Vouching
from sync.gateway.watch_door import WatchDoor
from sync.strict import read_strictly

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
    payments: Payments
    handovers: Handovers
    health: Health
    metrics: Metrics
    vouching: Vouching
    enrolling: Enrolling
    check: CheckDoor
    limits: Limits
    now: Callable[[], datetime]
    bodies: Path | None = None
    metrics_open: bool = False  # to other machines too


class GatewayApp:
    """The endpoints. Everything that touches the disk runs on a worker thread."""

    def __init__(self, parts: GatewayParts) -> None:
        self._parts = parts
        self._texts = TextDoor(parts.reception)
        self._pages = PageDoor(parts.reception, bodies=parts.bodies)
        self._bundles = BundleDoor(parts.arrivals)
        self._online = OnlineDoor(parts.payments, parts.handovers)
        self._enrolment = EnrolmentDoor(parts.enrolling)
        self._watch = WatchDoor(parts.health, parts.metrics)

    def asgi(self) -> ASGIApp:
        """The application for a server."""
        parts, handlers = self._parts, self._handlers()
        turnstile = Turnstile(parts.limits.most_of_one)
        rationing = Rationing(parts.limits)
        routes = [
            Route(
                operation.path,
                Endpoint(
                    operation,
                    handlers[operation.name],
                    door=parts.door,
                    turnstile=turnstile,
                    rationing=rationing,
                    largest=parts.limits.largest_request,
                    is_open=parts.metrics_open,
                ),
                methods=[operation.method],
            )
            for operation in EVERYTHING
        ]
        bounds = Bounds(Router(routes=routes, redirect_slashes=False), parts.limits)
        parts.metrics.watch(lambda: bounds.under_way, rationing)
        return Ours(bounds, parts.metrics.request_over)

    def _handlers(self) -> Mapping[str, Handler]:
        """By the name of the operation; a test holds them against the table."""
        return {
            "send_cases": self._texts.many,
            "send_case": self._case,
            "send_pages": self._pages.pieces,
            "send_page": self._pages.one,
            "send_bundle": self._bundles.take,
            "get_changes": self._changes,
            "get_document": self._document,
            "send_heartbeat": self._heartbeat,
            "get_time": self._time,
            "get_payment": self._online.payment,
            "hand_over": self._online.hand_over,
            "take_over": self._online.take_over,
            "enrol": self._enrolment.enrol,
            "renew": self._enrolment.renew,
            "get_check_page": self._parts.check.page,
            "get_check_program": self._parts.check.program,
            "get_check_trust": self._parts.check.trust,
            "check_code": self._parts.check.code,
            "get_openapi": self._watch.openapi,
            "get_health": self._watch.up,
            "get_readiness": self._watch.ready,
            "get_metrics": self._watch.metrics,
        }

    async def _case(self, request: Request, terminal_id: str) -> Response:
        """One text as plain JSON, for simple clients."""
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
            return later("not-now", TRY_AGAIN_LATER)
        if reply.reasons == DIFFERS:
            return problem(409, "case-differs", "another text is kept", reasons=DIFFERS)
        return _not_taken(reply.reasons)

    async def _changes(self, request: Request, terminal_id: str) -> Response:
        cursor, held = (request.query_params.get(name, "") for name in ("since", "catalog"))
        news = self._parts.news

        def work() -> wire.ChangesPage:
            return news.since(terminal_id, cursor, catalog=held)

        return said(await to_thread.run_sync(work))

    async def _document(self, request: Request, terminal_id: str) -> Response:
        """A paper of this terminal's cases or a catalogue's transfer, from some byte on."""
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

    async def _heartbeat(self, request: Request, terminal_id: str) -> Response:
        body = await body_of(request, limit=HEARTBEAT_LIMIT)
        try:
            word = read_strictly(body, wire.Heartbeat)
        except wire.Unreadable as error:
            return problem(422, "heartbeat-unreadable", "not a heartbeat", reasons=(str(error),))
        parts = self._parts

        def work() -> None:
            parts.terminals.keep_heartbeat(terminal_id, body, at=parts.now())
            parts.vouching.key_told(terminal_id, word.slip_key)

        await to_thread.run_sync(work)
        return Response(status_code=204)

    async def _time(self, _request: Request, _terminal_id: str) -> Response:
        return said(wire.ServerTime(self._parts.now()))


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
