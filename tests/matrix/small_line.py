"""A line on which chance loses, cuts, delays, repeats and replaces what goes over it.

It stands in for HttpTransport below the terminal's real HttpGateway and drives the gateway's real
application step by step, without sockets, threads or an event loop. So a request that the terminal
has given up can lie half arrived at the gateway and go on later, and the same chance always gives
the same story.
"""

import random
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Future
from enum import Enum, unique
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import unquote

from requests.structures import CaseInsensitiveDict
from starlette.types import ASGIApp

from kiosk.domain.fault import Fault
from sync import wire
from sync.api import GatewayUnreachable
from sync.http_answer import Answer, check_ours
from tests.matrix.danger import Died

OURS: Final = {wire.GATEWAY_HEADER: "1"}
DEFECT: Final = 500  # the gateway's own mistake; never right


@unique
class Fate(Enum):
    """What becomes of a request."""

    LOST = "lost"
    LATE = "late"  # arrives after others; the terminal has given it up
    CUT = "cut"  # the line broke in its middle, and the gateway noticed
    DRAINS = "drains"  # the same, but the gateway has not noticed, and the rest still comes
    ANSWER_LOST = "answer lost"
    TWICE = "twice"
    REPLACED = "replaced"  # somebody else answers, or the gateway does not want it now
    FINE = "fine"


OF_HUNDRED: Final = {
    Fate.LOST: 6,
    Fate.LATE: 6,
    Fate.CUT: 8,
    Fate.DRAINS: 8,
    Fate.ANSWER_LOST: 9,
    Fate.TWICE: 4,
    Fate.REPLACED: 5,
    Fate.FINE: 54,
}
_FATES: Final = [fate for fate, weight in OF_HUNDRED.items() for _ in range(weight)]
DIES_AFTERWARDS: Final = 0.03  # of the times that the gateway has just answered
INSTEAD: Final = (
    Answer(503, {**OURS, "Retry-After": "60"}, b""),
    Answer(503, {"Retry-After": "5"}, b"<html>"),
    Answer(429, {**OURS, "Retry-After": "3000"}, b""),
    Answer(401, OURS, b""),
    Answer(200, {"Content-Type": "text/html"}, b"<html>log in to the network"),
    Answer(502, {}, b""),
    Answer(200, {**OURS, "Content-Type": wire.JSON}, b"{"),
)


class _Pause:
    """What a request waits on until it goes on."""

    def __init__(self, *, for_bytes: bool) -> None:
        self._for_bytes = for_bytes

    def __await__(self) -> Generator[bool]:
        yield self._for_bytes


class Request:
    """One request inside the gateway: as much of it as has arrived."""

    def __init__(
        self, method: str, path: str, headers: Mapping[str, str], pieces: list[bytes]
    ) -> None:
        route, _, query = path.partition("?")
        self._scope = {
            "type": "http",
            "method": method,
            "path": unquote(route),
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            "http_version": "1.1",
            "scheme": "http",
            "root_path": "",
        }
        self.pieces = deque(pieces)  # on their way
        self._arrived: deque[dict[str, Any]] = deque()
        self._running: Any = None
        self._start: dict[str, Any] = {}
        self._content = b""
        self.life = 0  # of the gateway that it has reached; 0: none yet
        self.waits = False  # for more to arrive, or for nothing any more
        self.is_over = False

    def again(self) -> "Request":
        """The same, as it was sent."""
        other = object.__new__(Request)
        other.__dict__ = {**self.__dict__, "pieces": deque(self.pieces), "_arrived": deque()}
        return other

    def reach(self, app: ASGIApp, life: int, *, most: int | None = None) -> None:
        """So many further pieces of it arrive (None: the rest)."""
        if not self.life:
            self._running = app(dict(self._scope), self._receive, self._send)
            self.life = life
        for _ in range(len(self.pieces) if most is None else most):
            piece = self.pieces.popleft()
            self._arrived.append(
                {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}
            )

    def break_off(self) -> None:
        """Nothing more comes, and the gateway learns it."""
        self.pieces.clear()
        self._arrived.append({"type": "http.disconnect"})

    def go_on(self) -> None:
        """The gateway works on it until it waits for more, or leaves the turn to others."""
        try:
            self.waits = self._running.send(None)
        except StopIteration:
            self.waits = self.is_over = True

    @property
    def answer(self) -> Answer:
        """Once it is over."""
        headers = {name.decode(): value.decode() for name, value in self._start["headers"]}
        return Answer(self._start["status"], CaseInsensitiveDict(headers), self._content)

    async def _receive(self) -> dict[str, Any]:
        while not self._arrived:
            await _Pause(for_bytes=True)
        return self._arrived.popleft()

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._content += message.get("body", b"")


