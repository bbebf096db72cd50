"""Turns a case into a row of the database and back, losing nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import msgspec

from kiosk.domain.case import Case, CaseKind, CaseState
from kiosk.domain.handling import ALONE, Handling
from kiosk.domain.page import PageRef

# The whole country keeps one time without summer time; the day on a slip is a day of this clock
# wherever the machine believes to be.
BEIJING_TIME: Final = timezone(timedelta(hours=8))


def text_of(moment: datetime) -> str:
    """UTC with six decimals, so that text sorts as time does. The moment must be aware."""
    assert moment.tzinfo is not None, "a moment without zone"
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat("T", "microseconds")


def moment_of(text: str | None) -> datetime | None:
    """The moment that `text_of` wrote, in UTC."""
    return None if text is None else datetime.fromisoformat(text)


# Columns of table `cases` that belong to the case itself, in the order in which rows are exchanged.
# The first three have an index each.
COLUMNS: Final = (
    "case_id",
    "receipt_number",
    "applicant_number",
    "state",
    "item_code",
    "item_title",
    "catalog_version",
    "started_at",
    "official_number",
    "applicant_name",
    "answers",
    "confirmed_at",
    "office_state",
    "remarks",
    "kind",
    "about",
    "round",
    "handling",
)
INDEXED: Final = 3
Row = tuple[Any, ...]
_TO_JSON: Final = msgspec.json.Encoder()


def json_of(value: object) -> str:
    """JSON without spaces; in a tenth of the standard library's time, which "confirm" pays."""
    return _TO_JSON.encode(value).decode()


def row_of(case: Case) -> Row:
    """The case by COLUMNS."""
    return (
        case.case_id,
        case.receipt_number or None,
        case.applicant_number,
        case.state.value,
        case.item_code,
        case.item_title,
        case.catalog_version,
        text_of(case.started_at),
        case.official_number,
        case.applicant_name,
        json_of(dict(case.answers)),
        None if case.confirmed_at is None else text_of(case.confirmed_at),
        case.office_state,
        json_of(case.remarks),
        None if case.kind is CaseKind.APPLICATION else case.kind.value,
        case.about,
        case.round or None,
        None if case.handling == ALONE else json_of(case.handling),
    )


def handling_of(text: str | None) -> Handling:
    """What `row_of` wrote of it."""
    return msgspec.json.decode(text, type=Handling) if text else ALONE


def case_of(row: Row, pages: Sequence[tuple[str, PageRef]]) -> Case:
    """The case of a row by COLUMNS and its (role, page) in their order."""
    stored = dict(zip(COLUMNS, row, strict=True))
    read = {
        "state": CaseState(stored["state"]),
        "started_at": datetime.fromisoformat(stored["started_at"]),
        "receipt_number": stored["receipt_number"] or "",
        "answers": msgspec.json.decode(stored["answers"]),
        "confirmed_at": moment_of(stored["confirmed_at"]),
        "remarks": tuple(msgspec.json.decode(stored["remarks"])),
        "kind": CaseKind(stored["kind"] or CaseKind.APPLICATION),
        "round": stored["round"] or 0,
        "handling": handling_of(stored["handling"]),
        "pages": tuple(page for role, page in pages if role == "page"),
        "signature": next((page for role, page in pages if role == "signature"), None),
    }
    return Case(**{**stored, **read})
