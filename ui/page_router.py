"""Which page belongs to which step of a visit."""

from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.steps import Step
from ui.pages.agent_card import AgentCardPage
from ui.pages.agent_sign import AgentSignPage
from ui.pages.done import DonePage
from ui.pages.entrust import EntrustPage
from ui.pages.family import FamilyPage
from ui.pages.family_sign import FamilySignPage
from ui.pages.form import FormPage
from ui.pages.guide import GuidePage
from ui.pages.materials import MaterialsPage
from ui.pages.page import VisitPage
from ui.pages.read_card import ReadCardPage
from ui.pages.review import ReviewPage
from ui.pages.sign import SignPage
from ui.terminal import Terminal
from ui.theme.tokens import Scale

PAGES: dict[Step, type[VisitPage]] = {
    Step.AGENT: AgentCardPage,
    Step.FAMILY: FamilyPage,
    Step.SIGN_AGENT: AgentSignPage,
    Step.ENTRUST: EntrustPage,
    Step.READ_CARD: ReadCardPage,
    Step.FORM: FormPage,
    Step.MATERIALS: MaterialsPage,
    Step.SIGN: SignPage,
    Step.SIGN_FAMILY: FamilySignPage,
}


def page_for(step: Step, flow: IntakeFlow, *, terminal: Terminal, scale: Scale) -> VisitPage:
    """A new page for that step of that visit."""
    equipment, texts = terminal.equipment, terminal.texts
    match step:
        case Step.GUIDE:
            return GuidePage(
                flow,
                equipment=equipment,
                texts=texts,
                scale=scale,
                version=terminal.catalog().version,
                now=terminal.now,
                health=terminal.health,
            )
        case Step.REVIEW:
            return ReviewPage(
                flow, equipment=equipment, texts=texts, scale=scale, site=terminal.site
            )
        case Step.DONE:
            return DonePage(
                flow,
                equipment=equipment,
                texts=texts,
                scale=scale,
                site=terminal.site,
                now=terminal.now,
                prove=terminal.prove,
            )
        case _:
            return PAGES[step](flow, equipment=equipment, texts=texts, scale=scale)
