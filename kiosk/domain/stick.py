"""What comes of carrying cases by a USB stick, as people are told of it. Counts are of cases."""

from dataclasses import dataclass
from enum import StrEnum, unique

from kiosk.domain.fault import Fault


@unique
class StickWork(StrEnum):
    """What is done with a stick, in this order; the value is the key of its words."""

    ANSWERS = "answers"  # taking in what the gateway answered
    OTHERS = "others"  # carrying the cases of other terminals over this terminal's line
    CASES = "cases"  # writing the cases that wait
    SETTLING = "settling"  # until everything is on the stick


@dataclass(frozen=True, slots=True)
class StickResult:
    """How it ended; what is said here has happened, whatever `fault` is.

    `fault`: why it ended early (a stick's or the store's), None when it did not.
    `safe`: nothing is left in this machine's memory; the stick may be pulled out.
    """

    fault: Fault | None = None
    cancelled: bool = False
    safe: bool = False
    receipts: int = 0  # ours, signed for by the gateway; nobody waits for them any more
    refused: int = 0  # ours, set aside with the gateway's reasons
    on_stick: int = 0  # ours that wait and are on the stick now, whole
    left: int = 0  # ours that wait and are not
    unreadable: int = 0  # ours that this terminal's own disk does not give back
    carried: int = 0  # of other terminals; the gateway's answers are on the stick now
    not_carried: int = 0  # of other terminals, still waiting on the stick
    torn: int = 0  # of other terminals; their own terminal has to write them again
    unbelieved: int = 0  # answers that are not our gateway's
    for_others: int = 0  # answers for other terminals that lie on the stick
