"""What applicant, agent and family do in a visit, step by step."""

from collections.abc import Callable
from dataclasses import replace

from devices.id_card.specimens import FAMILY, RARE_NAME, RESIDENT
from kiosk.catalog.specimen_answers import specimen_answer
from kiosk.domain.answers import complaint_about
from kiosk.domain.page import ScanLevel
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.steps import Step
from tests.kiosk.flow.conftest import page

AGENT = FAMILY[0]
HOUSEHOLD = (*FAMILY, RARE_NAME)
Begin = Callable[..., HandledIntake]


def answer_everything(flow: HandledIntake) -> None:
    for question in flow.view.item.questions():
        answer = flow.view.answers.get(question.key, "")
        if complaint_about(question, answer) is not None:
            flow.answer(question.key, specimen_answer(question))


def sign_for_all(flow: HandledIntake) -> None:
    for member in [one for one in flow.who_sign if not one.has_answered]:
        flow.member_signed(member.number, page("", b"\xff\xd8 " + member.number.encode()))


def walk_on(flow: HandledIntake, until: Step) -> None:
    """As two people with both their cards would."""
    while flow.view.step is not until:
        match flow.view.step:
            case Step.AGENT:
                flow.card_read(AGENT)
                continue
            case Step.READ_CARD:
                flow.card_read(RESIDENT)
                continue
            case Step.FORM:
                answer_everything(flow)
            case Step.MATERIALS:
                for n, material in enumerate(flow.view.item.pages_to_photograph()):
                    flow.page_taken(page(material.key, b"\xff\xd8 paper %d" % n))
            case Step.SIGN:
                flow.signed(page("signature", b"\xff\xd8 applicant"))
            case Step.SIGN_FAMILY:
                sign_for_all(flow)
            case Step.SIGN_AGENT:
                flow.signed_by_agent(page("", b"\xff\xd8 agent"))
            case Step.ENTRUST:
                flow.entrusted(replace(page("", b"\xff\xd8 paper"), level=ScanLevel.OWN_MADE))
            case _:
                pass
        before = flow.view.step
        flow.next()
        assert flow.view.step is not before, flow.view.complaints
