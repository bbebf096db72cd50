"""Asks for the identity card of who handles the case for somebody else."""

from kiosk.domain.masked_name import masked_name
from kiosk.flow.flow_view import FlowView
from ui.pages.handled_page import handled
from ui.pages.read_card import ReadCardPage
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour


class AgentCardPage(ReadCardPage):
    """As ReadCardPage; the applicant's own card comes after it."""

    @property
    def can_go_next(self) -> bool:
        """Only after a card."""
        return self.flow.view.handling.agent is not None

    def draw(self, view: FlowView) -> None:
        """Waiting, read, or in trouble."""
        say, agent = self.texts.say, view.handling.agent
        key = "done" if agent else "first"
        self._title.setText(say(f"agency.agent.{key}_title"))
        if agent is None and view.holder is not None:
            awaited = masked_name(handled(self.flow).agent_awaited)
            body = say(
                "correction_agent.lay_named" if awaited else "correction_agent.lay", name=awaited
            )
        else:
            body = say(f"agency.agent.{key}_body", name=agent.name if agent else "")
        if view.item.result_for_holder_only:
            body = self.texts.joined("\n", [body, say("holder_only.agent")])
        self._body.setText(body)
        self._state.setText(say("read_card.again" if agent else "read_card.waiting"))
        self._good.setVisible(agent is not None)
        self._picture.setVisible(agent is None and (view.fault is None or self.scale.portrait))
        high = self.scale.px(180 if view.fault else 270)
        self._picture.setPixmap(picture(Picture.CARD_ON_READER, self.scale.ink(Colour.BLUE), high))
        self._state.setVisible(view.fault is None)
        self._trouble.show_fault(view.fault)
        for other_way in (self._for_another, self._photograph, self._document):
            other_way.hide()  # they are for the applicant
