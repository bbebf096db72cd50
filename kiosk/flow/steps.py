"""The steps of one visit, and which of them an item needs."""

from enum import StrEnum, unique

from kiosk.domain.service_item import ServiceItem


@unique
class Step(StrEnum):
    """One page of a visit. The value is the key of its words."""

    GUIDE = "guide"
    AGENT = "agent"  # the card of who handles the case for the applicant
    READ_CARD = "read_card"
    FAMILY = "family"  # the cards of the family
    FORM = "form"
    MATERIALS = "materials"
    SIGN = "sign"
    SIGN_FAMILY = "sign_family"  # the authorisation that every adult of the family signs
    SIGN_AGENT = "sign_agent"
    ENTRUST = "entrust"  # the entrustment that both have signed
    REVIEW = "review"
    DONE = "done"


def steps_for(item: ServiceItem) -> tuple[Step, ...]:
    """The straight line this resident walks; a step without work is left out."""
    steps = [Step.GUIDE]
    if item.by_agent:
        steps.append(Step.AGENT)
    steps.append(Step.READ_CARD)
    if item.reads_family_cards:
        steps.append(Step.FAMILY)
    if item.questions():
        steps.append(Step.FORM)
    if item.pages_to_photograph():
        steps.append(Step.MATERIALS)
    if item.needs_signature:
        steps.append(Step.SIGN)
    if item.family_authorisation is not None:
        steps.append(Step.SIGN_FAMILY)
    if item.by_agent and item.entrustment is not None:
        steps += [Step.SIGN_AGENT, Step.ENTRUST]
    return (*steps, Step.REVIEW, Step.DONE)
