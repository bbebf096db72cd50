"""Turns kept answers into the words people read, with private parts hidden on demand."""

from typing import Final

from kiosk.catalog.divisions import jilin
from kiosk.domain.answers import CONSENT_GIVEN, SEPARATOR
from kiosk.domain.id_number import masked
from kiosk.domain.service_item import FieldType, FormField
from kiosk.flow.site import Site
from ui.texts import Texts

SHOWN_OF_TEXT: Final = 6  # characters of a private text that stay readable


def answer_words(
    field: FormField, answer: str, texts: Texts, *, hidden: bool, site: Site | None = None
) -> str:
    """What stands on the review page. `hidden` stars out answers marked sensitive."""
    if not answer:
        return texts.say("review.nothing")
    if hidden and field.sensitive:
        return private(field, answer)
    match field.type:
        case FieldType.CONSENT:
            return texts.say("review.agreed") if answer == CONSENT_GIVEN else answer
        case FieldType.DIVISION:
            here = site is not None and answer == site.code
            return site.name if site is not None and here else place_words(answer) or answer
        case FieldType.CHOICE | FieldType.CODE:
            return dict(field.options).get(answer, answer)
        case FieldType.MULTICHOICE:
            options = dict(field.options)
            return SEPARATOR.join(options.get(part, part) for part in answer.split(SEPARATOR))
        case FieldType.DATE | FieldType.DATE_OR_LONG | FieldType.YEARMONTH | FieldType.YEAR:
            return date_words(answer, texts)
        case FieldType.TABLE:
            rows = enumerate(answer.split("\n"), start=1)
            lines = [
                texts.say("review.row", number=n, cells=cells.replace("\t", "，"))
                for n, cells in rows
            ]
            return texts.joined("\n", lines)
        case _:
            return answer


def place_words(answer: str) -> str:
    """吉林省延边朝鲜族自治州延吉市朝阳川镇 and the village in words; "" for an unknown code."""
    code, _, village = answer.partition(" ")
    divisions = jilin()
    if village or (divisions.path_to(code) and divisions.path_to(code)[-1].code == code):
        return f"{divisions.words(code)}{village}"
    return ""


def date_words(answer: str, texts: Texts) -> str:
    """2026年3月5日, 2026年3月, 2026年; anything else (长期) as it is."""
    parts = answer.split("-")
    if not all(part.isdigit() for part in parts):
        return answer
    year, month, day = (*(int(part) for part in parts), 0, 0)[:3]
    kind = ("year", "month", "day")[min(len(parts), 3) - 1]
    return texts.say(f"date_of.{kind}", year=year, month=month, day=day)


def private(field: FormField, answer: str) -> str:
    """First and last characters with stars between, as the kind of answer allows."""
    if field.type is FieldType.MOBILE:
        return answer[:3] + "****" + answer[-4:]  # reference/domain.md: first three, last four
    if answer.isascii():
        return masked(answer)
    return answer[:SHOWN_OF_TEXT] + "****" if len(answer) > SHOWN_OF_TEXT else answer[:1] + "**"
