"""A village line between terminal and gateway: slow, far, torn, dark; changed while it runs.

A TCP proxy on loopback in a thread of its own. It loses connections, never single packets.
"""

import asyncio
import contextlib
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

PIECE = 4096
RECEIVE_BUFFER = 16 * 1024
UP, DOWN = 0, 1


@dataclass
class Weather:
    """How the line is. Change it by `BadLine.set`."""

    kbit: float = 0.0  # kbit/s in each direction; 0: as fast as it goes
    delay: float = 0.0  # seconds one way
    reset_every: int = 0  # bytes of a connection, half to one and a half of it; 0: never
    up: float = 0.0  # seconds of light ...
    down: float = 0.0  # ... and of darkness, in turn; 0: always light
    cut: bool = False
    dark: bool = False
    cut_after: int | None = None  # bytes from the terminal until the line is cut, once
    answers_to_lose: int = 0


@dataclass
class Counts:
    """What has been seen."""

    connections: int = 0
    refused: int = 0
    resets: int = 0
    bytes_up: int = 0
    bytes_down: int = 0


@dataclass(eq=False)
class _Connection:
    writers: list[asyncio.StreamWriter]
    left: int  # bytes until the reset
    pumps: list[asyncio.Task[None]] = field(default_factory=list)

    def reset(self) -> None:
        for pump in self.pumps:
            pump.cancel()
        for writer in self.writers:
            sock = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


class BadLine:
    """Forwards 127.0.0.1:`port` to 127.0.0.1:`target`. Its methods may be called anywhere."""

    def __init__(self, target: int, *, seed: int = 1, **weather: Any) -> None:
        self._target = target
        self._weather = Weather(**weather)
        self._random = random.Random(seed)
        self.counts = Counts()
        self._open: set[_Connection] = set()
        self._busy = [0.0, 0.0]
        self._since = time.monotonic()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bad line", daemon=True)
        self._server: asyncio.Server | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """Where the terminal finds the gateway through this line."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen; ready when this returns."""
        self._thread.start()
        self._call(self._listen())

    def stop(self) -> None:
        """End every connection and the thread."""
        self._call(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def set(self, **weather: Any) -> None:
        """Change the line, by the names of Weather."""

        def change() -> None:
            for name, value in weather.items():
                assert hasattr(self._weather, name), name
                setattr(self._weather, name, value)

        self._do(change)

    def cut(self) -> None:
        """Open connections die, new ones are closed at once."""
        self._do(self._cut)

    def mend(self) -> None:
        """Bytes flow again; what was open before stays dead."""
        self.set(cut=False, dark=False, cut_after=None)

    def darken(self) -> None:
        """Bytes disappear without a word, as when a mast falls; nothing is closed."""
        self.set(dark=True)

    def cut_after(self, count: int) -> None:
        """Cut the line once so many more bytes have come from the terminal."""
        self.set(cut_after=count)

    def lose_answers(self, count: int = 1) -> None:
        """The gateway answers, but the connection dies before the terminal hears it."""
        self.set(answers_to_lose=count)

    # -- on the loop

    async def _listen(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port))
        # What it accepts takes this over: the sender feels the line's pace at once, instead of
        # after the megabytes that loopback would swallow.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._server = await asyncio.start_server(self._connected, sock=listener, limit=PIECE)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _shut(self) -> None:
        assert self._server is not None
        self._server.close()
        for connection in list(self._open):
            connection.reset()
        tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        if tasks:
            await asyncio.wait(tasks, timeout=5)

    def _cut(self) -> None:
        self._weather.cut = True
        for connection in list(self._open):
            self.counts.resets += 1
            connection.reset()

    def _is_dark(self) -> bool:
        weather = self._weather
        if weather.dark:
            return True
        turn = weather.up + weather.down
        return bool(weather.down) and (time.monotonic() - self._since) % turn >= weather.up

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counts.connections += 1
        if self._weather.cut:
            self.counts.refused += 1
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            self.counts.refused += 1
            writer.transport.abort()
            return
        every = self._weather.reset_every
        left = self._random.randint(every // 2, every * 3 // 2) if every else 1 << 60
        connection = _Connection([writer, far_writer], left)
        self._open.add(connection)
        connection.pumps = [
            asyncio.create_task(self._pump(connection, reader, far_writer, UP)),
            asyncio.create_task(self._pump(connection, far_reader, writer, DOWN)),
        ]
        try:
            await asyncio.wait(connection.pumps)
        finally:
            self._open.discard(connection)
            for end in connection.writers:
                end.close()

    async def _pump(
        self,
        connection: _Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: int,
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._carry(len(piece), way)
                if self._tears(connection, len(piece), way):
                    return
                writer.write(piece)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()

    async def _carry(self, size: int, way: int) -> None:
        """Takes as long as the line takes for that many bytes."""
        while self._is_dark():
            await asyncio.sleep(0.02)
        weather = self._weather
        if weather.kbit:
            now = time.monotonic()
            self._busy[way] = max(now, self._busy[way]) + size * 8 / (weather.kbit * 1000)
            await asyncio.sleep(max(0.0, self._busy[way] - now))
        if weather.delay:
            await asyncio.sleep(weather.delay)

    def _tears(self, connection: _Connection, size: int, way: int) -> bool:
        """True when this piece is lost together with its connection."""
        weather = self._weather
        if way == UP:
            self.counts.bytes_up += size
            if weather.cut_after is not None:
                weather.cut_after -= size
                if weather.cut_after <= 0:
                    weather.cut_after = None
                    self._cut()
                    return True
        else:
            if weather.answers_to_lose:
                weather.answers_to_lose -= 1
                self.counts.resets += 1
                connection.reset()
                return True
            self.counts.bytes_down += size
        connection.left -= size
        if connection.left > 0:
            return False
        self.counts.resets += 1
        connection.reset()
        return True

    # -- from other threads

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _do(self, change: Callable[[], None]) -> None:
        async def work() -> None:
            change()

        self._call(work())
