"""What processes cost the processor, whoever else is busy on this machine."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")  # of a second
# Fields of /proc/PID/stat behind the name in brackets (man 5 proc): parent, user and system time.
_PARENT, _USER, _SYSTEM = 1, 11, 12


def seconds_of(pids: Collection[int]) -> float:
    """Processor seconds that these processes and their children have had so far."""
    total = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(folder.name) in pids or int(fields[_PARENT]) in pids:
            total += int(fields[_USER]) + int(fields[_SYSTEM])
    return total / TICKS
