"""What the gateway tells, as the terminal knows it, and the office's list as it is sent. No I/O."""

from collections.abc import Sequence

import msgspec

from kiosk.domain.case import CaseId, CaseState
from kiosk.domain.correction import CorrectionRow, Flaw, Part
from kiosk.domain.home_visit import HomeVisit
from kiosk.domain.notice import Audience, Notice
from kiosk.domain.progress import IssuedDocument, StateChange
from sync import wire


def change_of(entry: wire.ChangeEntry) -> StateChange | None:
    """The step as the terminal knows it; None for a state that this version does not know."""
    try:
        state = CaseState(entry.state)
    except ValueError:
        return None
    case_id = CaseId(entry.case_id)
    return StateChange(
        case_id=case_id,
        state=state,
        office_state=entry.office_state,
        at=entry.at,
        official_number=entry.official_number,
        remarks=entry.remarks,
        documents=tuple(
            IssuedDocument(d.sha256, case_id, d.title, d.size, copies=d.copies)
            for d in entry.documents
        ),
        asked=_rows_of(entry.asked),
        round=entry.round,
    )


def entries_of(rows: Sequence[CorrectionRow]) -> tuple[wire.CorrectionEntry, ...]:
    """The office's list as it is sent."""
    return tuple(wire.CorrectionEntry(one.part, one.key, one.flaw, one.note) for one in rows)


def _rows_of(entries: Sequence[wire.CorrectionEntry]) -> tuple[CorrectionRow, ...]:
    """Empty when one of them is of a kind that this version does not know: half a list misleads."""
    try:
        return tuple(
            CorrectionRow(Part(one.part), one.key, Flaw(one.flaw), one.note) for one in entries
        )
    except ValueError:
        return ()


def notice_of(entry: wire.NoticeEntry) -> Notice:
    """The notice as the terminal knows it; one for people it does not know is for staff."""
    known = entry.audience in set(Audience)
    return Notice(
        notice_id=entry.notice_id,
        title=entry.title,
        body=entry.body,
        published_at=entry.published_at,
        until=entry.until,
        audience=Audience(entry.audience) if known else Audience.STAFF,
    )


def visit_of(entry: wire.VisitEntry) -> HomeVisit:
    """The visit as the terminal knows it."""
    return HomeVisit(**msgspec.structs.asdict(entry))
