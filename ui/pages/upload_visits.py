"""上门服务: whom field staff are to visit; only as much as a public screen may show."""

from PySide6.QtWidgets import QFrame

from kiosk.flow.upload_flow import PlannedVisit, UploadView
from ui.item_words import item_title
from ui.pages.upload_page import TitledUploadPage, card
from ui.theme.tokens import Space
from ui.widgets.pieces import emptied, words


class UploadVisitsPage(TitledUploadPage):
    """The soonest first."""

    name = "visits"
    gap = Space.NEAR

    def draw(self, view: UploadView) -> None:
        """All of them."""
        content = self._scroll.inside
        emptied(content)
        if not view.visits:
            content.addWidget(words(self.texts.say("visits.empty"), "large"))
        for visit in view.visits:
            content.addWidget(self._card(visit))

    def forget(self) -> None:
        """Nobody stays on the page."""
        emptied(self._scroll.inside)

    def _card(self, visit: PlannedVisit) -> QFrame:
        say, day = self.texts.say, visit.wanted_on
        block, inside = card(self.scale, visit.name)
        inside.setSpacing(self.scale.px(Space.TIGHT))
        item = visit.item
        inside.addWidget(words(item_title(item, self.texts) if item else say("visits.no_item")))
        when = say("visits.wanted_on", month=day.month, day=day.day) if day else ""
        inside.addWidget(words(when or say("visits.no_day"), tone="quiet"))
        return block
