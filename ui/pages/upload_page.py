"""What every page of the upload state is, and the blocks that they share."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout

from kiosk.flow.equipment import Equipment
from kiosk.flow.upload_flow import UploadFlow, UploadView
from ui.pages.page import Page
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import ScrollColumn, column, frame, row, words

UploadPage = Page[UploadFlow, UploadView]

COLOURS = {"good": Colour.GOOD, "warn": Colour.WARN, "bad": Colour.BAD, "blue": Colour.BLUE}


def _heading(scale: Scale, title: str, body: str) -> QBoxLayout:
    """Title and what the page is about; side by side where the screen is low."""
    head = column(scale, gap=Space.NEAR) if scale.portrait else row(scale, gap=Space.GAP)
    label = words(title, "title")
    about = words(body, "body", tone="quiet")
    if not scale.portrait:
        label.setWordWrap(False)
        about.setAlignment(Qt.AlignmentFlag.AlignBottom)
    head.addWidget(label)
    head.addWidget(about, 1)
    return head


def card(scale: Scale, title: str = "") -> tuple[QFrame, QVBoxLayout]:
    """A white block with a title, and the column inside it."""
    block = frame("card")
    inside = column(scale, block, gap=Space.NEAR, edge=Space.GAP)
    if title:
        inside.addWidget(words(title, "large", tone="blue", strong=True))
    return block, inside


def notice(scale: Scale, name: Picture, tone: str, title: str) -> tuple[QFrame, QVBoxLayout]:
    """A coloured block with a picture and one strong line; the column for more lines."""
    block = frame("notice", tone=tone)
    line = row(scale, block, gap=Space.GAP, edge=Space.GAP)
    line.addWidget(shown(name, scale.ink(COLOURS[tone]), scale.px(72)))
    text = column(scale, gap=Space.TIGHT)
    text.addWidget(words(title, "large", tone=tone, strong=True))
    line.addLayout(text, 1)
    return block, text


class TitledUploadPage(UploadPage):
    """Title and what it is about, a fault if there is one, and what may be longer than a screen."""

    name: ClassVar[str]  # under which title and body stand in the texts
    gap: ClassVar[Space] = Space.GAP  # between the blocks

    def __init__(
        self, flow: UploadFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.NEAR, edge=Space.EDGE)
        title, body = texts.say(f"{self.name}.title"), texts.say(f"{self.name}.body")
        page.addLayout(_heading(scale, title, body))
        self._trouble = FaultNotice(texts, scale)
        page.addWidget(self._trouble)
        self._scroll = ScrollColumn(scale, gap=self.gap)
        page.addWidget(self._scroll, 1)
