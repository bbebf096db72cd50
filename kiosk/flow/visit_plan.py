"""How a visit differs from that of a resident who is alone with the terminal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

from kiosk.domain.configuration import ConfigurationError, parse_configuration
from kiosk.domain.handling import Agent, FieldVisit
from kiosk.domain.service_item import ServiceItem
from kiosk.domain.staff import StaffMember


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """Known before the first page; the resident's own visit has none of it."""

    staff_id: str = ""  # who is signed in, "" for nobody
    agency: bool = False  # somebody handles the case for the applicant
    agent: Agent | None = field(default=None, repr=False)  # whose card was read before
    # Answers that are known before: the common ones of a batch, or those of an earlier case.
    given: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    given_to: str = field(default="", repr=False)  # only to that citizen number, "": to everybody
    without_guide: bool = False  # people were told before, as in a batch
    needs_approval: bool = False  # a second person releases the case before it is sent
    visit: FieldVisit | None = None
    no_power: bool = False  # the battery would not last: no new case is begun


class Configured(Protocol):
    """Where the newest configuration lies."""

    def configuration(self) -> tuple[str, bytes] | None:
        """(version, file)."""
        ...


def plan_for(
    item: ServiceItem, store: Configured, staff: StaffMember | None, plan: VisitPlan
) -> VisitPlan:
    """That plan, with who is signed in, and whether a second person approves (catalogue or
    configuration). A configuration that cannot be used asks for nothing."""
    newest, asked = store.configuration(), item.second_person
    if newest is not None and not asked:
        try:
            asked = item.code in parse_configuration(newest[1]).second_person
        except ConfigurationError:
            asked = False
    return replace(plan, staff_id=staff.staff_id if staff is not None else "", needs_approval=asked)
