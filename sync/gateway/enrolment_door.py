"""The endpoints by which terminals are let in."""

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sync import wire
from sync.enrolment import REQUEST_LIMIT, Enrolment, Renewal
from sync.gateway import to_thread
from sync.gateway.enrolling import Enrolling, EnrolmentRefused
from sync.gateway.http_words import body_of, problem, said
from sync.gateway.terminal_authority import NoRequest
from sync.strict import read_strictly

# Wrong codes, whoever sends them: 20 a minute are 86,400 in three days of 2^60 codes.
MOST_WRONG: Final = 20
SPAN: Final = 60.0  # seconds

_log = logging.getLogger(__name__)


class EnrolmentDoor:
    """Handlers; what they promise stands in enrolment_operations.py. Of one event loop."""

    def __init__(
        self, enrolling: Enrolling, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._enrolling = enrolling
        self._monotonic = monotonic
        self._wrong: deque[float] = deque(maxlen=MOST_WRONG)

    async def enrol(self, request: Request, _terminal_id: str) -> Response:
        """Let a new terminal in."""
        body = await body_of(request, limit=REQUEST_LIMIT)
        now = self._monotonic()
        if len(self._wrong) == MOST_WRONG and now - self._wrong[0] < SPAN:
            response = problem(429, "too-many-codes", "too many wrong codes")
            response.headers["Retry-After"] = str(int(SPAN))
            return response
        try:
            asked = read_strictly(body, Enrolment)
            enrolled = await to_thread.run_sync(self._enrolling.enrol, asked)
        except (wire.Unreadable, NoRequest) as error:
            return _unreadable(error)
        except EnrolmentRefused as refused:
            self._wrong.append(now)
            _log.warning("a terminal was not enrolled: %s", refused.why.value)
            return problem(409, refused.why.value, "this code lets nobody in")
        _log.info("terminal %s was enrolled", enrolled.terminal_id)
        return said(enrolled)

    async def renew(self, request: Request, terminal_id: str) -> Response:
        """The next certificate."""
        body = await body_of(request, limit=REQUEST_LIMIT)
        try:
            asked = read_strictly(body, Renewal)
            renewed = await to_thread.run_sync(self._enrolling.renew, terminal_id, asked)
        except (wire.Unreadable, NoRequest) as error:
            return _unreadable(error)
        return said(renewed)


def _unreadable(error: Exception) -> Response:
    return problem(422, "request-unreadable", "no such request", reasons=(str(error),))
