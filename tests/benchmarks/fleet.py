"""How 12,000 terminals come back after an outage, by a model with the policies of both sides.

The goals are those of reference/sync.md section 7, 8. Besides come what is not promised (uneven
lines; silence, which no terminal can tell from its own line) and, as a control, the same fleet
with waits that are the same for everybody.
"""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Final

from kiosk.domain.fault import Fault
from sync.gateway.limits import Limits
from tests.counterparts.returning_fleet import LINE, Outage, Returned, come_back

NAME: Final = "fleet"
MOST_REFUSED, MOST_ARRIVALS, LATEST = 2, 50, 1.15


class _SameForAll:
    """Tries again every 30 s."""

    def wait(self, _fault: Fault | None, _retry_after: float | None, _now: datetime) -> float:
        return 30.0


class _OnlyFull:
    """Turns away who finds no place."""

    def __init__(self, limits: Limits, _clock: Callable[[], float]) -> None:
        self._most, self._inside = limits.most_sending, 0

    def ask(self, _terminal_id: str) -> int | None:
        if self._inside >= self._most:
            return 30
        self._inside += 1
        return None

    def leave(self, _terminal_id: str) -> None:
        self._inside -= 1


def _cases(chance: random.Random) -> float:
    return chance.uniform(20, 60)


def _line(chance: random.Random) -> float:
    return LINE * chance.choice((0.25, 0.5, 1, 2, 4))


OUTAGES: Final = {
    "down_an_hour": Outage(),
    "down_ten_minutes": Outage(lasted=600.0, cases=lambda _: 1.0),
    "uneven": Outage(cases=_cases, line=_line),
    "silent": Outage(fault=Fault.GATEWAY_UNREACHABLE),
    "same_for_all": Outage(policy=lambda _name, _chance: _SameForAll(), gate=_OnlyFull),
}
PROMISED: Final = ("down_an_hour",)


def run() -> dict[str, float]:
    """About a minute."""
    figures: dict[str, float] = {}
    print(f"{'':18}{'refused':>9}{'(mean)':>8}{'arrivals/s':>12}{'last/floor':>12}{'floor s':>9}")
    for name, outage in OUTAGES.items():
        seen = come_back(outage)
        mean = sum(seen.refused.values()) / outage.terminals
        print(
            f"{name:18}{seen.most_refused:9}{mean:8.2f}{seen.busiest:12}{seen.lateness:12.3f}"
            f"{seen.floor:9.0f}  {_verdict(seen) if name in PROMISED else 'not promised'}"
        )
        figures |= {
            f"{name}_most_refused": seen.most_refused,
            f"{name}_arrivals_per_s": seen.busiest,
            f"{name}_last_to_floor": round(seen.lateness, 3),
        }
    print(f"goals: {MOST_REFUSED} refused, {MOST_ARRIVALS} arrivals/s, {LATEST} of the floor")
    return figures


def _verdict(seen: Returned) -> str:
    met = (
        seen.most_refused <= MOST_REFUSED
        and seen.busiest <= MOST_ARRIVALS
        and seen.lateness <= LATEST
    )
    return "met" if met else "MISSED"
