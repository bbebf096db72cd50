"""What the line carries, as far as it has shown, and what follows for pieces and connections.

All figures are those of reference/sync.md sections 3 and 6.
"""

import threading
from typing import Final

FOR_SECONDS: Final = 20.0  # a chunk holds what the line carries in this time
SMALLEST_CHUNK: Final = 64 * 1024  # bytes; also the first one, before anything is known
LARGEST_CHUNK: Final = 4 * 1024 * 1024
# Below, one connection is best; each one more helps against loss (measured, sections 0.5 and 2 F).
ONE_BELOW: Final = 256_000 / 8  # bytes/s
TWO_UP_TO: Final = 512_000 / 8
# 2 Mbit/s, 4 % loss: three carry 0.53 of the line's rate, four 0.72 (./run bench sync, B).
MOST_CONNECTIONS: Final = 4
TOO_SMALL_TO_TELL: Final = 12 * 1024  # bytes; less measures the way, not the width
WEIGHT: Final = 0.3  # of a new measurement against the older ones


class Pace:
    """Learns from what was sent. Any thread."""

    def __init__(self, *, faster: float = 1.0) -> None:
        """`faster`: the line is played so many times as fast as the one that it stands for."""
        self._faster = faster
        self._lock = threading.Lock()
        self._rate = 0.0  # bytes/s of the whole line; 0: not known yet
        self._sending = 0

    @property
    def rate(self) -> float:
        """Bytes per second that the line carries upwards; 0.0 while nothing is known."""
        return self._rate

    def begin(self) -> None:
        """A request with a body is on its way."""
        with self._lock:
            self._sending += 1

    def end(self, size: int, seconds: float) -> None:
        """It was answered after so long, having carried so many bytes; 0 when it failed."""
        with self._lock:
            beside, self._sending = self._sending, self._sending - 1
            if not size:
                self._rate /= 2  # the line may have become slower: cut smaller
            elif size >= TOO_SMALL_TO_TELL and seconds > 0:
                # The others had their share meanwhile.
                seen = size / (seconds * self._faster) * beside
                self._rate = self._rate + WEIGHT * (seen - self._rate) if self._rate else seen

    def chunk(self) -> int:
        """Bytes to send in one request."""
        return int(min(max(self._rate * FOR_SECONDS, SMALLEST_CHUNK), LARGEST_CHUNK))

    @property
    def is_narrow(self) -> bool:
        """Known to carry so little that one connection is enough."""
        return 0 < self._rate < ONE_BELOW

    def connections(self) -> int:
        """How many at once."""
        if self._rate < ONE_BELOW:
            return 1
        return 2 if self._rate <= TWO_UP_TO else MOST_CONNECTIONS
