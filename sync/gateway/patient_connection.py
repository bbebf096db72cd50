"""A connection that bears with slow lines, and not with those that only hold it.

uvicorn waits for ever for the end of a header or a body, and its parser takes headers of any size
(uvicorn 0.54, its own code). Answers given here are ours like all others.
"""

import asyncio
from enum import Enum, unique
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from sync import wire
from sync.gateway.http_words import problem_body
from sync.gateway.limits import Limits
from sync.gateway.one_write import OneWrite

LEAST_RATE: Final = 256  # bytes/s of a body on the whole; the slowest line of ours brings 8,000
LOOK_AT_LEAST: Final = 0.05  # seconds between two looks at one connection
AWAY: Final = 60  # seconds to stay away when there are too many connections
# Seconds in which what still comes is thrown away after a last answer: a connection that is closed
# over unread bytes is reset, and the other side may never see the answer.
LINGER: Final = 2.0


@unique
class _Arriving(Enum):
    NOTHING = "nothing"
    HEAD = "head"
    BODY = "body"


def patient(limits: Limits) -> type[asyncio.Protocol]:
    """A connection class for uvicorn with these limits; one timer for each connection."""

    class PatientConnection(HttpToolsProtocol):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._arriving = _Arriving.NOTHING
            self._made_at = self._last_byte = self.loop.time()
            self._head_since: float | None = None
            self._head_size = 0
            self._had_head = False
            self._body_since, self._body_size = 0.0, 0
            self._waited_for_us = False  # at the last look
            self._answered_at = 0.0
            self._has_ended = False
            self._stuck: tuple[int, float] | None = None  # unsent bytes of an answer, since when
            self._timer: asyncio.TimerHandle | None = None

        # -- what uvicorn is told by the loop

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(cast(asyncio.Transport, OneWrite(transport, self.loop)))
            self._made_at = self._last_byte = self.loop.time()
            if len(self.connections) > limits.most_connections:
                self._end(503, "too-many", "not now", f"retry-after: {AWAY}\r\n")
                return
            self._timer = self.loop.call_later(limits.head_seconds, self._look)

        def connection_lost(self, exc: Exception | None) -> None:
            if self._timer is not None:
                self._timer.cancel()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._has_ended:
                return
            now = self._last_byte = self.loop.time()
            if self._arriving is _Arriving.BODY:
                self._body_size += len(data)
            else:
                self._head_since = self._head_since or now
                self._head_size += len(data)
            self._had_head = False
            super().data_received(data)
            if self._had_head:
                self._head_since, self._head_size = None, 0
            elif self._head_size > limits.longest_head and not self._has_ended:
                self._end(431, "head-too-long", "the header is too long")

        # -- what it is told by its parser

        def on_message_begin(self) -> None:
            self._arriving = _Arriving.HEAD
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            super().on_headers_complete()
            self._arriving, self._had_head = _Arriving.BODY, True
            self._body_since, self._body_size = self.loop.time(), 0

        def on_message_complete(self) -> None:
            super().on_message_complete()
            self._arriving = _Arriving.NOTHING

        def on_response_complete(self) -> None:
            self._answered_at = self.loop.time()
            super().on_response_complete()

        def send_400_response(self, msg: str) -> None:
            self._end(400, "not-http", "this is not HTTP as it should be")

        # -- patience

        def _look(self) -> None:
            now, until = self.loop.time(), self._patient_until()
            if now < until:
                self._timer = self.loop.call_later(max(until - now, LOOK_AT_LEAST), self._look)
            else:
                self._end(408, "too-slow", "the request did not arrive in time")

        def _patient_until(self) -> float:
            """Never: a while from now, to look again."""
            cycle: RequestResponseCycle | None = self.cycle
            is_answered = cycle is None or cycle.response_complete
            if self._arriving is _Arriving.BODY and is_answered:
                return self._answered_at + limits.head_seconds  # nobody reads it any more
            waited_for_us, self._waited_for_us = self._waited_for_us, self.flow.read_paused
            if self._arriving is _Arriving.BODY and (waited_for_us or self.flow.read_paused):
                # It waits for us, not we for it; or did until a moment ago.
                self._last_byte = self._body_since = self.loop.time()
            elif self._arriving is _Arriving.BODY:
                least = self._body_since + limits.idle_seconds + self._body_size / LEAST_RATE
                return min(self._last_byte + limits.idle_seconds, least)
            if self._head_since is not None and is_answered:
                return self._head_since + limits.head_seconds
            if cycle is None:
                return self._made_at + limits.head_seconds
            if self.flow.write_paused:
                return self._unsent_until()
            # Being answered, or between two requests, where uvicorn has a timer of its own.
            return self.loop.time() + limits.head_seconds

        def _unsent_until(self) -> float:
            """An answer that nobody fetches is given up as a body that nobody sends."""
            now, unsent = self.loop.time(), self.transport.get_write_buffer_size()
            if self._stuck is None or unsent != self._stuck[0]:
                self._stuck = unsent, now
            return self._stuck[1] + limits.idle_seconds

        def _end(self, status: int, kind: str, title: str, headers: str = "") -> None:
            """Say why, if that can still be said, and hang up."""
            self._has_ended = True
            if self._timer is not None:
                self._timer.cancel()
            if self.transport.is_closing():
                return
            cycle: RequestResponseCycle | None = self.cycle
            is_begun = self.transport.get_write_buffer_size() > 0
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
                is_begun = is_begun or cycle.response_started
            if is_begun:  # another answer is on its way, and would be cut in two
                self.transport.abort()
                return
            body = problem_body(status, kind, title)
            head = (
                f"{wire.GATEWAY_HEADER}: {wire.VERSION}\r\ncontent-type: {wire.PROBLEM}\r\n"
                f"{headers}content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(STATUS_LINE[status] + head.encode("ascii") + body)
            if self.transport.can_write_eof():
                self.transport.write_eof()
                self._timer = self.loop.call_later(LINGER, self.transport.abort)
            else:
                self.transport.close()

    return PatientConnection
