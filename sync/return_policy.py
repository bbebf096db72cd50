"""When a terminal tries again: soon where its own line failed, spread where the gateway did.

A village's line that is back must be noticed within seconds. When the gateway itself was away,
12,000 terminals notice at the same moment: each has a moment of its own in a window, so that they
do not come back together (reference/sync.md section 5, herd model).
"""

import hashlib
import random
from collections.abc import Callable
from datetime import datetime
from typing import Final

from kiosk.domain.fault import Fault
from sync.line_trouble import AT_THE_GATEWAY

# Seconds. A dark line is given up within seconds too (sync.line), so that the text of every
# waiting case is across 10 s after the line is back.
LINE_AGAIN: Final = (1.5, 3.0)
# Silence is the line's more often than the gateway's: a village's line swallows what is sent.
LINE_FAULTS: Final = frozenset(
    {Fault.GATEWAY_UNREACHABLE, Fault.NETWORK_DOWN, Fault.ANSWER_CUT_OFF}
)
# Seconds of the window: the first time a short one, since a gateway that restarts is back at once
# and has missed little; from then on 13 terminals of 12,000 come in a second.
FIRST_WINDOW: Final = 60.0
WINDOW: Final = 900.0
LATER_THAN_TOLD: Final = 1.0  # seconds at most; the gateway tells each another moment already


class ReturnPolicy:
    """Of one terminal. Belongs to one thread."""

    def __init__(
        self, terminal_id: str, *, uniform: Callable[[float, float], float] = random.uniform
    ) -> None:
        """`terminal_id`: decides on the moments. `uniform`: a number between two, for the rest."""
        digest = hashlib.sha256(terminal_id.encode()).digest()
        self._share = int.from_bytes(digest[:8], "big") / 2**64
        self._uniform = uniform
        self._window = FIRST_WINDOW

    def wait(self, fault: Fault | None, retry_after: float | None, now: datetime) -> float | None:
        """Seconds until the next try, after one that ended so; None: when it is asked next anyway.

        `retry_after`: what the answer named. `now`: aware; a wrong clock does no harm. To be told
        of every try, the good ones too.
        """
        if fault is None:
            self._window = FIRST_WINDOW
        if retry_after is not None and fault is not Fault.PROXY_IN_BETWEEN:
            return retry_after + self._uniform(0, LATER_THAN_TOLD)
        if fault in AT_THE_GATEWAY:
            # A server in front of the gateway names the same time to everybody.
            told = retry_after or 0.0
            wait = told + self._until_own_moment(now.timestamp() + told)
            self._window = WINDOW
            return wait
        return self._uniform(*LINE_AGAIN) if fault in LINE_FAULTS else None

    def _until_own_moment(self, moment: float) -> float:
        wait = (self._share * self._window - moment) % self._window
        # A timer that fires a little early must not make this the same moment once more.
        return wait if wait >= LINE_AGAIN[0] else wait + self._window
