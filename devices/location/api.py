"""What a receiver of satellites says: a position, how sure it is, or nothing."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees of WGS 84; `metres`: the receiver's own estimate of its error, None without one."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)
    metres: float | None = None


class PositionReceiver(Protocol):
    """A device that may know where we are."""

    def position(self) -> Position | None:
        """Where we are now, None when nothing is known: no receiver, no satellites, indoors.

        Takes up to a few seconds; not on the interface's thread. Never raises.
        """
        ...
