"""What the battery means: told at fifteen per cent, no new case at five."""

import pytest

from devices.power.battery import Battery
from kiosk.flow.power_look import Power, power_of


@pytest.mark.parametrize(
    ("percent", "plugged_in", "power"),
    [
        (100, False, Power.LEFT),
        (16, False, Power.LEFT),
        (15, False, Power.LOW),
        (6, False, Power.LOW),
        (5, False, Power.EMPTY),
        (0, False, Power.EMPTY),
        (3, True, Power.CHARGING),
    ],
)
def test_levels(percent: int, plugged_in: bool, power: Power) -> None:
    assert power_of(Battery(percent, plugged_in)) is power


def test_a_machine_without_a_battery() -> None:
    assert power_of(None) is Power.NONE
