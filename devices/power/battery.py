"""Reads the battery where Linux shows it: /sys/class/power_supply.

Documentation/ABI/testing/sysfs-class-power of the kernel: `type` Battery or Mains, `capacity` in
percent, `status` Charging, Discharging, Not charging, Full, `online` of a mains supply.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

SUPPLIES: Final = Path("/sys/class/power_supply")
FULL: Final = 100


@dataclass(frozen=True, slots=True)
class Battery:
    """`percent`: 0 to 100, of the emptiest where there are several. `plugged_in`: it does not
    get less."""

    percent: int
    plugged_in: bool


def battery(supplies: Path = SUPPLIES) -> Battery | None:
    """How it stands now; None: this machine has none. Some files of the kernel; never raises."""
    levels: list[int] = []
    plugged_in = False
    try:
        found = sorted(supplies.iterdir())
    except OSError:
        return None
    for supply in found:
        kind = _word(supply / "type")
        if kind == "Mains":
            plugged_in |= _word(supply / "online") == "1"
        elif kind == "Battery" and _word(supply / "scope") != "Device":  # not that of a mouse
            plugged_in |= _word(supply / "status") in ("Charging", "Full")
            percent = _word(supply / "capacity")
            if percent.isascii() and percent.isdigit():
                levels.append(min(FULL, int(percent)))
    return Battery(min(levels), plugged_in) if levels else None


def _word(file: Path) -> str:
    try:
        return file.read_text("ascii", errors="replace").strip()
    except OSError:
        return ""
