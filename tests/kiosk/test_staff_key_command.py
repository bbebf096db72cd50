"""`kiosk staff-key` waits for one card and shows its key."""

import pytest

from devices.staff_card.simulated_staff_card import SimulatedStaffCard, SimulatedStaffCardReader
from kiosk.staff_key_command import NoStaffCard, next_staff_card


def test_a_card_put_in_while_waiting_is_looked_at() -> None:
    reader, card, now = SimulatedStaffCardReader(), SimulatedStaffCard(), [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds
        reader.lay_down(card)

    face = next_staff_card(reader, wait_seconds=5, pause=pause, clock=lambda: now[0])
    assert (face.key, face.tries_left) == (card.key, 3)


def test_without_a_card_it_gives_up() -> None:
    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds

    with pytest.raises(NoStaffCard):
        next_staff_card(
            SimulatedStaffCardReader(), wait_seconds=1, pause=pause, clock=lambda: now[0]
        )
