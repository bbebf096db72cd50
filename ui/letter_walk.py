"""Leads through writing to the office: with the card, or without a name."""

from kiosk.domain.service_item import ServiceItem
from kiosk.flow.intake_flow import IntakeFlow
from kiosk.flow.letter_flow import LetterFlow
from ui.visit_walk import VisitWalk
from ui.walk import Around


class LetterWalk(VisitWalk):
    """One letter."""

    def __init__(self, around: Around, item: ServiceItem, *, nameless: bool = False) -> None:
        self._nameless = nameless
        super().__init__(around, item)

    def back(self) -> None:
        """One page back; from the first page home."""
        if self.flow.view.can_go_back:
            self.flow.back()
        else:
            self.home_wanted.emit("")

    def _new_flow(self, around: Around) -> IntakeFlow:
        terminal = around.terminal
        return LetterFlow(
            self._item,
            terminal.store,
            nameless=self._nameless,
            site=terminal.site,
            catalog_version=terminal.catalog().version,
            new_case_id=terminal.new_case_id,
            now=terminal.now,
            on_change=self._changed,
        )
