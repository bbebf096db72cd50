"""Checks what was answered against the field that was asked."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from kiosk.domain import foreigner_number, id_number
from kiosk.domain.service_item import STANDARD_COLUMNS, FieldSource, FieldType, FormField

LONG_TERM: Final = "长期"
CONSENT_GIVEN: Final = "yes"
SEPARATOR: Final = "、"  # between the answers of a multiple choice
ROW_END: Final = "\n"  # of a table
CELL_END: Final = "\t"
# The catalogue names the columns of a table, not their kinds.
ID_WORDS: Final = ("身份号码", "身份证号", "证件号码")
MONEY_WORDS: Final = ("金额", "收入", "支出", "（元", "(元")
MOBILE: Final = re.compile(r"1\d{10}")  # as in the catalogue's own `validate`
# A place without a code of its own, such as a village, stands in words behind the code above it.
DIVISION: Final = re.compile(r"\d{12}( \S.{0,29})?")
YEAR_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
TRAVEL_DOCUMENT: Final = re.compile(r"[A-Z0-9]{5,11}")  # Doc 9303: nine, some longer (recalled)
YEAR: Final = re.compile(r"(19|20)\d{2}")
# A lost decimal point must not become a fortune: beyond this a person has mistyped.
HIGHEST_AMOUNT: Final = Decimal(100_000_000)


@unique
class Complaint(StrEnum):
    """What is wrong with one answer; the value is the key of its words."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_AN_OPTION = "not_an_option"
    ID_NUMBER = "id_number"
    MOBILE = "mobile"
    DATE = "date"
    AMOUNT = "amount"
    NUMBER = "number"
    DIVISION = "division"
    TABLE = "table"


Judge = Callable[[str], Complaint | None]


def complaint_about(field: FormField, answer: str) -> Complaint | None:
    """None when the answer will do. An empty answer to an optional field will do."""
    return judge_of(field)(answer)


def judge_of(field: FormField) -> Judge:
    """`complaint_about` for one field, worked out once: for whoever looks at many answers."""
    is_fine, complaint = _check_of(field)
    if_empty = Complaint.MISSING if field.required else None
    longest = field.max_length

    def judge(answer: str) -> Complaint | None:
        if not answer.strip():
            return if_empty
        if len(answer) > longest:
            return Complaint.TOO_LONG
        return None if is_fine(answer) else complaint

    return judge


def cell_kind(heading: str) -> FieldType:
    """What belongs into a column of a table: an ID number, an amount, or any text."""
    if any(word in heading for word in ID_WORDS):
        return FieldType.ID_NUMBER
    if any(word in heading for word in MONEY_WORDS):
        return FieldType.MONEY
    return FieldType.TEXT


def _check_of(field: FormField) -> tuple[Callable[[str], object], Complaint]:
    codes = frozenset(code for code, _ in field.options)
    match field.type:
        case FieldType.CHOICE | FieldType.CODE:
            return codes.__contains__, Complaint.NOT_AN_OPTION
        case FieldType.MULTICHOICE:
            return lambda answer: codes.issuperset(answer.split(SEPARATOR)), Complaint.NOT_AN_OPTION
        case FieldType.TABLE:
            columns = field.columns or STANDARD_COLUMNS
            return lambda answer: all(
                _is_row(columns, row) for row in answer.split(ROW_END)
            ), Complaint.TABLE
        case FieldType.ID_NUMBER if field.source is FieldSource.CARD:
            return _is_card_number, Complaint.ID_NUMBER
        case _:
            return CHECKS.get(field.type, ANYTHING)


def _is_card_number(number: str) -> bool:
    """Who applies may have a passport or a permit; its number came from its chip."""
    return _is_person_number(number) or TRAVEL_DOCUMENT.fullmatch(number) is not None


def _is_row(columns: tuple[str, ...], row: str) -> bool:
    """A cell for each column. The first says who or what, so it may not be empty; an ID number
    may not either. An amount may stay open: nobody can price a field from memory."""
    cells = row.split(CELL_END)
    if len(cells) != len(columns) or not cells[0].strip():
        return False
    return all(
        _is_cell(cell_kind(column), cell) for column, cell in zip(columns, cells, strict=True)
    )


def _is_cell(kind: FieldType, cell: str) -> bool:
    if kind is FieldType.TEXT or (kind is FieldType.MONEY and not cell):
        return True
    is_fine, _ = CHECKS[kind]
    return bool(is_fine(cell))


def _is_person_number(answer: str) -> bool:
    if answer.startswith(foreigner_number.NEW_BEGINS) or not answer[:1].isdigit():
        return foreigner_number.is_valid(answer)
    return id_number.is_valid(answer)


def _is_date(answer: str) -> bool:
    try:
        return date.fromisoformat(answer).isoformat() == answer
    except ValueError:
        return False


def _is_amount(answer: str) -> bool:
    try:
        amount = Decimal(answer)
    except InvalidOperation:
        return False
    if not amount.is_finite() or not 0 <= amount < HIGHEST_AMOUNT:
        return False
    return amount == amount.quantize(Decimal("0.01"))


ANYTHING: Final = (lambda _: True, Complaint.TOO_LONG)
CHECKS: Final[Mapping[FieldType, tuple[Callable[[str], object], Complaint]]] = MappingProxyType(
    {
        FieldType.CONSENT: (lambda a: a == CONSENT_GIVEN, Complaint.MISSING),
        FieldType.ID_NUMBER: (
            _is_person_number,
            Complaint.ID_NUMBER,
        ),
        FieldType.MOBILE: (MOBILE.fullmatch, Complaint.MOBILE),
        FieldType.DIVISION: (DIVISION.fullmatch, Complaint.DIVISION),
        FieldType.DATE: (_is_date, Complaint.DATE),
        FieldType.DATE_OR_LONG: (lambda a: a == LONG_TERM or _is_date(a), Complaint.DATE),
        FieldType.YEARMONTH: (YEAR_MONTH.fullmatch, Complaint.DATE),
        FieldType.YEAR: (YEAR.fullmatch, Complaint.DATE),
        FieldType.MONEY: (_is_amount, Complaint.AMOUNT),
        FieldType.NUMBER: (lambda a: a.isascii() and a.isdigit(), Complaint.NUMBER),
    }
)
