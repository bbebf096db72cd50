"""How it is written on the wire who handles a case for whom: additive parts of a case's text.

A case that its applicant handed in alone has no such part, so its bytes stay what they always
were. A gateway that does not know the part refuses it like any unknown field (wire.py).
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from kiosk.domain.handling import (
    Absence,
    Agent,
    AgentKind,
    FamilyMember,
    FieldVisit,
    Handling,
    Place,
    PlaceSource,
)
from sync.wire_words import Hash, Moment, Word


class AgentEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """代办人: who handles the case for the applicant."""

    kind: AgentKind
    name: Word
    number: Word

    def __repr__(self) -> str:
        return f"AgentEntry(kind={self.kind!r})"  # the rest is personal


class MemberEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member of the family 共同生活家庭成员. `by_card`: their own card was read.

    `signature`: the page with their name under the authorisation; `absent`: why there is none.
    """

    name: Word
    number: Word
    by_card: bool = False
    signature: Hash | msgspec.UnsetType = msgspec.UNSET
    absent: Absence | msgspec.UnsetType = msgspec.UNSET

    def __repr__(self) -> str:
        return f"MemberEntry(by_card={self.by_card!r})"  # the rest is personal


class PlaceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a home visit was. Degrees of WGS 84; `metres`: the receiver's estimate of its error."""

    source: PlaceSource
    words: Word = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    metres: Annotated[float, Meta(ge=0)] | None = None

    def __repr__(self) -> str:
        return f"PlaceEntry(source={self.source!r})"  # the rest is personal


class FieldVisitEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """上门办理: taken in at the applicant's home."""

    begun_at: Moment
    clock_sure: bool
    visit_id: Word = ""
    place: PlaceEntry | None = None


class HandlingEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What distinguishes the case from one that its applicant handed in alone. Nothing of money."""

    agent: AgentEntry | None = None
    members: Annotated[tuple[MemberEntry, ...], Meta(max_length=40)] = ()
    taken_by: Word = ""
    approved_by: Word = ""
    visit: FieldVisitEntry | None = None


def entry_of(handling: Handling) -> HandlingEntry | msgspec.UnsetType:
    """As it is sent; UNSET, so no part at all, where the applicant was alone."""
    agent, visit = handling.agent, handling.visit
    entry = HandlingEntry(
        agent=AgentEntry(agent.kind, agent.name, agent.number) if agent else None,
        members=tuple(_member_entry(member) for member in handling.members),
        taken_by=handling.taken_by,
        approved_by=handling.approved_by,
        visit=_visit_entry(visit) if visit else None,
    )
    return msgspec.UNSET if entry == HandlingEntry() else entry


def handling_of(entry: HandlingEntry | msgspec.UnsetType) -> Handling:
    """What came over the wire."""
    if isinstance(entry, msgspec.UnsetType):
        return Handling()
    agent, visit = entry.agent, entry.visit
    return Handling(
        agent=Agent(agent.kind, agent.name, agent.number) if agent else None,
        members=tuple(_member(member) for member in entry.members),
        taken_by=entry.taken_by,
        approved_by=entry.approved_by,
        visit=_visit(visit) if visit else None,
    )


def _member_entry(member: FamilyMember) -> MemberEntry:
    return MemberEntry(
        member.name,
        member.number,
        member.by_card,
        signature=member.signature or msgspec.UNSET,
        absent=msgspec.UNSET if member.absent is None else member.absent,
    )


def _member(entry: MemberEntry) -> FamilyMember:
    return FamilyMember(
        entry.name,
        entry.number,
        entry.by_card,
        signature="" if isinstance(entry.signature, msgspec.UnsetType) else entry.signature,
        absent=None if isinstance(entry.absent, msgspec.UnsetType) else entry.absent,
    )


def _visit_entry(visit: FieldVisit) -> FieldVisitEntry:
    place = visit.place
    return FieldVisitEntry(
        begun_at=visit.begun_at,
        clock_sure=visit.clock_sure,
        visit_id=visit.visit_id,
        place=PlaceEntry(
            source=place.source,
            words=place.words,
            latitude=place.latitude,
            longitude=place.longitude,
            metres=place.metres,
        )
        if place
        else None,
    )


def _visit(entry: FieldVisitEntry) -> FieldVisit:
    place = entry.place
    return FieldVisit(
        begun_at=entry.begun_at,
        clock_sure=entry.clock_sure,
        visit_id=entry.visit_id,
        place=Place(**msgspec.structs.asdict(place)) if place else None,
    )
