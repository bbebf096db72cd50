"""The part of the table of operations that serves whoever holds a slip and a telephone."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from sync import wire
from sync.gateway.operation import Body, Content, Operation, Reply, Who, refusal

# In capitals, so that a QR code with it keeps to the alphanumeric mode (decision 0036).
CHECK_PATH: Final = "/C"
HTML: Final = "text/html; charset=utf-8"
SCRIPT: Final = "text/javascript; charset=utf-8"
LONGEST_CODE: Final = 2048  # characters; a QR code holds 4,296 (ISO/IEC 18004, not read), ours 550
ASKED_LIMIT: Final = 16_384  # bytes


class CheckAsked(msgspec.Struct, frozen=True):
    """What a QR code holds."""

    code: Annotated[str, Meta(max_length=LONGEST_CODE)]

    def __repr__(self) -> str:
        return "CheckAsked()"


class CheckAnswer(msgspec.Struct, frozen=True):
    """What such a code proves; the value of a proof_code.CodeRefusal when it proves nothing."""

    refusal: str = ""
    number: str = ""
    minutes: int = 0  # since 1970, UTC
    item: str = ""
    person: str = ""  # masked
    pages: int = 0
    official_end: str = ""
    terminal: str = ""  # "": the gateway itself signed

    def __repr__(self) -> str:
        return f"CheckAnswer(refusal={self.refusal!r})"


class CheckTrust(msgspec.Struct, frozen=True):
    """Whom a telephone has to believe in order to check a code by itself."""

    gateway: str  # Ed25519, 64 hex digits
    revoked: tuple[str, ...]  # SHA-256 in hex of what no longer counts


PAGE: Final = Operation(
    name="get_check_page",
    method="GET",
    path=CHECK_PATH,
    summary="The page on which a telephone checks a slip 核对回执.",
    words="What is to be checked stands behind the # of the address and is not sent.",
    who=Who.ANYBODY,
    replies={200: Reply(words="The page.", content=Content(media_type=HTML, words="HTML."))},
)
PROGRAM: Final = Operation(
    name="get_check_program",
    method="GET",
    path=f"{CHECK_PATH}/check.js",
    summary="The program of that page.",
    who=Who.ANYBODY,
    replies={200: Reply(words="It.", content=Content(media_type=SCRIPT, words="JavaScript."))},
)
TRUST: Final = Operation(
    name="get_check_trust",
    method="GET",
    path=f"{CHECK_PATH}/trust",
    summary="The gateway's key and what it has revoked.",
    who=Who.ANYBODY,
    replies={
        200: Reply(words="Both.", content=Content(media_type=wire.JSON, form=CheckTrust)),
    },
)
CODE: Final = Operation(
    name="check_code",
    method="POST",
    path=f"{CHECK_PATH}/code",
    summary="Checks a code for a telephone that cannot do it by itself.",
    words="Nothing of it is kept or written to a log.",
    who=Who.ANYBODY,
    body=Body(content=Content(media_type=wire.JSON, form=CheckAsked), limit=ASKED_LIMIT),
    replies={
        200: Reply(
            words="What it proves.", content=Content(media_type=wire.JSON, form=CheckAnswer)
        ),
        422: refusal("Not such a question."),
    },
)
CHECK: Final = (PAGE, PROGRAM, TRUST, CODE)
