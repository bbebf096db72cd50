"""上门服务: whom field staff are to visit; only as much as a public screen may show."""

from PySide6.QtWidgets import QFrame

from kiosk.flow.equipment import Equipment
from kiosk.flow.upload_flow import PlannedVisit, UploadFlow, UploadView
from ui.pages.upload_page import UploadPage, card, heading
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import ScrollColumn, column, emptied, words


class UploadVisitsPage(UploadPage):
    """The soonest first."""

    def __init__(
        self, flow: UploadFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addLayout(heading(scale, texts.say("visits.title"), texts.say("visits.body")))
        self._scroll = ScrollColumn(scale, gap=Space.NEAR)
        page.addWidget(self._scroll, 1)

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
        inside.addWidget(words(visit.item_title or say("visits.no_item")))
        when = say("visits.wanted_on", month=day.month, day=day.day) if day else ""
        inside.addWidget(words(when or say("visits.no_day"), tone="quiet"))
        return block
