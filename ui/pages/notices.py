"""通知: what the province tells the people of a service point, whole, the newest first."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kiosk.domain.notice import Notice
from kiosk.flow.equipment import Equipment
from kiosk.flow.upload_flow import UploadFlow, UploadView
from ui.local_time import day_words
from ui.pages.upload_page import UploadPage, card
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.pieces import ScrollColumn, column, emptied, words


class NoticesPage(QWidget):
    """For residents: opened from the standby page."""

    def __init__(self, notices: Sequence[Notice], *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addWidget(words(texts.say("notices.title"), "title"))
        scroll = ScrollColumn(scale, gap=Space.GAP)
        page.addWidget(scroll, 1)
        _fill(scroll.inside, notices, texts, scale)


class UploadNoticesPage(UploadPage):
    """For staff: theirs and everybody's."""

    def __init__(
        self, flow: UploadFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        page.addWidget(words(texts.say("upload.notices"), "title"))
        self._scroll = ScrollColumn(scale, gap=Space.GAP)
        page.addWidget(self._scroll, 1)

    def draw(self, view: UploadView) -> None:
        """All of them."""
        _fill(self._scroll.inside, view.notices, self.texts, self.scale)


def _fill(content: QVBoxLayout, notices: Sequence[Notice], texts: Texts, scale: Scale) -> None:
    emptied(content)
    if not notices:
        content.addWidget(words(texts.say("notices.empty"), "large"))
    for notice in notices:
        content.addWidget(_card(notice, texts, scale))


def _card(notice: Notice, texts: Texts, scale: Scale) -> QFrame:
    block, inside = card(scale, notice.title)
    inside.setSpacing(scale.px(Space.TIGHT))
    if notice.body:
        inside.addWidget(words(notice.body))
    date = day_words(notice.published_at, texts)
    inside.addWidget(words(texts.say("notices.published", date=date), "note", tone="quiet"))
    return block
