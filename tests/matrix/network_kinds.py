"""Every kind of bad line, meddling proxy and bad answer that a case has to get through."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from sync import wire
from tests.counterparts.canned_gateway import Canned
from tests.counterparts.far_village import FarVillage
from tests.counterparts.meddler import Meddling, Trick
from tests.counterparts.village_line import DOWN, UP, Weather

MILD: Final = Weather(kbit=50_000.0, delay=0.001)  # the line under every other kind
OURS: Final = {wire.GATEWAY_HEADER: str(wire.VERSION)}
WORD: Final = b'{"type":"received","acknowledgement":"e30="}'

BAD_LINES: Final = {
    "loses 10 % of the packets": replace(MILD, loss=0.1),
    "256 kbit/s, 3 % lost": replace(MILD, kbit=256.0, loss=0.03),
    "120 ms there and back": replace(MILD, delay=0.06),
    "1 Mbit/s, up 0.2 s, down 0.6 s": replace(MILD, kbit=1000.0, up=0.2, down=0.6),
    "up 0.05 s, down 0.9 s": replace(MILD, up=0.05, down=0.9),
}
BAD_ANSWERS: Final = {
    "portal with 200": Canned(200, b"<html>login</html>", {"Content-Type": "text/html"}),
    "portal in our type": Canned(200, b"{}", {"Content-Type": wire.JSON}),
    "forged word": Canned(200, WORD, {"Content-Type": wire.JSON, **OURS}),
    "401": Canned(401, b"", OURS),
    "429": Canned(429, b"", {"Retry-After": "60"}),
    "429 of ours": Canned(429, b"", {"Retry-After": "60", **OURS}),
    "500": Canned(500, b"", OURS),
    "502 of a proxy": Canned(502, b"bad gateway"),
    "503 for a year": Canned(503, b"", {"Retry-After": "31536000", **OURS}),
    "409 of a stranger": Canned(409, b"", {}),
    "413 of a stranger": Canned(413, b"", {}),
    "redirect": Canned(302, b"", {"Location": "http://127.0.0.1:9/"}),
}
CONFLICT: Final = wire.Problem(
    "urn:doorstep:problem:case-differs", "another text", 409, ("case: x",)
)
POISON: Final = {
    "409 of ours": Canned(409, wire.canonical(CONFLICT), {"Content-Type": wire.PROBLEM, **OURS}),
    "413 of ours": Canned(413, b"", OURS),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """`begin` spoils the way. `poisons`: the case that is sent then is refused for good.

    `is_certain`: whatever is sent meets it; otherwise it is seen in what was lost or meddled with.
    """

    name: str
    begin: Callable[[FarVillage, random.Random], None]
    poisons: bool = False
    is_certain: bool = False


def kinds(share: float) -> Iterator[Kind]:
    """In the order in which they are met. `share` of the requests meet a trick of the proxy."""
    for name, weather in BAD_LINES.items():
        slower = weather.delay > MILD.delay or weather.kbit < MILD.kbit
        is_certain = slower and not weather.up
        yield Kind(f"line {name}", _line(weather), is_certain=is_certain)
    yield Kind("line dark", lambda village, _: _nothing(village.line.cut()))
    yield Kind("line dark from some send on", _black_hole(UP))
    yield Kind("line dark from some answer on", _black_hole(DOWN))
    for trick in Trick:
        if trick is not Trick.ANSWER:
            words = trick.name.lower().replace("_", " ")
            yield Kind(f"proxy {words}", _meddling(Meddling(trick, share)))
    for name, answer in BAD_ANSWERS.items():
        yield Kind(f"answer {name}", _meddling(Meddling(Trick.ANSWER, share, answer)))
    for name, answer in POISON.items():
        yield Kind(f"answer {name}", _meddling(Meddling(Trick.ANSWER, 1.0, answer)), poisons=True)


def mend(village: FarVillage) -> None:
    """The way is good again; what the proxy kept for later is delivered."""
    village.line.mend()
    village.line.set(MILD)
    village.meddler.set(None)


def met(village: FarVillage) -> int:
    """How often something was done to packets or requests, since ever."""
    state = village.line.state()
    lost = sum(way.lost + way.swallowed for way in (state.up, state.down))
    return village.meddler.met + lost


def _line(weather: Weather) -> Callable[[FarVillage, random.Random], None]:
    return lambda village, _: _nothing(village.line.set(weather))


def _black_hole(way: int) -> Callable[[FarVillage, random.Random], None]:
    def begin(village: FarVillage, chance: random.Random) -> None:
        state = village.line.state()
        sent = (state.up, state.down)[way].speaking
        village.line.swallow_from(way, sent + chance.randint(1, 12))

    return begin


def _meddling(meddling: Meddling) -> Callable[[FarVillage, random.Random], None]:
    return lambda village, _: village.meddler.set(meddling)


def _nothing(_: object) -> None:
    return None
