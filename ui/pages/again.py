"""Asks for the card, to show what its holder did here before."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.domain.fault import Fault
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import ScrollColumn, column, frame, row, words


class AgainPage(QWidget):
    """What is read and why stands on it before anything is read. Holds nothing of a person."""

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        page.addWidget(words(texts.say("again.title"), "title"))
        scroll = ScrollColumn(scale, gap=Space.GAP)
        beside = not scale.portrait and not scale.few_choices
        asking = column(scale, gap=Space.GAP) if beside else scroll.inside
        asking.addWidget(words(texts.say("again.body"), "large"))
        self._picture = seen = QLabel()
        self._beside = beside
        high = scale.px(300 if scale.portrait else 200)
        seen.setPixmap(picture(Picture.CARD_ON_READER, scale.ink(Colour.BLUE), high))
        asking.addWidget(seen, 0, Qt.AlignmentFlag.AlignCenter)
        self._trouble = FaultNotice(texts, scale)
        asking.addWidget(self._trouble)
        if beside:
            asking.addStretch(1)
            halves = row(scale, gap=Space.WIDE)
            halves.addLayout(asking, 1)
            halves.addWidget(scroll, 1)
            page.addLayout(halves, 1)
        else:
            page.addWidget(scroll, 1)
        notice = frame("card")
        inside = column(scale, notice, gap=Space.TIGHT, edge=Space.GAP)
        title = words(texts.say("read_card.notice_title"), "large", tone="blue", strong=True)
        inside.addWidget(title)
        for key in ("read_card.what_body", "again.why", "again.how_long", "read_card.rights"):
            inside.addWidget(words(texts.say(key)))
        scroll.inside.addWidget(notice)
        self.show_fault(None)

    def show_fault(self, fault: Fault | None) -> None:
        """Why the card could not be read, or why nothing can be looked up."""
        self._trouble.show_fault(fault)
        self._picture.setVisible(fault is None or not self._beside)
