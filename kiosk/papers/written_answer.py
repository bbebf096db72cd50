"""Kept answers as words on paper: codes of places, options and dates as people write them."""

from kiosk.catalog.divisions import jilin
from kiosk.domain.answers import SEPARATOR
from kiosk.domain.service_item import FieldType, FormField

_DATES = (FieldType.DATE, FieldType.DATE_OR_LONG, FieldType.YEARMONTH, FieldType.YEAR)


def written_answer(question: FormField, answer: str) -> str:
    """In Chinese, whole: a form shows the office everything. What cannot be read stays as it is."""
    match question.type:
        case FieldType.CHOICE | FieldType.CODE | FieldType.MULTICHOICE:
            options = dict(question.options)
            return SEPARATOR.join(options.get(part, part) for part in answer.split(SEPARATOR))
        case FieldType.DIVISION:
            return _place(answer) or answer
        case kind if kind in _DATES:
            return _date(answer)
        case _:
            return answer


def _place(answer: str) -> str:
    code, _, village = answer.partition(" ")
    path = jilin().path_to(code)
    known = bool(village) or bool(path and path[-1].code == code)
    return f"{jilin().words(code)}{village}" if known else ""


def _date(answer: str) -> str:
    parts = answer.split("-")
    if not all(part.isdigit() for part in parts):
        return answer
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))
