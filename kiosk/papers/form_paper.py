"""The form of an item: blank, as a sample 示范文本 (T-11), or with a resident's own answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import segno

from kiosk.catalog.specimen_answers import OF_CARD, specimen_answer
from kiosk.domain.answers import CELL_END, CONSENT_GIVEN, ROW_END, SEPARATOR, cell_kind
from kiosk.domain.service_item import (
    STANDARD_COLUMNS,
    Capture,
    FieldType,
    FormField,
    Material,
    ServiceItem,
)
from kiosk.papers.compose import Paper, Template
from kiosk.papers.paper_words import PaperWords
from kiosk.papers.written_answer import written_answer

EMPTY_ROWS: Final = 3  # of a table on a blank form
CHOICES: Final = (FieldType.CHOICE, FieldType.MULTICHOICE, FieldType.CODE)
MOST_BOXES: Final = 12  # more options are written down instead of ticked
SAMPLE_PLACE: Final = "222401000000 示范村"  # 延吉市, as a village without a code stands in answers
WITHOUT_DATE: Final = (2000, 1, 1)  # of the document itself, where no day belongs to it
# What fits into half a line: 46 mm at 12 pt are ten characters, beside a label of 26 mm.
_HALF: Final = frozenset(
    {
        FieldType.ID_NUMBER,
        FieldType.MOBILE,
        FieldType.DATE,
        FieldType.DATE_OR_LONG,
        FieldType.YEARMONTH,
        FieldType.YEAR,
        FieldType.MONEY,
        FieldType.NUMBER,
    }
)
_HALF_TEXT: Final = 10
_HALF_LABEL: Final = 12
_HALF_OPTIONS: Final = 8  # characters of all options together


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A resident's own: what was answered, signed and handed in."""

    answers: Mapping[str, str] = field(repr=False)
    day: date
    site: str
    site_code: str = ""  # of its division: an answer with it says the site's name
    signature: bytes = field(default=b"", repr=False)  # JPEG of the pad; b"": a box to sign in
    receipt_number: str = ""  # as people read it, in groups
    official_number: str = ""  # 办件编号; "": the province has not confirmed it yet
    query_code: str = ""  # what the QR code holds; "": none
    materials: tuple[str, ...] = ()  # names of what goes with it


def forms_of(item: ServiceItem) -> tuple[Material, ...]:
    """The forms that the guide lists for the applicant."""
    return tuple(m for m in item.own_materials() if Capture.FORM in m.captures)


def form_paper(item: ServiceItem, *, filled: bool, korean: bool = False) -> Paper:
    """All questions of the item under the name of its form. Only invented answers stand in it."""
    say = PaperWords(korean=korean)
    answers = _specimens(item) if filled else {}
    asked = item.asked(answers) if filled else item.questions()
    return _paper(
        item,
        asked,
        answers,
        say,
        {
            "mark": "样表" if filled else "",
            "day": WITHOUT_DATE,
            "signature_words": OF_CARD["applicant_name"] if filled else "",
            "date": "2026年5月12日" if filled else say.say("date_blank")["zh"],
            "footer": say.say("sample_footer" if filled else "blank_footer"),
        },
    )


def filled_form(item: ServiceItem, form: FilledForm, *, korean: bool = False) -> Paper:
    """What a resident has handed in, with their signature in its box and a code to ask by.

    Without an official number every page bears the provisional mark.
    """
    say = PaperWords(korean=korean)
    code = segno.make(form.query_code, error="m", micro=False) if form.query_code else None
    here = (
        question.key
        for question in item.fields
        if question.type is FieldType.DIVISION
        and form.answers.get(question.key) == form.site_code != ""
    )
    return _paper(
        item,
        item.asked(form.answers),
        {**form.answers, **dict.fromkeys(here, form.site)},
        say,
        {
            "day": (form.day.year, form.day.month, form.day.day),
            **say.mark(provisional=not form.official_number),
            "number": form.receipt_number,
            "official": form.official_number,
            "qr_svg": "" if code is None else code.svg_inline(border=4),
            "signature": list(form.signature),  # typst reads no base64
            "date": f"{form.day.year}年{form.day.month}月{form.day.day}日",
            "materials": form.materials,
            "footer": say.say("filled_footer", site=form.site),
        },
    )


def _paper(
    item: ServiceItem,
    asked: tuple[FormField, ...],
    answers: Mapping[str, str],
    say: PaperWords,
    own: Mapping[str, object],
) -> Paper:
    forms = forms_of(item)
    title = forms[0].name if forms else item.title
    signs = next((m.signature for m in forms if m.signature), "")
    words: dict[str, object] = {
        "title": say.given(title),
        "item": say.given(item.title, item.title_ko),
        "mark": "",
        "number": "",
        "official": "",
        "qr_svg": "",
        "signature": [],
        "signature_words": "",
        "materials": [],
        "rows": _paired([_row(q, answers) for q in asked if q.type is not FieldType.CONSENT]),
        "promise": [
            [q.label, answers.get(q.key) == CONSENT_GIVEN]
            for q in asked
            if q.type is FieldType.CONSENT
        ],
        "signs": say.given(signs) if signs else say.say("signs"),
    }
    fixed = ("item_label", "number_label", "official_label", "optional", "qr_words")
    more = ("promise_label", "materials_label", "page_number")
    words |= {key: say.say(key) for key in (*fixed, *more)}
    return Paper(Template.FORM, title, {**words, **own})


def _specimens(item: ServiceItem) -> dict[str, str]:
    answers: dict[str, str] = {}
    while still := [q for q in item.asked(answers) if q.key not in answers]:
        answers[still[0].key] = specimen_answer(still[0])
    # a place that is none has no name in the list of places
    places = (q.key for q in item.asked(answers) if q.type is FieldType.DIVISION)
    return answers | dict.fromkeys(places, SAMPLE_PLACE)


def _row(question: FormField, answers: Mapping[str, str]) -> dict[str, object]:
    answer = answers.get(question.key, "")
    options: list[tuple[str, bool]] = []
    table: list[list[str]] = []
    wide: list[bool] = []  # columns that hold an ID number
    if question.type in CHOICES and 0 < len(question.options) <= MOST_BOXES:
        chosen = answer.split(SEPARATOR)
        options = [(words, code in chosen) for code, words in question.options]
    elif question.type is FieldType.TABLE:
        columns = list(question.columns or STANDARD_COLUMNS)
        wide = [cell_kind(column) is FieldType.ID_NUMBER for column in columns]
        rows = [row.split(CELL_END) for row in answer.split(ROW_END)] if answer else []
        table = [columns, *(rows or [[""] * len(columns)] * EMPTY_ROWS)]
    return {
        "label": question.label,
        "optional": not question.required,
        "value": written_answer(question, answer),
        "options": options,
        "table": table,
        "wide": wide,
        "note": question.note,
        "half": _is_half(question),
    }


def _is_half(question: FormField) -> bool:
    if question.note or len(question.label) > _HALF_LABEL:
        return False
    if len(question.options) > MOST_BOXES:
        return len(question.label) <= _HALF_TEXT // 2
    if question.options:
        return sum(len(words) for _, words in question.options) <= _HALF_OPTIONS
    by_name = question.type is FieldType.TEXT and question.max_length <= _HALF_TEXT
    return question.type in _HALF or by_name or question.key.endswith("_name")


def _paired(rows: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """Two short ones that follow each other stand in one line."""
    lines: list[list[dict[str, object]]] = []
    for row in rows:
        last = lines[-1] if lines else []
        if row["half"] and len(last) == 1 and last[0]["half"]:
            last.append(row)
        else:
            lines.append([row])
    return lines
