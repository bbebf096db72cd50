"""What only works while the gateway is there: paying, and going on with the telephone.

Pages ask through `OnlineDesk`, which returns at once; answers come back as events on any thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.fault import Fault
from kiosk.domain.payment import PaymentDue


@dataclass(frozen=True, slots=True)
class PaymentHeard:
    """What is to be paid for that case; None: nothing, or nobody could be asked (`fault`)."""

    case_id: str
    due: PaymentDue | None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The form waits at the gateway for the telephone that reads this code; "": see `fault`."""

    code: str = field(repr=False)
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A form that was begun elsewhere. `item_code` "": there is none any more, or `fault`."""

    item_code: str = ""
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    fault: Fault | None = None


class OnlineDesk(Protocol):
    """Every method returns at once and never raises."""

    def visit_over(self) -> None:
        """What was asked until now is answered to nobody any more."""
        ...

    def look_at_payment(self, case_id: str) -> None:
        """Event: PaymentHeard."""
        ...

    def hand_over(self, item_code: str, answers: Mapping[str, str]) -> None:
        """Event: HandedOver."""
        ...

    def take_over(self, code: str) -> None:
        """The code of a telephone was read; every other code is ignored. Event: TakenOver."""
        ...


class NobodyOnline:
    """Where there is no gateway at all: nothing is ever answered."""

    def visit_over(self) -> None:
        """Nothing."""

    def look_at_payment(self, case_id: str) -> None:
        """Nothing."""

    def hand_over(self, item_code: str, answers: Mapping[str, str]) -> None:
        """Nothing."""

    def take_over(self, code: str) -> None:
        """Nothing."""
