"""Why a case was set aside, in words of the form that people filled in, and what to do now."""

import re
from typing import Final

from kiosk.domain.objection import Objection
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.aside_cases import AsideCase
from ui.texts import Texts

IN_LIST: Final = re.compile(r"pages\[(\d+)\]")
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
# What the resident has given: another case from the same hand can put it right.
RESIDENTS: Final = frozenset(
    {"answers", "pages", "signature", "applicant_name", "applicant_number"}
)


def aside_words(case: AsideCase, texts: Texts) -> tuple[str, ...]:
    """One sentence for each thing that is wrong; never a path of the wire."""
    sentences = (_sentence(objection, case.item, texts) for objection in case.objections)
    return tuple(dict.fromkeys(sentences))


def aside_advice(case: AsideCase, texts: Texts) -> str:
    """What staff can do about it."""
    if any(objection.own for objection in case.objections):
        return texts.say("aside.advice.own")
    if any(_head(objection.field) in RESIDENTS for objection in case.objections):
        return texts.say("aside.advice.resident")
    return texts.say("aside.advice.other")


def _sentence(objection: Objection, item: ServiceItem | None, texts: Texts) -> str:
    own = objection.own
    if own is not None:
        return texts.say(f"aside.own.{own.name.lower()}")
    if texts.has(f"aside.whole.{objection.field}"):
        return texts.say(f"aside.whole.{objection.field}")
    # What is not Chinese is a program's word for programs.
    is_plain = CHINESE.search(objection.words)
    words = objection.words.rstrip("。") if is_plain else texts.say("aside.unclear")
    return texts.say("aside.reason", what=_named(objection.field, item, texts), words=words)


def _named(field: str, item: ServiceItem | None, texts: Texts) -> str:
    in_list = IN_LIST.match(field)
    if in_list:
        return texts.say("aside.page", number=int(in_list[1]) + 1)
    head, _, key = field.partition(".")
    if item is not None and head == "answers" and key:
        labels = {question.key: question.label for question in item.fields}
        return labels.get(key, texts.say("aside.field.answers"))
    if item is not None and head == "pages" and key:
        names = {material.key: material.name for material in item.materials}
        return names.get(key, texts.say("aside.field.pages"))
    known = f"aside.field.{head}"
    return texts.say(known if texts.has(known) else "aside.field.case")


def _head(field: str) -> str:
    return re.split(r"[.\[]", field, maxsplit=1)[0]
