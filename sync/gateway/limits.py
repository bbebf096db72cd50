"""What one gateway bears, as settings: sizes, numbers at once, and patience."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sane for a province of 12,000 terminals on village lines (reference/sync.md section 5)."""

    # A body of any operation but bundles, which come by hand and may be large. The protocol's own
    # limits hold besides.
    largest_request: int = 16 * 1024 * 1024  # bytes
    longest_head: int = 16 * 1024  # bytes of request line and header; ours have 0.5 KB
    # Every terminal keeps one connection open between its rounds; on a quick line it opens up to
    # four (sync.pace.MOST_CONNECTIONS).
    most_connections: int = 16_000
    # Requests; one of a quick line may hold 4 MB in memory, and a quick line opens four.
    most_at_once: int = 4_000
    # Terminals that send at once; the others are told when to come (section 5: the gateway must
    # ration). At 2 Mbit/s each 550 of them are as much as one gateway takes.
    most_sending: int = 1_000
    # Terminals that begin to send in one second. In the busiest hour 50 do.
    newcomers_a_second: int = 100
    # Requests of one terminal at once. It opens four; those of a line that died count until that
    # is noticed.
    most_of_one: int = 32
    # From the first byte, or from connecting, until the header is whole: one packet of ours.
    head_seconds: float = 20.0
    # Without a byte of a request that has begun, or of an answer that is being fetched. Terminals
    # give a dark line up after 20 to 30 s (section 6, Retry).
    idle_seconds: float = 60.0
    stop_seconds: float = 20.0  # for requests under way when the gateway is told to end


USUAL: Final = Limits()
