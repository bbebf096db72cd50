"""How the gateway says things over HTTP: our mark on every answer, errors in one form."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync import wire
from sync.gateway.database import DatabaseTrouble

MARK: Final = (wire.GATEWAY_HEADER.lower().encode(), str(wire.VERSION).encode())
TRY_AGAIN_SOON: Final = 60  # seconds, when the disk or the database will not
TRY_AGAIN_LATER: Final = 3600  # seconds, when a person has to do something first
# Where the name of an operation stands in the scope once it is found.
OPERATION: Final = "doorstep.operation"
NO_OPERATION: Final = "none"

_log = logging.getLogger(__name__)


class Answered(Exception):
    """The answer is known before the work is done."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class Ours:
    """Marks every answer as ours, turns trouble into an answer without details, and counts."""

    def __init__(self, app: ASGIApp, told: Callable[[str, int, float], None]) -> None:
        """`told` hears of every request: operation, status (0: nobody was there), seconds."""
        self._app = app
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 0, monotonic()

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), MARK]
            await send(message)

        scope["app"] = self  # Starlette's router then raises what it would answer in its own words
        try:
            await self._app(scope, receive, marked)
        except ClientDisconnect:
            return  # what arrived is kept; there is nobody to answer
        except Exception as error:  # noqa: BLE001 - the top of a request: log and go on
            response = _answer_to(error)
            if not status:
                await response(scope, receive, marked)
        finally:
            self._told(scope.get(OPERATION, NO_OPERATION), status, monotonic() - begun)


def said(message: msgspec.Struct, *, status: int = 200) -> Response:
    """One of our words."""
    return Response(wire.canonical(message), status, media_type=wire.JSON)


def problem(status: int, kind: str, title: str, *, reasons: tuple[str, ...] = ()) -> Response:
    """An error in the form of RFC 9457 (recalled)."""
    return Response(problem_body(status, kind, title, reasons), status, media_type=wire.PROBLEM)


def problem_body(status: int, kind: str, title: str, reasons: tuple[str, ...] = ()) -> bytes:
    """The bytes of such an error."""
    return msgspec.json.encode(wire.Problem(f"urn:doorstep:problem:{kind}", title, status, reasons))


def busy(kind: str, retry_after: int) -> Response:
    """Not now: 503 with Retry-After in seconds."""
    response = problem(503, kind, "not now")
    response.headers["Retry-After"] = str(retry_after)
    return response


def later(kind: str, retry_after: int) -> Response:
    """Not this one yet: 429 with Retry-After in seconds. Nothing is wrong with the gateway."""
    response = problem(429, kind, "later")
    response.headers["Retry-After"] = str(retry_after)
    return response


async def body_of(request: Request, *, limit: int) -> bytes:
    """All of the body. Raises Answered with 413 as soon as it is too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise too_long(limit)
    return bytes(body)


def too_long(limit: int) -> Answered:
    """413, with the limit in its words."""
    return Answered(problem(413, "too-long", f"more than {limit} bytes"))


def number_in(request: Request, header: str) -> int | None:
    """The number in that header, at most 15 digits, or None."""
    text = request.headers.get(header, "")
    most_digits = 15
    fits = text.isascii() and text.isdecimal() and len(text) <= most_digits
    return int(text) if fits else None


_NOT_HERE: Final = {
    404: ("no-such-address", "there is nothing under this address"),
    405: ("no-such-method", "this address takes other methods"),
}


def _answer_to(error: Exception) -> Response:
    match error:
        case Answered():
            return error.response
        case HTTPException():
            kind, title = _NOT_HERE.get(error.status_code, ("wrong", error.detail))
            response = problem(error.status_code, kind, title)
            response.headers.update(error.headers or {})
            return response
        case OSError() | DatabaseTrouble():
            _log.error("the gateway's disk or database will not: %s", type(error).__name__)
            return busy("disk", TRY_AGAIN_SOON)
        case _:
            # Kind and place only: the text of an error may quote a case.
            _log.error("request ended by %s", type(error).__name__)
            return problem(500, "defect", "our own mistake")
