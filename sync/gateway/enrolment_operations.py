"""The part of the table of operations by which terminals are let in and stay so."""

from typing import Final

from sync import wire
from sync.enrolment import REQUEST_LIMIT, Enrolled, Enrolment, Renewal, Renewed
from sync.gateway.operation import Body, Content, Header, Operation, Reply, Who, refusal

ENROL: Final = Operation(
    name="enrol",
    method="POST",
    path="/v1/enrolments",
    summary="A new terminal 终端登记, by a code that a person brought to it.",
    words=(
        "Its key and its token are its own; the gateway sees the request for a certificate and the"
        " token's SHA-256. The same terminal may ask again with the same code until that expires."
    ),
    who=Who.ANYBODY,
    body=Body(content=Content(media_type=wire.JSON, form=Enrolment), limit=REQUEST_LIMIT),
    replies={
        200: Reply(words="It is let in.", content=Content(media_type=wire.JSON, form=Enrolled)),
        409: refusal("No such code, or it expired, or another terminal used it."),
        422: refusal("Not a request for a certificate on P-256."),
        429: refusal(
            "Too many wrong codes lately, from whomever.",
            {"Retry-After": Header("Seconds to wait.", {"type": "integer", "minimum": 0})},
        ),
    },
)
RENEW: Final = Operation(
    name="renew",
    method="POST",
    path="/v1/certificates",
    summary="The next certificate of a terminal, before the one it has ends.",
    body=Body(content=Content(media_type=wire.JSON, form=Renewal), limit=REQUEST_LIMIT),
    replies={
        200: Reply(words="It.", content=Content(media_type=wire.JSON, form=Renewed)),
        422: refusal("Not a request for a certificate on P-256."),
    },
)
ENROLMENT: Final = (ENROL, RENEW)
