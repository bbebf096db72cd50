"""The form of an item: blank to fill by hand, or filled with invented answers 示范文本 (T-11)."""

from typing import Final

from kiosk.catalog.specimen_answers import OF_CARD, specimen_answer
from kiosk.domain.answers import CELL_END, CONSENT_GIVEN, ROW_END, SEPARATOR
from kiosk.domain.service_item import (
    STANDARD_COLUMNS,
    Capture,
    FieldType,
    FormField,
    Material,
    ServiceItem,
)
from kiosk.papers.compose import Paper, Template

EMPTY_ROWS: Final = 3  # of a table on a blank form
CHOICES: Final = (FieldType.CHOICE, FieldType.MULTICHOICE, FieldType.CODE)
MOST_BOXES: Final = 12  # more options are written down instead of ticked


def forms_of(item: ServiceItem) -> tuple[Material, ...]:
    """The forms that the guide lists for the applicant."""
    return tuple(m for m in item.own_materials() if Capture.FORM in m.captures)


def form_paper(item: ServiceItem, *, filled: bool) -> Paper:
    """All questions of the item under the name of its form. Only invented answers stand in it."""
    forms = forms_of(item)
    title = forms[0].name if forms else item.title
    answers = _specimens(item) if filled else {}
    asked = item.asked(answers) if filled else item.questions()
    signs = next((m.signature for m in forms if m.signature), "申请人签名")
    return Paper(
        Template.FORM,
        title,
        {
            "title": title,
            "item": f"办理事项：{item.title}",
            "sample": filled,
            "sample_mark": "样表",
            "optional": "（可不填）",
            "rows": [_row(q, answers) for q in asked if q.type is not FieldType.CONSENT],
            "promise": [
                ("√ " if answers.get(q.key) == CONSENT_GIVEN else "□ ") + q.label
                for q in asked
                if q.type is FieldType.CONSENT
            ],
            "signs": signs,
            "signature": OF_CARD["applicant_name"] if filled else "",
            "date": "2026年5月12日" if filled else "　　　年　　月　　日",
            "footer": "样表：姓名、号码、住址都是编的，请照您自己的情况填。"
            if filled
            else "空白表：可以在家填好再来，也可以直接在本机上填。",
        },
    )


def _specimens(item: ServiceItem) -> dict[str, str]:
    answers: dict[str, str] = {}
    while still := [q for q in item.asked(answers) if q.key not in answers]:
        answers[still[0].key] = specimen_answer(still[0])
    return answers


def _row(question: FormField, answers: dict[str, str]) -> dict[str, object]:
    answer = answers.get(question.key, "")
    options: list[tuple[str, bool]] = []
    table: list[list[str]] = []
    if question.type in CHOICES and 0 < len(question.options) <= MOST_BOXES:
        chosen = answer.split(SEPARATOR)
        options = [(words, code in chosen) for code, words in question.options]
    elif question.type is FieldType.TABLE:
        columns = list(question.columns or STANDARD_COLUMNS)
        rows = [row.split(CELL_END) for row in answer.split(ROW_END)] if answer else []
        table = [columns, *(rows or [[""] * len(columns)] * EMPTY_ROWS)]
    return {
        "label": question.label,
        "optional": not question.required,
        "value": dict(question.options).get(answer, answer),
        "options": options,
        "table": table,
        "note": question.note,
    }
