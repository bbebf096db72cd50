"""One operation over HTTP: who may ask, what fits its description, and only then the work."""

import ipaddress
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from sync import wire
from sync.gateway import to_thread
from sync.gateway.admission import Admission, Door
from sync.gateway.bounds import Turnstile
from sync.gateway.http_words import OPERATION, Answered, number_in, problem, too_long
from sync.gateway.operation import Body, Operation, Parameter, Place, Who
from sync.gateway.rationing import Rationing

Handler = Callable[[Request, str], Awaitable[Response]]
# What proxies add: RFC 7239, the usual ones before it, and Via of RFC 9110 section 7.6.3
# (all recalled).
_OF_PROXIES: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


class Endpoint:
    """An ASGI application. `handler` is given the request and who asks ("": anybody)."""

    def __init__(
        self,
        operation: Operation,
        handler: Handler,
        *,
        door: Door,
        turnstile: Turnstile,
        rationing: Rationing,
        largest: int,
        is_open: bool = False,
    ) -> None:
        """`largest`: bytes of any body but a bundle's. `is_open`: THIS_MACHINE means anybody."""
        self._operation = operation
        self._handler = handler
        self._door = door
        self._turnstile = turnstile
        self._rationing = rationing if operation.is_rationed else None
        self._checks = [
            _Check(one) for one in operation.parameters if one.place is not Place.HEADER
        ]
        self._is_open = is_open
        body = operation.body
        self._limit = largest if body is None else body.limit
        if body is not None and not body.is_large:
            self._limit = min(body.limit, largest)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[OPERATION] = self._operation.name
        request = Request(scope, self._measured(scope, receive), send)
        terminal_id = await self._admitted(request)
        with self._turnstile.through(terminal_id), self._place_for(terminal_id):
            for check in self._checks:
                check.look(request)
            if self._operation.body is not None:
                self._look_at_body(request, self._operation.body)
            response = await self._handler(request, terminal_id)
            await response(scope, receive, send)

    def _place_for(self, terminal_id: str) -> AbstractContextManager[None]:
        return self._rationing.place_for(terminal_id) if self._rationing else nullcontext()

    async def _admitted(self, request: Request) -> str:
        match self._operation.who:
            case Who.ANYBODY:
                return ""
            case Who.EITHER if "Authorization" not in request.headers:
                return ""
            case Who.THIS_MACHINE:
                if not (self._is_open or _is_from_here(request)):
                    raise Answered(problem(403, "not-from-here", "only from this machine"))
                return ""
        terminal_id = request.headers.get(wire.TERMINAL_HEADER, "")
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token if scheme.lower() == "bearer" else ""
        if self._door.was_let_in(terminal_id, token):
            return terminal_id
        admission = await to_thread.run_sync(self._door.admit, terminal_id, token)
        if admission is Admission.GRANTED:
            return terminal_id
        if admission is Admission.REVOKED:
            raise Answered(problem(403, "terminal-revoked", "this terminal was revoked"))
        refused = problem(401, f"token-{admission.value}", "this token lets nobody in")
        refused.headers["WWW-Authenticate"] = "Bearer"
        raise Answered(refused)

    def _look_at_body(self, request: Request, body: Body) -> None:
        """Judge by the header alone, before anything is read."""
        wanted = body.content.media_type
        given = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if given != wanted and (given or body.is_strict):
            raise Answered(problem(415, "wrong-type", f"this is not {wanted}"))
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Answered(problem(415, "encoded", "only as it is, without a content encoding"))
        if "Content-Length" in request.headers:
            length = number_in(request, "Content-Length")
            if length is None or length > self._limit:
                raise too_long(self._limit)

    def _measured(self, scope: Scope, receive: Receive) -> Receive:
        """The body, and Answered with 413 as soon as a body of no known length is too long."""
        if not any(name == b"transfer-encoding" for name, _ in scope["headers"]):
            return receive
        size = 0

        async def measured() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._limit:
                raise too_long(self._limit)
            return message

        return measured


class _Check:
    """Enforces what the description says of a parameter."""

    def __init__(self, parameter: Parameter) -> None:
        form = parameter.form
        self._name, self._place = parameter.name, parameter.place
        self._pattern = re.compile(form.get("pattern", ".*"), re.DOTALL)
        self._longest: int | None = form.get("maxLength")

    def look(self, request: Request) -> None:
        """Raises Answered: 404 for a path, 400 for a query."""
        is_path = self._place is Place.PATH
        given = (request.path_params if is_path else request.query_params).get(self._name, "")
        fits = self._longest is None or len(given) <= self._longest
        if fits and self._pattern.fullmatch(given):
            return
        reasons = (f"{self._name}: 格式不对",)
        if is_path:
            raise Answered(problem(404, "no-such-name", "nothing has such a name", reasons=reasons))
        raise Answered(problem(400, "parameter-wrong", "a parameter is wrong", reasons=reasons))


def _is_from_here(request: Request) -> bool:
    """True for a program on this machine that speaks for itself."""
    if request.client is None or any(name in request.headers for name in _OF_PROXIES):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
