"""Who asks? By the card on the reader, or by the code of the slip before the camera."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel

from devices.id_card.card_watch import CardFailed, CardRead
from kiosk.flow.equipment import CameraFailed, CodeSeen, Equipment, Event, PreviewSeen
from kiosk.flow.progress_flow import ProgressFlow, ProgressView
from ui.pages.progress_page import ProgressPage
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import column, frame, row, words


class IdentifyPage(ProgressPage):
    """Card reader and camera are on only while this page is shown."""

    def __init__(
        self, flow: ProgressFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        page.addWidget(words(texts.say("progress.identify_title"), "title"))
        page.addWidget(words(texts.say("progress.identify_body"), "large", tone="quiet"))
        self._trouble = FaultNotice(texts, scale)
        page.addWidget(self._trouble)
        self._unknown = self._unknown_notice()
        page.addWidget(self._unknown)
        ways = column(scale, gap=Space.GAP) if scale.portrait else row(scale, gap=Space.GAP)
        self._pictures: list[tuple[Picture, QLabel]] = []
        card, _ = self._way("by_card", Picture.CARD_ON_READER)
        code, self._code_words = self._way("by_code", Picture.CODE_TO_CAMERA)
        ways.addWidget(card, 1)
        ways.addWidget(code, 1)
        page.addLayout(ways, 1)

    def entered(self) -> None:
        """Look for cards and codes."""
        self.equipment.watch_cards(True)
        self.equipment.watch_camera(True)

    def left(self) -> None:
        """Stop looking."""
        self.equipment.watch_cards(False)
        self.equipment.watch_camera(False)

    def happened(self, event: Event) -> None:
        """A card, a code, or trouble with either."""
        match event:
            case CardRead(card=card):
                self.flow.card_read(card)
            case CardFailed(fault=fault):
                self.flow.device_failed(fault)
            case CodeSeen(text=text):
                self.flow.code_read(text)
            case CameraFailed():
                self._code_words.setText(self.texts.say("progress.no_camera"))
            case PreviewSeen():
                self._code_words.setText(self.texts.say("progress.by_code_body"))
            case _:
                pass

    def draw(self, view: ProgressView) -> None:
        """Waiting, in trouble, or an unknown slip."""
        self._trouble.show_fault(view.fault)
        self._unknown.setVisible(view.unknown_code and view.fault is None)
        self._draw_pictures(small=view.unknown_code or view.fault is not None)

    def _draw_pictures(self, *, small: bool) -> None:
        """Pictures make room for a notice; words never do."""
        crowded = self.scale.crowded
        high = (200 if crowded else 300) if self.scale.portrait else (120 if crowded else 200)
        for name, label in self._pictures:
            label.setPixmap(
                picture(name, self.scale.ink(Colour.BLUE), self.scale.px(120 if small else high))
            )

    def _unknown_notice(self) -> QFrame:
        block = frame("notice", tone="warn")
        inside = column(self.scale, block, gap=Space.TIGHT, edge=Space.GAP)
        inside.addWidget(
            words(self.texts.say("progress.unknown_title"), "large", tone="warn", strong=True)
        )
        inside.addWidget(words(self.texts.say("progress.unknown_body")))
        block.hide()
        return block

    def _way(self, key: str, name: Picture) -> tuple[QFrame, QLabel]:
        block = frame("card")
        standing = self.scale.portrait
        inside = (column if standing else row)(self.scale, block, gap=Space.NEAR, edge=Space.GAP)
        seen = QLabel()
        self._pictures.append((name, seen))
        title = words(self.texts.say(f"progress.{key}_title"), "heading", tone="blue")
        body = words(self.texts.say(f"progress.{key}_body"), "large")
        text = column(self.scale, gap=Space.TIGHT)
        text.addStretch(1)
        for label in (title, body):
            text.addWidget(label)
        text.addStretch(1)
        if standing:
            centre = Qt.AlignmentFlag.AlignCenter
            for label in (seen, title, body):
                label.setAlignment(centre)
            inside.addStretch(1)
        inside.addWidget(seen)
        inside.addLayout(text, 0 if standing else 1)
        if standing:
            inside.addStretch(1)
        return block, body
