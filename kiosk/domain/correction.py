"""What the office wants corrected 补正, row by row of the guide, and the item reduced to that.

The office tells everything at once 一次性告知 (行政许可法 article 32, recalled; T-20), and each row
is one that the guide has (T-12, reference/domain.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique

from kiosk.domain.service_item import Capture, Material, Need, ServiceItem


@unique
class Part(StrEnum):
    """What kind of row of the guide it is."""

    FIELD = "field"  # a question of the form; `key` is that of the field
    MATERIAL = "material"  # `key` is that of the material
    SIGNATURE = "signature"  # the applicant's own; `key` is empty


@unique
class Flaw(StrEnum):
    """What is wrong with it; the value is the key of its words."""

    MISSING = "missing"  # 缺少
    UNCLEAR = "unclear"  # 看不清
    WRONG = "wrong"  # 填写有误, or another paper than the guide asks for
    EXPIRED = "expired"  # 已过有效期
    INCOMPLETE = "incomplete"  # 不完整: pages are missing


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One row of the office's list. `note`: the clerk's own words about this row, or ""."""

    part: Part
    key: str
    flaw: Flaw
    note: str = field(default="", repr=False)


def unknown_rows(
    item: ServiceItem, rows: Sequence[CorrectionRow], *, by_agent: bool = True
) -> tuple[CorrectionRow, ...]:
    """Those that the guide of this item does not have: an office may not ask for them.

    `by_agent`: somebody acted for the applicant, so that the rows of an agent 代办人 count too.
    """
    return tuple(
        row for row in rows if not _is_in(item, row) or (not by_agent and _is_agents(item, row))
    )


def needs_agent(item: ServiceItem, rows: Sequence[CorrectionRow]) -> bool:
    """True when a row is one that only the agent 代办人 can answer, with their own card."""
    return any(_is_agents(item, row) for row in rows)


def needs_entrustment(item: ServiceItem, rows: Sequence[CorrectionRow]) -> bool:
    """True when the entrustment 委托书 is made anew: both sign, and it may name another agent."""
    material = item.entrustment
    return material is not None and any(
        row.part is Part.MATERIAL and row.key == material.key for row in rows
    )


def reduced(item: ServiceItem, rows: Sequence[CorrectionRow]) -> ServiceItem:
    """The item with nothing but what is to be done again. A row it does not have is left out.

    What the whole family brings or signs comes with the table of the family. With a row of the
    agent's it is the item as an agent goes through it. An entrustment made anew says who the agent
    is, so that the agent's own questions belong to it.
    """
    fields = {row.key for row in rows if row.part is Part.FIELD}
    if needs_entrustment(item, rows):
        fields |= {one.key for one in item.fields if one.agent_only}
    materials = {row.key for row in rows if row.part is Part.MATERIAL}
    table = item.family_table
    if table is not None and any(m.key in materials for m in item.materials if _is_family(m)):
        fields.add(table.key)
    signs = any(row.part is Part.SIGNATURE for row in rows)
    small = replace(
        item,
        # What the office names is asked whatever else was answered.
        fields=tuple(replace(one, shown_when=None) for one in item.fields if one.key in fields),
        materials=tuple(
            # The office did not find it itself either, so it has to be brought.
            replace(one, need=Need.REQUIRED, shared=False)
            if one.key in materials
            else _to_sign(one)
            for one in item.materials
            if one.key in materials or (signs and _is_signed(one))
        ),
    )
    return small.for_agent() if needs_agent(item, rows) else small


def can_be_redone(item: ServiceItem, rows: Sequence[CorrectionRow]) -> bool:
    """True when this terminal can take in all of it: a part alone would be refused."""
    small = reduced(item, rows)
    asked = {row.key for row in small.questions()}
    shown = {row.key for row in small.pages_to_photograph()} | {
        one.key
        for one in item.materials
        if (one.agent_only and (one == item.entrustment or Capture.CARD in one.captures))
        or (item.family_table is not None and _is_family(one))
    }
    return bool(rows) and all(
        row.key in asked
        if row.part is Part.FIELD
        else row.key in shown
        if row.part is Part.MATERIAL
        else small.needs_signature
        for row in rows
    )


def _is_agents(item: ServiceItem, row: CorrectionRow) -> bool:
    match row.part:
        case Part.FIELD:
            return any(one.key == row.key and one.agent_only for one in item.fields)
        case Part.MATERIAL:
            return any(one.key == row.key and one.agent_only for one in item.materials)
        case Part.SIGNATURE:
            return False


def _is_in(item: ServiceItem, row: CorrectionRow) -> bool:
    match row.part:
        case Part.FIELD:
            return any(one.key == row.key for one in item.fields)
        case Part.MATERIAL:
            return any(one.key == row.key for one in item.materials)
        case Part.SIGNATURE:
            return item.needs_signature and not row.key


def _is_family(material: Material) -> bool:
    """What the whole family brings or signs: it goes with the table that says who they are."""
    return material.is_cards_of_family or material.signed_by_family


def _is_signed(material: Material) -> bool:
    return Capture.SIGNATURE in material.captures and not material.agent_only


def _to_sign(material: Material) -> Material:
    """Only the applicant's signature of it: its paper was in order, and so is the family's."""
    return replace(material, captures=(Capture.SIGNATURE,), signature="")
