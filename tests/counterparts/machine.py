"""A machine whose running time and clock the test turns."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from offline_store.api import Limits, Store, Tidied
from offline_store.lifetime import Uptime
from tests.counterparts.sample_cases import NOON


@dataclass
class Machine:
    """Runs since its boot; its clock may say anything."""

    boots: int = 1
    seconds: float = 0.0
    clock: datetime = NOON

    def look(self) -> Uptime:
        """As offline_store.lifetime.uptime."""
        return Uptime(f"boot {self.boots}", int(self.seconds))

    def run(self, time: timedelta) -> None:
        """It runs for so long."""
        self.seconds += time.total_seconds()
        self.clock += time

    def restart(self, off: timedelta = timedelta()) -> None:
        """It is off for so long, and starts."""
        self.boots, self.seconds = self.boots + 1, 0.0
        self.clock += off


def lived(
    store: Store,
    machine: Machine,
    time: timedelta,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    *,
    every: timedelta = timedelta(hours=1),
) -> Tidied:
    """All that went while the machine ran for so long and the store was tidied again and again."""
    sums = dict.fromkeys(Tidied.__dataclass_fields__, 0)
    end = machine.seconds + time.total_seconds()
    while machine.seconds < end:
        machine.run(min(every, timedelta(seconds=end - machine.seconds)))
        tidied = store.tidy(machine.clock, limits)
        for name in sums:
            sums[name] += getattr(tidied, name)
    return Tidied(**sums)
