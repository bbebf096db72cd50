"""Invented answers that will do: for the samples of filled forms (示范文本), pictures and tests."""

from typing import Final

from kiosk.domain.answers import CELL_END, CONSENT_GIVEN, ROW_END, cell_kind
from kiosk.domain.service_item import STANDARD_COLUMNS, FieldType, FormField

# The example number of GB 11643 (recalled), which is nobody's.
NUMBER: Final = "11010519491231002X"
PLACE: Final = "222401999001"  # no such village
ADDRESS: Final = "吉林省延吉市朝阳川镇示范村3组17号"
OF_CARD: Final = {
    "applicant_name": "测试甲",
    "applicant_nation": "01",
    "applicant_sex": "2",
    "applicant_birth": "1949-12-31",
    "applicant_id_no": NUMBER,
    "applicant_id_addr": ADDRESS,
    "applicant_id_valid_to": "长期",
    "guardian_name": "测试乙",
    "bank_account": "0000000000000000000",
    "bank_name": "示范银行延吉支行",
}


def specimen_answer(question: FormField) -> str:
    """An answer that will do for that question, the same every time."""
    if question.key in OF_CARD:
        return OF_CARD[question.key][: question.max_length]
    match question.type:
        case FieldType.CHOICE | FieldType.CODE | FieldType.MULTICHOICE:
            return question.options[0][0] if question.options else ""
        case FieldType.CONSENT:
            return CONSENT_GIVEN
        case FieldType.MOBILE:
            return "13800000000"
        case FieldType.ID_NUMBER:
            return NUMBER
        case FieldType.DIVISION:
            return PLACE
        case FieldType.DATE | FieldType.DATE_OR_LONG:
            return "2026-05-01"
        case FieldType.YEARMONTH:
            return "2026-05"
        case FieldType.YEAR:
            return "2026"
        case FieldType.NUMBER | FieldType.MONEY:
            return "3"
        case FieldType.TABLE:
            row = CELL_END.join(_cell(c) for c in question.columns or STANDARD_COLUMNS)
            return f"{row}{ROW_END}{row}"
        case _:
            return ADDRESS[: question.max_length]


def _cell(column: str) -> str:
    match cell_kind(column):
        case FieldType.ID_NUMBER:
            return NUMBER
        case FieldType.MONEY:
            return "3"
        case _:
            return "测试乙"
