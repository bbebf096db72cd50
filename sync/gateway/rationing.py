"""Rations sending when a whole fleet comes back: who finds no place is told when it has one.

Places, not requests, are rationed. A terminal that was let in goes on until it has sent all it
has. One that finds no place is given a moment of its own to come again, as far ahead as places
become free; whoever keeps to it finds a place. Asking for news costs little and is not rationed.
"""

import math
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sync.gateway.http_words import Answered, busy
from sync.gateway.limits import Limits

# Seconds that a terminal keeps its place between two requests: longer than any needs to read its
# next pages or to open a new connection after a cut.
STAYS: Final = 10.0
# Until then this is all that is known of how long terminals stay.
SHORTEST_STAY: Final = 30.0
LOOKS_BACK: Final = 600.0  # seconds; what is older counts less and less
# Places for those who come as they were told, against all places, by how often they came before.
OVERBOOKED: Final = (1.0, 1.25, 2.0)
EARLY: Final = 2.0  # seconds; a clock may tick a little faster than ours
GRACE: Final = 120.0  # seconds that a place is kept for who is late
SOON: Final = 30.0  # seconds; places that will be wanted by then are not given to newcomers
LONGEST_WAIT: Final = 3600.0  # terminals cut longer ones (reference/sync.md section 6, Retry)
_SPAN: Final = 10.0  # seconds of a page of the appointment book


@dataclass(frozen=True, slots=True)
class _Appointment:
    """`times`: how often the terminal was told to come later."""

    moment: float
    times: int


class Rationing:
    """Belongs to the event loop of one process; each process rations for itself.

    A call takes some microseconds. Remembers at most one appointment for each terminal.
    """

    def __init__(self, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds that never go back."""
        self._most = limits.most_sending
        self._a_second = limits.newcomers_a_second
        self._clock = clock
        self._under_way: dict[str, int] = {}  # requests of those inside
        self._idle: OrderedDict[str, float] = OrderedDict()  # inside without one, since when
        self._came: dict[str, float] = {}  # when those inside came, the first one first
        self._appointments: dict[str, _Appointment] = {}
        self._book: defaultdict[int, set[str]] = defaultdict(set)  # the same by time
        self._last_given = -math.inf
        self._allowance, self._counted_at = float(self._a_second), clock()
        self._left, self._left_since = 0.0, clock()
        self.refused = 0  # requests, ever

    @property
    def inside(self) -> int:
        """Terminals that have a place."""
        return len(self._came)

    @property
    def waiting(self) -> int:
        """Terminals that were told when to come."""
        return len(self._appointments)

    @contextmanager
    def place_for(self, terminal_id: str) -> Iterator[None]:
        """A request of it is being answered. Raises Answered: 503 with Retry-After."""
        wait = self.ask(terminal_id)
        if wait is not None:
            raise Answered(busy("no-place-now", wait))
        try:
            yield
        finally:
            self.leave(terminal_id)

    def ask(self, terminal_id: str) -> int | None:
        """None: it is in, and `leave` has to follow. Else seconds until it should come again."""
        now = self._clock()
        self._tidy(now)
        if terminal_id not in self._came:
            given = self._appointments.get(terminal_id)
            is_due = given is not None and now >= given.moment - EARLY
            has_room = self._has_room_for(given) if given and is_due else self._has_room(now)
            if not has_room:
                self.refused += 1
                return self._told(terminal_id, now, given, is_due=is_due)
            self._forget(terminal_id)
            self._came[terminal_id] = now
        self._idle.pop(terminal_id, None)
        self._under_way[terminal_id] = self._under_way.get(terminal_id, 0) + 1
        return None

    def leave(self, terminal_id: str) -> None:
        """A request that was let in is answered."""
        left = self._under_way[terminal_id] - 1
        if left:
            self._under_way[terminal_id] = left
        else:
            del self._under_way[terminal_id]
            self._idle[terminal_id] = self._clock()

    # -- who gets in

    def _has_room_for(self, given: "_Appointment") -> bool:
        return self.inside < self._most * OVERBOOKED[min(given.times, len(OVERBOOKED) - 1)]

    def _has_room(self, now: float) -> bool:
        """For one without an appointment, or long before it."""
        if self._allowance < 1 or self.inside + self._wanted_soon(now) >= self._most:
            return False
        self._allowance -= 1
        return True

    def _wanted_soon(self, now: float) -> int:
        if not self._appointments:
            return 0
        pages = range(_page(now - GRACE), _page(now + SOON) + 1)
        return sum(len(self._book[page]) for page in pages if page in self._book)

    # -- when to come again

    def _told(
        self, terminal_id: str, now: float, given: "_Appointment | None", *, is_due: bool
    ) -> int:
        if given is None or is_due:
            self._forget(terminal_id)
            if self._last_given < now:  # nobody waits: what was measured before is of other days
                self._left, self._left_since = 0.0, now
            self._last_given = max(self._last_given, now) + 1 / self._pace(now)
            given = _Appointment(self._last_given, given.times + 1 if given else 1)
            self._appointments[terminal_id] = given
            self._book[_page(given.moment)].add(terminal_id)
        return math.ceil(min(max(given.moment - now, 1.0), LONGEST_WAIT))

    def _pace(self, now: float) -> float:
        """Places that become free in a second: as were seen to, or as the longest stay lets hope.

        Rather too many than too few: a place that nobody was told to take stays empty, whereas one
        who comes in vain is told better the next time, and is then let in.
        """
        first = next(iter(self._came.values()), now)
        hoped = max(1, self.inside) / max(now - first, SHORTEST_STAY)
        return max(hoped, self._left / max(now - self._left_since, SHORTEST_STAY))

    # -- the book

    def _forget(self, terminal_id: str) -> None:
        given = self._appointments.pop(terminal_id, None)
        if given is not None:
            page = _page(given.moment)
            self._book[page].discard(terminal_id)
            if not self._book[page]:
                del self._book[page]

    def _tidy(self, now: float) -> None:
        grown = (now - self._counted_at) * self._a_second
        self._allowance = min(self._allowance + grown, float(self._a_second))
        self._counted_at = now
        while self._idle:
            terminal_id, since = next(iter(self._idle.items()))
            if now - since < STAYS:
                break
            del self._idle[terminal_id], self._came[terminal_id]
            self._left += 1
        if now - self._left_since > LOOKS_BACK:
            self._left /= 2
            self._left_since = now - (now - self._left_since) / 2
        while self._book and (first := min(self._book)) < _page(now - GRACE):
            for terminal_id in self._book.pop(first):
                del self._appointments[terminal_id]


def _page(moment: float) -> int:
    return int(moment // _SPAN)
