"""A family: its table, filled row by row from cards, and which of its adults have signed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from kiosk.domain.answers import CELL_END, ROW_END, cell_kind
from kiosk.domain.handling import FamilyMember
from kiosk.domain.id_number import birth_date, is_valid
from kiosk.domain.identity import IdentityCard
from kiosk.domain.service_item import STANDARD_COLUMNS, FieldType, FormField
from kiosk.flow.prefill import age_on

ADULT: Final = 18  # full years
NAME: Final = "姓名"
RELATION: Final = "关系"
SELF: Final = "本人"  # how the applicant's own row says the relation


def rows_of(field: FormField, answer: str) -> list[list[str]]:
    """The cells of every row, as many as the table has columns."""
    width = len(field.columns or STANDARD_COLUMNS)
    rows = [row.split(CELL_END) for row in answer.split(ROW_END)] if answer else []
    return [(cells + [""] * width)[:width] for cells in rows]


def members_in(
    field: FormField, answer: str, *, read: Sequence[FamilyMember]
) -> tuple[FamilyMember, ...]:
    """Who stands in the table, in its order. `read`: what is known of them beside the table."""
    known = {member.number: member for member in read}
    return tuple(
        replace(known.get(number, FamilyMember(name, number)), name=name)
        for name, number in (_person(field, cells) for cells in rows_of(field, answer))
        if name or number
    )


def with_card(field: FormField, answer: str, card: IdentityCard, *, relation: str = "") -> str:
    """The table with that person's row: their own where the number stands already, else a new."""
    columns = field.columns or STANDARD_COLUMNS
    rows = rows_of(field, answer)
    known = [n for n, cells in enumerate(rows) if _person(field, cells)[1] == card.number]
    cells = rows[known[0]] if known else [""] * len(columns)
    for n, heading in enumerate(columns):
        if heading == NAME:
            cells[n] = card.shown_name
        elif cell_kind(heading) is FieldType.ID_NUMBER:
            cells[n] = card.number
        elif heading == RELATION and relation:
            cells[n] = relation
    if not known:
        rows.append(cells)
    return _written(rows)


def without(field: FormField, answer: str, number: str) -> str:
    """The table without the rows of that number."""
    return _written([c for c in rows_of(field, answer) if _person(field, c)[1] != number])


def who_sign(
    members: Sequence[FamilyMember], *, applicant: str, today: date
) -> tuple[FamilyMember, ...]:
    """The adults who sign beside the applicant, in the order of the table.

    Adult is who is 18 (民法典 article 17, recalled), by the citizen number; who has another number
    is asked too, since nobody may sign for an adult. `applicant`: the number of who applies.
    """
    return tuple(m for m in members if m.number != applicant and _may_be_adult(m.number, today))


def _may_be_adult(number: str, today: date) -> bool:
    birth = birth_date(number) if is_valid(number) else None
    return birth is None or age_on(today, birth) >= ADULT


def _person(field: FormField, cells: list[str]) -> tuple[str, str]:
    """(name, number) of a row, "" where the table has no such column."""
    columns = field.columns or STANDARD_COLUMNS
    by_heading = dict(zip(columns, cells, strict=True))
    number = next((by_heading[h] for h in columns if cell_kind(h) is FieldType.ID_NUMBER), "")
    return by_heading.get(NAME, ""), number


def _written(rows: list[list[str]]) -> str:
    return ROW_END.join(CELL_END.join(cells) for cells in rows)
