"""A web server that ends as it should: nobody new, what is under way to its end, then the rest."""

import asyncio
import contextlib
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Final

import uvicorn

KEPT_WITHIN: Final = 5  # seconds to keep what had arrived of requests that are broken off
BESIDES: Final = 512  # open files of a gateway besides its connections


class StoppableServer(uvicorn.Server):
    """SIGTERM or SIGINT ends it.

    It listens no more within 0.1 s, so that another may listen there. Requests under way have
    `stop_seconds`; then their connections are closed, and what had arrived is kept. A second
    SIGINT ends it at once. Unlike uvicorn's own it does not raise the signal again in the end:
    whoever runs it still has a database to close.
    """

    def __init__(
        self, config: uvicorn.Config, *, stop_seconds: float, ready: Callable[[], None]
    ) -> None:
        """`ready` is called once it answers, and ends as described when it is told to."""
        super().__init__(config)
        self._stop_seconds = stop_seconds
        self._ready = ready
        config.timeout_graceful_shutdown = int(stop_seconds) + KEPT_WITHIN

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """While it runs; only the main thread may."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        ours = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self.handle_exit) for number in ours}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See the class."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See the class."""
        timer = asyncio.get_running_loop().call_later(self._stop_seconds, self._break_off)
        await super().shutdown(sockets)
        timer.cancel()

    def _break_off(self) -> None:
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()


def allow_connections(number: int) -> None:
    """Raise this process's own limit of open files as far as the system lets it; never raises."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number + BESIDES if hard == resource.RLIM_INFINITY else min(number + BESIDES, hard)
    if soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
