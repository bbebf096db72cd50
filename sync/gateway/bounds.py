"""Turns away what is too much for this gateway, before anything of it is read."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from sync.gateway.http_words import Answered, busy, problem
from sync.gateway.limits import Limits

# Seconds to stay away when too many ask at once; different for each, so that they do not return
# together.
AWAY: Final = (30, 90)


class Bounds:
    """Belongs to the event loop."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        *,
        away: Callable[[], int] = lambda: random.randint(*AWAY),  # noqa: S311  only spreads
    ) -> None:
        """`away`: seconds to tell those that are turned away because there are too many."""
        self._app = app
        self._limits = limits
        self._away = away
        self.under_way = 0  # requests that are being answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Answered."""
        self.under_way += 1
        try:
            self._look(scope)
            await self._app(scope, receive, send)
        finally:
            self.under_way -= 1

    def _look(self, scope: Scope) -> None:
        if self.under_way > self._limits.most_at_once:
            raise Answered(busy("too-many", self._away()))
        address = len(scope.get("raw_path", b"")) + len(scope["query_string"])
        if address > self._limits.longest_head:
            raise Answered(problem(414, "address-too-long", "the address is too long"))
        head = address
        for name, value in scope["headers"]:
            head += len(name) + len(value)
        if head > self._limits.longest_head:
            raise Answered(problem(431, "head-too-long", "the header is too long"))


class Turnstile:
    """Lets so many requests of one terminal through at once. Belongs to the event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._inside: dict[str, int] = {}

    @contextmanager
    def through(self, terminal_id: str) -> Iterator[None]:
        """A request of it is being answered. Raises Answered; "" is always let through."""
        inside = self._inside.get(terminal_id, 0)
        if terminal_id and inside >= self._most:
            refused = problem(429, "too-many-of-one", "too many requests of this terminal at once")
            refused.headers["Retry-After"] = str(AWAY[0])
            raise Answered(refused)
        self._inside[terminal_id] = inside + 1
        try:
            yield
        finally:
            left = self._inside[terminal_id] - 1
            if left:
                self._inside[terminal_id] = left
            else:
                del self._inside[terminal_id]
