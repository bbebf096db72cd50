"""A visit whose form was begun on a telephone: after the card, what was typed there is there."""

from collections.abc import Mapping
from typing import Any

from kiosk.domain.identity import IdentityCard
from kiosk.domain.service_item import ServiceItem
from kiosk.flow.handled_intake import HandledIntake
from kiosk.flow.prefill import filled_by_card
from kiosk.flow.steps import Step


class ContinuedFlow(HandledIntake):
    """What the card says is never replaced, and every answer is checked as if typed here."""

    def __init__(
        self, item: ServiceItem, *rest: Any, given: Mapping[str, str], **more: Any
    ) -> None:
        """`given`: answers by field key; what the form does not ask is left out."""
        super().__init__(item, *rest, **more)
        self._given = dict(given)

    def card_read(self, card: IdentityCard) -> None:
        """See HandledIntake; then the answers, once."""
        was_asked = self.view.step is Step.READ_CARD
        super().card_read(card)
        if not was_asked or self.view.step is Step.READ_CARD:
            return
        given, self._given = self._given, {}
        for field in self.view.item.questions():
            if field.key in given and not filled_by_card(field):
                self.answer(field.key, given[field.key])

    def leave(self) -> None:
        """Nothing of it stays."""
        self._given = {}
        super().leave()
