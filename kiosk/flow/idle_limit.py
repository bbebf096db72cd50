"""When to ask 还在吗, and when to end a visit that nobody attends any more."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Attendance(StrEnum):
    """Whether somebody is still there."""

    PRESENT = "present"
    ASK = "ask"  # 还在吗
    GONE = "gone"


@dataclass(slots=True)
class IdleLimit:
    """Fed with a monotonic clock in seconds; holds no timer of its own.

    The defaults are the anchor of a public terminal's settings (60 s, reference/domain.md 2.2),
    asked after 60 s and ended 30 s later, so that slow hands have time to answer.
    """

    ask_after: float = 60.0
    end_after: float = 90.0
    _last_touch: float = 0.0

    def touched(self, now: float) -> None:
        """Somebody touched the screen, or a device saw somebody."""
        self._last_touch = now

    def slowed(self, times: float) -> "IdleLimit":
        """One that waits that many times as long, for people who need more time."""
        return IdleLimit(self.ask_after * times, self.end_after * times, self._last_touch)

    def attendance(self, now: float) -> Attendance:
        """What to believe at that moment."""
        idle = now - self._last_touch
        if idle >= self.end_after:
            return Attendance.GONE
        return Attendance.ASK if idle >= self.ask_after else Attendance.PRESENT

    def seconds_left(self, now: float) -> int:
        """Whole seconds until the visit ends, for the countdown."""
        return max(0, round(self.end_after - (now - self._last_touch)))
