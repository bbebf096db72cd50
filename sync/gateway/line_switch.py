"""Breaks the line of an embedded gateway on purpose: cut off, or behind a captive portal."""

import asyncio
import threading
from collections.abc import Callable
from enum import Enum, unique

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

PORTAL: str = "<html><head><title>上网认证</title></head><body>请登录</body></html>"


@unique
class LineState(Enum):
    """How the line is."""

    WHOLE = "whole"
    CUT = "cut"  # connections die at once, open ones too
    PORTAL = "portal"  # something else answers every request with 200


class LineSwitch:
    """The switch of one server. `turn` may be called from any thread but the server's."""

    def __init__(self) -> None:
        self._state = LineState.WHOLE
        self._transports: set[asyncio.BaseTransport] = set()

    def turn(self, state: LineState, loop: asyncio.AbstractEventLoop | None) -> None:
        """Set the line; when it is cut, every open connection is dead when this returns."""
        self._state = state
        if state is LineState.CUT and loop is not None:
            done = threading.Event()
            loop.call_soon_threadsafe(self._abort_all, done.set)
            done.wait(5)

    def protocol(self) -> type[H11Protocol]:
        """A connection class for uvicorn whose connections obey the switch."""
        switch = self

        class SwitchedConnection(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                switch._transports.add(transport)
                if switch._state is LineState.CUT:
                    transport.abort()

            def connection_lost(self, exc: Exception | None) -> None:
                switch._transports.discard(self.transport)
                super().connection_lost(exc)

        return SwitchedConnection

    def behind(self, app: ASGIApp) -> ASGIApp:
        """The application, or the portal's page in its place."""

        async def switched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and self._state is LineState.PORTAL:
                await HTMLResponse(PORTAL)(scope, receive, send)
            else:
                await app(scope, receive, send)

        return switched

    def _abort_all(self, then: Callable[[], None]) -> None:
        for transport in list(self._transports):
            if isinstance(transport, asyncio.Transport):
                transport.abort()
        then()
