"""What people and programs that look after a gateway may ask of it; no terminal needs it."""

from typing import Final

from sync import wire
from sync.gateway.health import Ready, Up
from sync.gateway.operation import Content, Operation, Reply, Who, refusal

# What prometheus_client writes unless another form of it is asked for.
METRICS_TYPE: Final = "text/plain"

OPENAPI: Final = Operation(
    name="get_openapi",
    method="GET",
    path="/v1/openapi.json",
    summary="This description.",
    who=Who.ANYBODY,
    replies={
        200: Reply(words="OpenAPI 3.1.", content=Content(media_type=wire.JSON, form=dict)),
    },
)
HEALTH: Final = Operation(
    name="get_health",
    method="GET",
    path="/healthz",
    summary="Whether the process answers at all.",
    who=Who.ANYBODY,
    replies={200: Reply(words="It does.", content=Content(media_type=wire.JSON, form=Up))},
)
READINESS: Final = Operation(
    name="get_readiness",
    method="GET",
    path="/readyz",
    summary="Whether database and disk take what terminals send.",
    words="Looked at once a second at most.",
    who=Who.ANYBODY,
    replies={
        200: Reply(words="They do.", content=Content(media_type=wire.JSON, form=Ready)),
    },
)
METRICS: Final = Operation(
    name="get_metrics",
    method="GET",
    path="/metrics",
    summary="Figures for Prometheus, without anything personal.",
    words="Only to programs on the same machine, unless it is opened to others.",
    who=Who.THIS_MACHINE,
    replies={
        200: Reply(
            words="In the text form of Prometheus, or in OpenMetrics when Accept asks for it.",
            content=Content(media_type=METRICS_TYPE, words="Figures of this process."),
        ),
        403: refusal("Not from another machine, nor through a proxy."),
    },
)
WATCH: Final = (OPENAPI, HEALTH, READINESS, METRICS)
