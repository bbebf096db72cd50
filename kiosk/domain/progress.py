"""What the office says of a case on the way back: states, reasons and issued documents."""

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.correction import CorrectionRow


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A finished paper of the office. Printed unchanged; named by the SHA-256 of its bytes."""

    sha256: str
    case_id: CaseId
    title: str
    size: int  # bytes
    copies: int = 0  # how many papers of it may be printed; 0: the office does not count them


@dataclass(frozen=True, slots=True)
class StateChange:
    """One step that the office made."""

    case_id: CaseId
    state: CaseState
    office_state: str  # the province's own word
    at: datetime  # aware
    official_number: str = ""
    remarks: tuple[str, ...] = field(default=(), repr=False)
    documents: tuple[IssuedDocument, ...] = ()
    asked: tuple[CorrectionRow, ...] = field(default=(), repr=False)  # 补正: everything, at once
    round: int = 0  # of `asked`: which list of the office this is, from 1
