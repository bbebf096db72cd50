"""Head and body of an answer leave in one piece: uvicorn writes them one after the other.

Each write is a call of the system beside which no other thread runs (uvloop keeps Python's lock),
and wakes whoever reads. Measured: 0.03 ms of the 0.5 ms that a form costs.
"""

import asyncio
from typing import Any, Final

LARGEST: Final = 64 * 1024  # bytes; more is not copied only to save a write


class OneWrite:
    """A transport that keeps what is written until the loop's next turn. Belongs to the loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._kept: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        """Everything else is the transport's own."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """See asyncio.WriteTransport."""
        if len(data) > LARGEST:
            self._flush()
            self._transport.write(data)
            return
        if not self._kept:
            self._loop.call_soon(self._flush)
        self._kept.append(data)

    def write_eof(self) -> None:
        """See asyncio.WriteTransport."""
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        """See asyncio.BaseTransport."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """See asyncio.WriteTransport."""
        self._kept.clear()
        self._transport.abort()

    def get_write_buffer_size(self) -> int:
        """See asyncio.WriteTransport."""
        return self._transport.get_write_buffer_size() + sum(map(len, self._kept))

    def _flush(self) -> None:
        if self._kept and not self._transport.is_closing():
            self._transport.write(b"".join(self._kept))
        self._kept.clear()
