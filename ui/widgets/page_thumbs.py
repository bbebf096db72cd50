"""The pages taken so far of one material, small, each with a button to throw it away."""

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.domain.page import ScannedPage
from ui.texts import Texts
from ui.theme.tokens import TOUCH, Scale, Space
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.pieces import column, emptied, frame, push_button, words

THUMB_HEIGHT = 120


class PageThumbs(QWidget):
    """Signals: dropped(str): the SHA-256 of the page that shall go."""

    dropped = Signal(str)

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._scale = scale
        self._flow = FlowLayout(self, spacing=scale.px(Space.TIGHT))
        self._pages: tuple[ScannedPage, ...] = ()

    def show_pages(self, pages: tuple[ScannedPage, ...]) -> None:
        """These pages; about 10 ms for each new one, so unchanged ones are left alone."""
        if pages == self._pages:
            return
        self._pages = pages
        emptied(self._flow)
        for number, page in enumerate(pages, start=1):
            self._flow.addWidget(self._thumb(number, page))
        self.setVisible(bool(pages))

    def forget(self) -> None:
        """No picture stays."""
        labels = cast("list[QLabel]", self.findChildren(QLabel))
        for label in labels:
            label.clear()
        self.show_pages(())

    def _thumb(self, number: int, page: ScannedPage) -> QWidget:
        card = frame("card")
        inside = column(self._scale, card, gap=Space.HAIR, edge=Space.TIGHT)
        image = QImage.fromData(page.jpeg)
        picture = QLabel()
        picture.setPixmap(
            QPixmap.fromImage(
                image.scaledToHeight(
                    self._scale.px(THUMB_HEIGHT), Qt.TransformationMode.SmoothTransformation
                )
            )
        )
        inside.addWidget(picture, 0, Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(words(self._texts.say("materials.page", number=number), "note"))
        drop = push_button(
            self._texts.say("materials.delete"), "danger", lambda: self.dropped.emit(page.sha256)
        )
        drop.setMinimumHeight(self._scale.px(TOUCH))  # known before the style sheet is
        inside.addWidget(drop)
        card.ensurePolished()
        return card
