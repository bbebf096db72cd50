"""Turns a case into a row of the database and back, losing nothing."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from kiosk.domain.case import Case, CaseId, CaseState
from kiosk.domain.page import PageRef

# The whole country keeps one time without summer time; the day on a slip is a day of this clock
# wherever the machine believes to be.
BEIJING_TIME: Final = timezone(timedelta(hours=8))


def text_of(moment: datetime) -> str:
    """UTC with six decimals, so that text sorts as time does. The moment must be aware."""
    assert moment.tzinfo is not None, "a moment without zone"
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: str | None) -> datetime | None:
    """The moment that `text_of` wrote, in UTC."""
    return None if text is None else datetime.fromisoformat(text)


def row_of(case: Case) -> dict[str, object]:
    """The columns of table `cases`, without order, acknowledgement and pages."""
    return {
        "case_id": case.case_id,
        "state": case.state.value,
        "item_code": case.item_code,
        "item_title": case.item_title,
        "catalog_version": case.catalog_version,
        "started_at": text_of(case.started_at),
        "receipt_number": case.receipt_number or None,
        "official_number": case.official_number,
        "applicant_name": case.applicant_name,
        "applicant_number": case.applicant_number,
        "answers": json.dumps(dict(case.answers), ensure_ascii=False),
        "confirmed_at": None if case.confirmed_at is None else text_of(case.confirmed_at),
        "office_state": case.office_state,
        "remarks": json.dumps(case.remarks, ensure_ascii=False),
    }


def case_of(row: Mapping[str, Any], pages: Sequence[tuple[str, PageRef]]) -> Case:
    """The case of a row of table `cases` and its (role, page) in their order."""
    return Case(
        case_id=CaseId(row["case_id"]),
        item_code=row["item_code"],
        item_title=row["item_title"],
        catalog_version=row["catalog_version"],
        started_at=datetime.fromisoformat(row["started_at"]),
        state=CaseState(row["state"]),
        receipt_number=row["receipt_number"] or "",
        official_number=row["official_number"],
        applicant_name=row["applicant_name"],
        applicant_number=row["applicant_number"],
        answers=json.loads(row["answers"]),
        pages=tuple(page for role, page in pages if role == "page"),
        signature=next((page for role, page in pages if role == "signature"), None),
        confirmed_at=moment_of(row["confirmed_at"]),
        office_state=row["office_state"],
        remarks=tuple(json.loads(row["remarks"])),
    )
