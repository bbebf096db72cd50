"""What the battery of a portable means for people: fine, low, or too little for another case."""

from enum import StrEnum, unique
from typing import Final

from devices.power.battery import Battery

# At 15 % of a battery of three hours there is half an hour left: everything is saved and people
# are told. At 5 % (some ten minutes, the length of one assisted case: domain.md section 6) no new
# case is begun. A cold battery falls faster than it says (domain.md section 4).
LOW_PERCENT: Final = 15
EMPTY_PERCENT: Final = 5


@unique
class Power(StrEnum):
    """The value is the key of its words."""

    NONE = "none"  # no battery
    CHARGING = "charging"
    LEFT = "left"
    LOW = "low"
    EMPTY = "empty"


def power_of(battery: Battery | None) -> Power:
    """What it means now."""
    if battery is None:
        return Power.NONE
    if battery.plugged_in:
        return Power.CHARGING
    if battery.percent <= EMPTY_PERCENT:
        return Power.EMPTY
    return Power.LOW if battery.percent <= LOW_PERCENT else Power.LEFT
