"""Runs a gateway: as a program of its own, or inside another one for the demonstration."""

import asyncio
import gc
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import uvicorn
from starlette.types import ASGIApp

from kiosk.domain.service_item import ServiceCatalog
from sync.gateway.limits import USUAL, Limits
from sync.gateway.line_switch import LineState, LineSwitch
from sync.gateway.office import ALL_HERE, Elsewhere, Office, utc_now
from sync.gateway.patient_connection import patient
from sync.gateway.review import Review
from sync.gateway.server import StoppableServer, allow_connections
from sync.gateway.stick_desk import StickDesk

KEEP_ALIVE: Final = 75  # seconds an idle connection stays; longer than the pause between rounds
STOP_WITHIN: Final = 2  # seconds for requests that are under way
# Connections of terminals that vanished are noticed after 60 + 3 * 20 s. asyncio sets TCP_NODELAY
# only on sockets it made itself; without it each answer waits 40 ms for the terminal's next packet.
SOCKET_OPTIONS: Final = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 20),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """Where a gateway keeps its things and where it listens."""

    folder: Path
    port: int  # 0: any that is free
    host: str = "127.0.0.1"
    catalog: ServiceCatalog | None = None
    catalog_file: bytes = b""
    tls_certificate: Path | None = None  # PEM; plain HTTP without it, for a proxy in front
    tls_key: Path | None = None
    # PEM; who has no certificate of this authority is not even listened to
    terminal_authority: Path | None = None
    elsewhere: Elsewhere = ALL_HERE
    limits: Limits = USUAL
    metrics_open: bool = False  # to other machines too


def serve(settings: GatewaySettings, *, listening: Callable[[int], None] = lambda _: None) -> None:
    """Serve until SIGTERM or SIGINT. Blocks; `listening` is told the port once it answers.

    Raises OSError when the port is taken, and what Office raises.
    """
    limits = settings.limits
    office = Office(
        settings.folder,
        catalog=settings.catalog,
        catalog_file=settings.catalog_file,
        elsewhere=settings.elsewhere,
        limits=limits,
        metrics_open=settings.metrics_open,
    )
    _collect_seldom()
    try:
        office.start_beside()
        allow_connections(limits.most_connections)
        with _listener(settings.host, settings.port) as opened:
            port = opened.getsockname()[1]
            config = _config(
                office.asgi(),
                http=patient(limits),
                loop="uvloop",
                ssl_certfile=settings.tls_certificate,
                ssl_keyfile=settings.tls_key,
                ssl_ca_certs=settings.terminal_authority,
            )
            server = StoppableServer(
                config, stop_seconds=limits.stop_seconds, ready=lambda: listening(port)
            )
            server.run(sockets=[opened])
    finally:
        office.close()


class EmbeddedGateway:
    """A real gateway on loopback in a thread of this process, whose line can be broken."""

    def __init__(
        self,
        folder: Path,
        *,
        catalog: ServiceCatalog | None = None,
        catalog_file: bytes = b"",
        now: Callable[[], datetime] = utc_now,
        elsewhere: Elsewhere = ALL_HERE,
    ) -> None:
        """Opens the folder, as Office does; nothing listens before `start`."""
        self._office = Office(
            folder, catalog=catalog, catalog_file=catalog_file, now=now, elsewhere=elsewhere
        )
        self._switch = LineSwitch()
        self._port = 0
        self._server: _TellingServer | None = None
        self._thread: threading.Thread | None = None
        self.public_key = self._office.public_key
        self.sealing_key = self._office.sealing_key

    @property
    def base_url(self) -> str:
        """Where terminals find it, the same after a restart. Only once started."""
        assert self._port, "not started yet"
        return f"http://127.0.0.1:{self._port}"

    @property
    def review(self) -> Review:
        """What the office does with the cases. Any thread."""
        return self._office.review

    @property
    def office(self) -> Office:
        """All of it. Any thread."""
        return self._office

    @property
    def stick_desk(self) -> StickDesk:
        """Takes in cases that came by hand. Any thread."""
        return self._office.stick_desk

    def add_terminal(self, terminal_id: str, *, expires_at: datetime | None = None) -> str:
        """Enrol a terminal; its token."""
        return self._office.door.add_terminal(terminal_id, expires_at=expires_at)

    def revoke_terminal(self, terminal_id: str) -> None:
        """Let it in no more."""
        self._office.door.revoke(terminal_id)

    def start(self) -> None:
        """Listen; ready when this returns. Raises OSError, RuntimeError when it does not start."""
        assert self._thread is None, "started twice"
        opened = _listener("127.0.0.1", self._port)
        self._port = opened.getsockname()[1]
        app = self._switch.behind(self._office.asgi())
        server = _TellingServer(_config(app, http=self._switch.protocol(), loop="asyncio"))
        self._server = server
        self._thread = threading.Thread(
            target=_run, args=(server, opened), name="gateway", daemon=True
        )
        self._thread.start()
        if not server.ready.wait(10) or not server.started:
            raise RuntimeError("the embedded gateway did not start")

    def stop(self) -> None:
        """End and close everything. May be repeated."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(10)
            self._server = self._thread = None
        self._office.close()

    def cut(self) -> None:
        """Break the line: open connections die, new ones are closed at once."""
        self._turn(LineState.CUT)

    def mend(self) -> None:
        """The line is whole again."""
        self._turn(LineState.WHOLE)

    def show_portal(self) -> None:
        """From now on a captive portal answers in our place, with 200 and a web page."""
        self._turn(LineState.PORTAL)

    def _turn(self, state: LineState) -> None:
        self._switch.turn(state, self._server.loop if self._server else None)


class _TellingServer(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()


def _collect_seldom() -> None:
    """Nearly nothing of a request is part of a ring, so looking for rings is 4 % of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _run(server: _TellingServer, opened: socket.socket) -> None:
    try:
        with opened:
            server.run(sockets=[opened])
    finally:
        server.ready.set()


def _listener(host: str, port: int) -> socket.socket:
    opened = socket.create_server((host, port), backlog=512)
    for option in SOCKET_OPTIONS:
        opened.setsockopt(*option)  # what it accepts takes these over
    return opened


def _config(
    app: ASGIApp,
    *,
    http: type[asyncio.Protocol],
    loop: Literal["asyncio", "uvloop"],
    ssl_certfile: Path | None = None,
    ssl_keyfile: Path | None = None,
    ssl_ca_certs: Path | None = None,
) -> uvicorn.Config:
    """No access log: addresses with case numbers in them are nobody's business."""
    return uvicorn.Config(
        app,
        http=http,
        loop=loop,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody here asks where a request came from
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=STOP_WITHIN,
        ssl_certfile=ssl_certfile,
        ssl_keyfile=ssl_keyfile,
        ssl_ca_certs=str(ssl_ca_certs) if ssl_ca_certs else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if ssl_ca_certs else ssl.CERT_NONE,
    )
