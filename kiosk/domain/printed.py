"""What the print ledger 打印台账 knows of every paper: which it was, and by whose word it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, NewType

from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.fault import Fault

PrintId = NewType("PrintId", int)  # of the store's own counter, so ids are in order

NO_CASE: Final = CaseId("")  # a guide, a trial

# Who told the outcome, where it was no member of staff.
PRINTER: Final = "printer"
TERMINAL: Final = "terminal"  # it knows that nothing was handed to the printer
RESIDENT: Final = "resident"

# What stands on a paper that was printed before the province has confirmed it, and on the slip
# that says of an earlier paper that it no longer counts.
PROVISIONAL_MARK: Final = "临时 · 未经省网确认"
VOID_MARK: Final = "作废"


@unique
class PaperKind(StrEnum):
    """What kind of paper; the value is the key of its words."""

    RECEIPT = "receipt"  # 回执
    GUIDE = "guide"  # 办事指南
    FORM = "form"  # 表格: blank, filled, or a sample
    ENTRUSTMENT = "entrustment"  # 授权委托书
    CERTIFICATE = "certificate"  # 证明 and whatever else the office issued
    VOID = "void"  # 作废通知: an earlier paper no longer counts
    LIST = "list"  # 清单 of a batch or a desk
    TRIAL = "trial"  # 试打页
    OTHER = "other"


@unique
class PrintOutcome(StrEnum):
    """How a print stands; the value is the key of its words."""

    STARTED = "started"  # claimed; after a crash nobody has settled it yet
    PRINTED = "printed"
    FAILED = "failed"  # surely no paper
    UNCERTAIN = "uncertain"  # the printer has done with it and cannot say: look into the tray
    CANCELLED = "cancelled"  # taken back before it came out


OPEN: Final = frozenset({PrintOutcome.STARTED, PrintOutcome.UNCERTAIN})
# A paper that may be out counts as out.
COUNTS: Final = OPEN | {PrintOutcome.PRINTED}
# What was printed of a case that ended so no longer counts.
VOIDS: Final = frozenset({CaseState.REFUSED, CaseState.WITHDRAWN})


@unique
class ReprintReason(StrEnum):
    """Why staff print a counted paper once more; the value is the key of its words."""

    DAMAGED = "damaged"  # 卡纸, 打坏了
    UNREADABLE = "unreadable"  # 打得不清楚
    LOST = "lost"  # 没有拿到, 丢了
    OFFICE = "office"  # 部门要求重打


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What is to be printed, as the ledger enters it before anything goes to a printer."""

    kind: PaperKind = PaperKind.OTHER
    case_id: CaseId = NO_CASE
    paper: str = ""  # its name: receipt number, or SHA-256 of an issued document
    copies: int = 1
    by: str = ""  # staff id; "": the resident
    reason: ReprintReason | None = None  # of a reprint; only with `by`
    provisional: bool = False  # printed before the province has confirmed it


UNNAMED: Final = PrintOrder()


@dataclass(frozen=True, slots=True)
class PrintEntry:
    """One line of the ledger. Holds no name and no number of a person."""

    print_id: PrintId
    order: PrintOrder
    serial: int  # the how-manieth print of that paper, from 1
    at: datetime  # aware: when it was claimed
    outcome: PrintOutcome = PrintOutcome.STARTED
    fault: Fault | None = None  # the printer's own word
    job: str = ""  # what the print system calls it; "": nothing was handed in
    told_by: str = ""  # PRINTER, TERMINAL, RESIDENT or a staff id
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Nobody has said yet whether it came out."""
        return self.outcome in OPEN


def papers_out(entries: Iterable[PrintEntry]) -> int:
    """How many sheets of a paper are out or may be out."""
    return sum(entry.order.copies for entry in entries if entry.outcome in COUNTS)