class SmallLine:
    """Between one terminal and the office; `begin` for every story."""

    def __init__(self, office: Any) -> None:
        """`office`: see small_world.SmallOffice."""
        self.office = office
        self.begin(random.Random(0))

    def begin(self, chance: random.Random) -> None:
        """A new story on it."""
        self._chance = chance
        self._late: list[Request] = []
        self.is_whole = False
        self.lost = 0
        self.wrong: list[str] = []  # answers that must never be

    def carry(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer. Raises GatewayUnreachable."""
        self._let_late_ones_in()
        fate = Fate.FINE if self.is_whole else self._chance.choice(_FATES)
        in_part = fate in (Fate.CUT, Fate.DRAINS)
        request = Request(method, path, headers, self._cut_up(body, always=in_part))
        if fate is Fate.REPLACED:
            self.lost += 1
            return self._chance.choice(INSTEAD)
        if fate is Fate.LOST:
            raise self._gone()
        if fate is Fate.LATE:
            self._late.append(request)
            raise self._gone()
        if in_part:
            self._arrive_in_part(request, drains=fate is Fate.DRAINS)
            raise self._gone()
        if fate is Fate.TWICE:
            self._late.append(request.again())
        answer = self._delivered(request)
        if not self.is_whole and self._chance.random() < DIES_AFTERWARDS:
            self.office.reborn()
        if fate is Fate.ANSWER_LOST:
            raise self._gone()
        return answer

    def arriving(self, content: bytes) -> Iterator[bytes]:
        """An answer as it comes: all of it, or the line breaks. Raises GatewayUnreachable."""
        if self.is_whole or self._chance.random() < 0.8:
            yield content
            return
        yield content[: self._chance.randrange(len(content) + 1)]
        raise self._gone()

    def fault(self) -> Fault | None:
        """How the line looks to whoever just asks for the time."""
        sound = self.is_whole or self._chance.random() < 0.6
        return None if sound else Fault.GATEWAY_UNREACHABLE

    def settle(self) -> None:
        """Everything that is still on its way arrives."""
        while self._late:
            self._let_one_in(self._late.pop())

    def _gone(self) -> GatewayUnreachable:
        self.lost += 1
        return GatewayUnreachable(Fault.GATEWAY_UNREACHABLE)

    def _cut_up(self, body: bytes, *, always: bool) -> list[bytes]:
        """In one piece, or, on a bad line, in up to four."""
        if len(body) < 2 or not (always or (not self.is_whole and self._chance.random() < 0.4)):
            return [body]
        places = sorted({0, *(self._chance.randrange(1, len(body)) for _ in range(3))})
        return [body[a:b] for a, b in zip(places, [*places[1:], None], strict=True)]

    def _arrive_in_part(self, request: Request, *, drains: bool) -> None:
        most = self._chance.randrange(len(request.pieces))
        request.reach(self.office.app, self.office.life, most=most)
        if not drains:
            request.break_off()
        self._work_on(request)
        if drains and not request.is_over:
            self._late.append(request)

    def _delivered(self, request: Request) -> Answer:
        request.reach(self.office.app, self.office.life)
        self._work_on(request)
        answer = request.answer
        if answer.status == DEFECT:
            self.wrong.append(f"the gateway called it its own mistake: {answer.content.decode()}")
        return answer

    def _work_on(self, request: Request) -> None:
        """Until it waits for more or is over, others between its steps.

        Raises GatewayUnreachable when the gateway died.
        """
        request.waits = False
        while not request.waits:
            if request.life != self.office.life:
                raise self._gone()
            try:
                request.go_on()
            except Died:
                self.office.reborn()
                raise self._gone() from None
            if not request.is_over:
                self._let_late_ones_in()

    def _let_late_ones_in(self) -> None:
        while self._late and not self.is_whole and self._chance.random() < 0.4:
            self._let_one_in(self._late.pop(self._chance.randrange(len(self._late))))

    def _let_one_in(self, request: Request) -> None:
        if request.life in (0, self.office.life):
            try:
                self._delivered(request)
            except GatewayUnreachable:
                self.lost -= 1  # nobody waited for it


class SmallTransport:
    """In place of HttpTransport, on that line."""

    def __init__(self, line: SmallLine, pace: Any, headers: Mapping[str, str]) -> None:
        self._line = line
        self._headers = headers
        self.pace = pace

    def another(self) -> "SmallTransport":
        return self

    def close(self) -> None:
        return

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        content = b"".join(body) if body else b""
        answer = self._line.carry(method, path, {**self._headers, **(headers or {})}, content)
        check_ours(answer)
        return answer

    send = ask

    def fetch(
        self,
        path: str,
        *,
        headers: Mapping[str, str],
        limit: int,
        begun: Callable[[Answer], Callable[[bytes], None]],
    ) -> None:
        answer = self.ask("GET", path, headers=headers)
        keep = begun(answer)
        for piece in self._line.arriving(answer.content):
            keep(piece)

    def probe(self) -> Any:
        return SimpleNamespace(fault=self._line.fault(), time=None)


class OnTheSpot:
    """In place of `to_thread` and `settled`: done where it is asked for, others at times before."""

    def __init__(self, turn_is_left: Callable[[], bool]) -> None:
        self._turn_is_left = turn_is_left

    async def run_sync(self, work: Callable[..., Any], *values: Any) -> Any:
        if self._turn_is_left():
            await _Pause(for_bytes=False)
        return work(*values)

    async def settled(self, outcome: Future[Any]) -> Any:
        """Those who come before may have it done together with what they ask themselves."""
        if self._turn_is_left():
            await _Pause(for_bytes=False)
        return outcome.result()
