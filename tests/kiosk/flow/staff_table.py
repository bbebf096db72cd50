"""A store in memory, quiet equipment and a simulated card: what flows of staff need."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from devices.staff_card.api import Pin, PinWrong, Proof
from devices.staff_card.simulated_staff_card import SimulatedStaffCard
from kiosk.domain.staff import Role, StaffEntry, StaffMember
from kiosk.domain.standing import Heard

SITE = "222401999001"
START = datetime(2026, 12, 1, 1, tzinfo=UTC)


def entry_of(
    card: SimulatedStaffCard,
    staff_id: str = "s-1",
    *,
    site: str = SITE,
    role: Role = Role.ASSISTANT,
) -> StaffEntry:
    member = StaffMember(staff_id, "测试代办员", frozenset({role}), site)
    return StaffEntry(member, card.key, START)


@dataclass
class StaffTable:
    """Steady clock, wall clock, and what the equipment was asked."""

    steady: float = 0.0
    wall: datetime = START
    watching: bool = False
    attended: str = ""
    asked: list[tuple[bytes, Pin]] = field(default_factory=list)

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.steady

    def watch_staff_card(self, on: bool) -> None:
        self.watching = on

    def attended_by(self, staff_id: str) -> None:
        self.attended = staff_id

    def prove_staff_card(self, challenge: bytes, pin: Pin) -> None:
        self.asked.append((challenge, pin))

    def answer_of(self, card: SimulatedStaffCard) -> tuple[bytes, Proof | PinWrong]:
        challenge, pin = self.asked[-1]
        return challenge, card.answer(challenge, pin)


def heard_now() -> Heard:
    return Heard(START - timedelta(days=90), START, START, START)
