"""Shown in place of everything when the terminal cannot begin: what is safe, and whom to ask."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget

from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import column, words


class OutOfServicePage(QWidget):
    """Nothing on it can be touched."""

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        page.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the screen decides
        centre = Qt.AlignmentFlag.AlignCenter
        page.addStretch(1)
        page.addWidget(shown(Picture.INFO, scale.ink(Colour.BLUE), scale.px(180)), 0, centre)
        lines = (
            words(texts.say("out_of_service.title"), "title"),
            words(texts.say("out_of_service.safe"), "large", tone="good", strong=True),
            words(texts.say("out_of_service.now"), "large"),
        )
        for label in lines:
            label.setAlignment(centre)
            page.addWidget(label)
        page.addStretch(1)
