"""The steps of one visit, and which of them an item needs."""

from enum import StrEnum, unique

from kiosk.domain.service_item import ServiceItem


@unique
class Step(StrEnum):
    """One page of a visit. The value is the key of its words."""

    GUIDE = "guide"
    READ_CARD = "read_card"
    FORM = "form"
    MATERIALS = "materials"
    SIGN = "sign"
    REVIEW = "review"
    DONE = "done"


def steps_for(item: ServiceItem) -> tuple[Step, ...]:
    """The straight line this resident walks; a step without work is left out."""
    steps = [Step.GUIDE, Step.READ_CARD]
    if item.questions():
        steps.append(Step.FORM)
    if item.pages_to_photograph():
        steps.append(Step.MATERIALS)
    if item.needs_signature:
        steps.append(Step.SIGN)
    return (*steps, Step.REVIEW, Step.DONE)
