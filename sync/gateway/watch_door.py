"""The endpoints for those who look after the gateway: description, health, figures."""

from typing import Final

import msgspec
from anyio import fail_after, to_thread
from starlette.requests import Request
from starlette.responses import Response

from sync import wire
from sync.gateway.health import Health, Ready, Up
from sync.gateway.http_words import TRY_AGAIN_SOON, problem, said
from sync.gateway.metrics import Metrics
from sync.gateway.openapi import described

PATIENCE: Final = 5.0  # seconds until "does not answer" is the answer; balancers wait about as long


class WatchDoor:
    """Belongs to the event loop; what waits for the disk is done on its worker threads."""

    def __init__(self, health: Health, metrics: Metrics) -> None:
        self._health = health
        self._metrics = metrics
        self._description = b""  # until somebody asks

    async def openapi(self, _request: Request, _terminal_id: str) -> Response:
        """GET /v1/openapi.json."""
        self._description = self._description or msgspec.json.encode(described())
        return Response(self._description, media_type=wire.JSON)

    async def up(self, _request: Request, _terminal_id: str) -> Response:
        """GET /healthz."""
        return said(Up())

    async def ready(self, _request: Request, _terminal_id: str) -> Response:
        """GET /readyz."""
        try:
            with fail_after(PATIENCE):
                complaints = await to_thread.run_sync(
                    self._health.complaints, abandon_on_cancel=True
                )
        except TimeoutError:
            complaints = ("database or disk: do not answer",)
        if not complaints:
            return said(Ready(notes=self._health.notes()))
        response = problem(503, "not-ready", "not ready", reasons=complaints)
        response.headers["Retry-After"] = str(TRY_AGAIN_SOON)
        return response

    async def metrics(self, request: Request, _terminal_id: str) -> Response:
        """GET /metrics."""
        accept = request.headers.get("Accept", "")
        content, media_type = await to_thread.run_sync(self._metrics.text, accept)
        return Response(content, headers={"Content-Type": media_type})
