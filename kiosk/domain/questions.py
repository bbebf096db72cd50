"""What people ask about an item, answered from its guide 办事指南 alone: without a network too."""

from dataclasses import dataclass
from enum import StrEnum, unique

from kiosk.domain.service_item import Need, ServiceItem


@unique
class Question(StrEnum):
    """The value is the key of its words."""

    WHO = "who"  # who may apply
    BRING = "bring"
    TIME = "time"
    FEE = "fee"
    WHERE = "where"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with the guide's own words, line by line."""

    question: Question
    lines: tuple[str, ...]


def answered(item: ServiceItem) -> tuple[Answered, ...]:
    """The questions that the guide of this item answers; what it does not say is left out."""
    guide = item.guide
    bring = tuple(
        material.name for material in item.own_materials() if material.need is Need.REQUIRED
    )
    limits = tuple(filter(None, (guide.promised_limit,)))
    every = (
        Answered(Question.WHO, guide.conditions),
        Answered(Question.BRING, bring),
        Answered(Question.TIME, limits),
        Answered(Question.FEE, tuple(filter(None, (guide.fee,)))),
        Answered(Question.WHERE, tuple(filter(None, (guide.department,)))),
        Answered(Question.RESULT, tuple(filter(None, (guide.result,)))),
    )
    return tuple(one for one in every if one.lines)
