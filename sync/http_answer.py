"""Judges an answer of the line: is it our gateway's, and does it say what it should."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic
from typing import Final, TypeVar

import msgspec

from kiosk.domain.fault import Fault
from sync import wire
from sync.api import GatewayUnreachable

LONGEST_RETRY_AFTER: Final = 3600.0  # sync.md section 6: a longer wish is cut
LEAST_RATE: Final = 1024  # bytes/s of an answer, beyond the patience; an eighth of 64 kbit/s
BETWEEN: Final = frozenset(  # a proxy in front of our gateway may say these in its place
    {
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_Message = TypeVar("_Message", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def in_time(pieces: Iterable[bytes], *, limit: int, patience: float) -> Iterator[bytes]:
    """The same pieces. `patience`: seconds for any of them, to which each kilobyte adds one.

    Raises GatewayUnreachable: foreign when it is more than `limit` bytes, unreachable when it
    comes too slowly.
    """
    size, begun = 0, monotonic()
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, "answer too long")
        if monotonic() - begun > patience + size / LEAST_RATE:
            raise GatewayUnreachable(Fault.GATEWAY_UNREACHABLE, "answer too slow")
        yield piece


def check_ours(answer: Answer) -> None:
    """Raises GatewayUnreachable unless our gateway gave this answer and lets us in."""
    retry_after = _seconds(answer.headers.get("Retry-After", ""))
    detail = f"status {answer.status}"
    if wire.GATEWAY_HEADER not in answer.headers:
        between = answer.status in BETWEEN
        fault = Fault.PROXY_IN_BETWEEN if between else Fault.GATEWAY_FOREIGN
        raise GatewayUnreachable(fault, detail, retry_after=retry_after if between else None)
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise GatewayUnreachable(Fault.GATEWAY_REFUSED, detail, retry_after=retry_after)


def expect(answer: Answer, *statuses: int) -> None:
    """Raises GatewayUnreachable for every other status: of 500 and above GATEWAY_DOWN."""
    if answer.status not in statuses:
        retry_after = _seconds(answer.headers.get("Retry-After", ""))
        fault = Fault.GATEWAY_UNREACHABLE
        if retry_after is not None:
            fault = Fault.GATEWAY_BUSY
        elif answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            fault = Fault.GATEWAY_DOWN
        raise GatewayUnreachable(fault, f"status {answer.status}", retry_after=retry_after)


def check_type(answer: Answer, content_type: str) -> None:
    """Raises GatewayUnreachable when the answer is something else."""
    given = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if given != content_type:
        raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, f"answer is not {content_type}")


def read(answer: Answer, kind: type[_Message], content_type: str) -> _Message:
    """The message in the answer. Raises GatewayUnreachable."""
    check_type(answer, content_type)
    try:
        return wire.decoded(answer.content, kind)
    except wire.Unreadable as error:
        raise GatewayUnreachable(Fault.GATEWAY_FOREIGN, str(error)) from None


def _seconds(wish: str) -> float | None:
    """Retry-After in either of its forms (RFC 9110 section 10.2.3, recalled), cut to an hour."""
    try:
        if wish.isdecimal():
            seconds = float(wish)
        else:
            seconds = (parsedate_to_datetime(wish) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
