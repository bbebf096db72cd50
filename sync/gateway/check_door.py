"""Where a resident's telephone learns whether a slip is genuine: a page, its program, two answers.

The page checks by itself where its browser knows Ed25519; then only the key and the list of what is
revoked come from here. Decision 0036.
"""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kiosk.domain.configuration import ConfigurationError, parse_configuration
from sync import wire
from sync.gateway import to_thread
from sync.gateway.check_operations import (
    ASKED_LIMIT,
    HTML,
    SCRIPT,
    CheckAnswer,
    CheckAsked,
    CheckTrust,
)
from sync.gateway.http_words import TRY_AGAIN_LATER, Answered, body_of, busy, problem, said
from sync.gateway.news_book import EVERYBODY, Kind, NewsBook
from sync.gateway_key import GatewayKey
from sync.proof_code import CheckedCode, CodeRefused, check_code, lead_of
from sync.strict import read_strictly

# Nothing but this gateway is asked, and nothing of the page is kept or shown inside another one.
_GUARD: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'unsafe-inline';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class CheckDoor:
    """Handlers; what they promise stands in check_operations.py."""

    def __init__(self, public_key: bytes, news: NewsBook) -> None:
        """`public_key`: the gateway's own, 32 bytes."""
        self._public = public_key
        self._key = GatewayKey(public_key)
        self._news = news
        here = files("sync.gateway") / "check"
        self._page = (here / "page.html").read_bytes()
        self._program = (here / "check.js").read_bytes()

    async def page(self, _request: Request, _terminal_id: str) -> Response:
        """GET /C."""
        return Response(self._page, media_type=HTML, headers=dict(_GUARD))

    async def program(self, _request: Request, _terminal_id: str) -> Response:
        """GET /C/check.js."""
        return Response(self._program, media_type=SCRIPT, headers=dict(_GUARD))

    async def trust(self, _request: Request, _terminal_id: str) -> Response:
        """GET /C/trust."""
        revoked = await to_thread.run_sync(self._revoked)
        return said(CheckTrust(self._public.hex(), tuple(sorted(revoked))))

    async def code(self, request: Request, _terminal_id: str) -> Response:
        """POST /C/code. Nothing of it goes anywhere but back."""
        body = await body_of(request, limit=ASKED_LIMIT)
        try:
            text = read_strictly(body, CheckAsked).code
        except wire.Unreadable:
            return problem(422, "not-a-code", "not a question about a code")
        revoked = await to_thread.run_sync(self._revoked)
        try:
            seen = check_code(text, lead=lead_of(text), gateway=self._key, revoked=revoked)
        except CodeRefused as refused:
            return said(CheckAnswer(refusal=refused.reason.value))
        return said(_answer(seen))

    def _revoked(self) -> frozenset[str]:
        """As of the configuration that everybody was given last; Answered when nobody can say."""
        told = self._news.told(EVERYBODY, [Kind.CONFIGURATION])
        if not told:
            return frozenset()
        try:
            return parse_configuration(wire.decoded(told[-1].entry, wire.Signed).body).revoked
        except (ConfigurationError, wire.Unreadable):  # of another version of this program
            raise Answered(busy("no-list", TRY_AGAIN_LATER)) from None


def _answer(seen: CheckedCode) -> CheckAnswer:
    return CheckAnswer(
        number=seen.number,
        minutes=int(seen.at.timestamp() // 60),
        item=seen.item,
        person=seen.person,
        pages=seen.pages,
        official_end=seen.official_end,
        terminal=seen.terminal_id,
    )
