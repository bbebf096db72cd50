"""Asks the agent to sign the entrustment."""

from kiosk.domain.handling import AGENT_SIGNATURE
from kiosk.domain.page import ScannedPage
from kiosk.flow.flow_view import FlowView
from ui.pages.handled_page import handled
from ui.pages.sign import SignPage


class AgentSignPage(SignPage):
    """As SignPage, for the other one of the two."""

    def signature(self, view: FlowView) -> ScannedPage | None:
        """The agent's."""
        return next(iter(view.pages_of(AGENT_SIGNATURE)), None)

    def signer(self, view: FlowView) -> str:
        """The agent."""
        return view.handling.agent.name if view.handling.agent is not None else ""

    def signer_number(self, view: FlowView) -> str:
        """The agent's."""
        return view.handling.agent.number if view.handling.agent is not None else ""

    def sign(self, picture: ScannedPage | None) -> None:
        """It was drawn, or wiped."""
        handled(self.flow).signed_by_agent(picture)

    def promise(self) -> str:
        """What the agent promises."""
        return self.texts.say("agency.promise")

    def papers(self) -> list[str]:
        """The entrustment alone."""
        material = self.flow.view.item.entrustment
        return [material.name] if material is not None else []
