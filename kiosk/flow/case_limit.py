"""Until when the office promised to decide a case, and what is left of that."""

from collections.abc import Sequence
from datetime import datetime

from kiosk.domain.case import Case, CaseState
from kiosk.domain.progress import StateChange
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.working_days import OFFICE_TIME, Remaining, WorkCalendar, limit_in, remaining


def limit_of(
    case: Case,
    changes: Sequence[StateChange],
    item: ServiceItem | None,
    *,
    calendar: WorkCalendar,
    now: datetime,
) -> Remaining | None:
    """Of a case that was accepted and is not decided; None where no number of days was promised.

    It counts from the acceptance 受理, as the office told it.
    """
    accepted = next((one.at for one in changes if one.state is CaseState.ACCEPTED), None)
    if case.state is not CaseState.ACCEPTED or accepted is None or item is None:
        return None
    limit = limit_in(item.guide.promised_limit)
    if limit is None:
        return None
    return remaining(
        limit,
        accepted=accepted.astimezone(OFFICE_TIME).date(),
        today=now.astimezone(OFFICE_TIME).date(),
        calendar=calendar,
    )
