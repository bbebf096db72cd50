"""Asks for the signature, after saying once more what is signed."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame

from kiosk.domain.page import ScannedPage
from kiosk.domain.service_item import Capture
from kiosk.flow.equipment import Equipment
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import SIGNATURE, IntakeFlow
from ui.item_words import item_title
from ui.pages.page import VisitPage
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import ScrollColumn, column, frame, push_button, restyled, row, words
from ui.widgets.signature_pad import SignaturePad

KEPT_AFTER_MS: Final = 400  # the hand rests longer than between two strokes of a character


class SignPage(VisitPage):
    """The picture is kept a moment after the last stroke, so that writing is never held up."""

    def __init__(
        self, flow: IntakeFlow, *, equipment: Equipment, texts: Texts, scale: Scale
    ) -> None:
        super().__init__(flow, equipment=equipment, texts=texts, scale=scale)
        edge = Space.EDGE if scale.portrait else Space.GAP
        page = column(scale, self, gap=Space.NEAR, edge=edge)
        halves = column(scale, gap=Space.GAP) if scale.portrait else row(scale, gap=Space.GAP)
        page.addLayout(halves, 1)
        self._said = ScrollColumn(scale, gap=Space.NEAR)
        self._said.inside.addWidget(words(self.title(), "heading"))
        self._what = self._what_is_signed()
        self._said.inside.addWidget(self._what)
        self._trouble = FaultNotice(texts, scale)
        self._said.inside.addWidget(self._trouble)
        halves.addWidget(self._said, 2)
        self._writing = writing = column(scale, gap=Space.TIGHT)
        self.pad = SignaturePad(scale=scale, invitation=texts.say("sign.here"))
        writing.addWidget(self.pad, 1)
        self._state = words("", "large", strong=True)
        self._line = row(scale)
        self._line.addWidget(self._state, 1)
        self.again = push_button(texts.say("sign.again"), "secondary", self._again)
        self._line.addWidget(self.again)
        writing.addLayout(self._line)
        halves.addLayout(writing, 3)
        self._whose = ""  # the number of who wrote in the field
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(KEPT_AFTER_MS)
        self._resting.timeout.connect(self._keep)
        self.pad.begun.connect(self._resting.stop)
        self.pad.lifted.connect(self._resting.start)

    @property
    def can_go_next(self) -> bool:
        """Only with a signature; what is wrong stands below the field."""
        return self.signature(self.flow.view) is not None

    def title(self) -> str:
        """What is asked for here."""
        return self.texts.say("sign.title")

    def signature(self, view: FlowView) -> ScannedPage | None:
        """What has been signed here."""
        return view.signature

    def signer(self, view: FlowView) -> str:
        """The name of who signs."""
        return view.holder.name if view.holder is not None else ""

    def signer_number(self, view: FlowView) -> str:
        """The number of who signs: strokes are theirs alone."""
        return view.holder.number if view.holder is not None else ""

    def sign(self, picture: ScannedPage | None) -> None:
        """It was drawn, or wiped."""
        self.flow.signed(picture)

    def promise(self) -> str:
        """What they promise by signing."""
        return self.texts.say("sign.promise")

    def good_words(self) -> str:
        """The key of what is said once the signature is kept."""
        return "sign.good"

    def papers(self) -> list[str]:
        """On which papers the signature stands."""
        item = self.flow.view.item
        return [m.name for m in item.own_materials() if Capture.SIGNATURE in m.captures]

    def entered(self) -> None:
        """What was written before leaving counts, even when the page was left in a hurry."""
        if self.pad.written:
            self._resting.start()

    def left(self) -> None:
        """Nothing is kept from a page that nobody sees."""
        self._resting.stop()

    def draw(self, view: FlowView) -> None:
        """Who signs, and whether it will do. What somebody else wrote before is gone first."""
        if (number := self.signer_number(view)) != self._whose:
            self._resting.stop()
            self.pad.clear()
            self._whose = number
        self._name.setText(self.texts.say("sign.name", name=self.signer(view)))
        self._trouble.show_fault(view.fault)
        signature = self.signature(view)
        if signature is not None and self.pad.blank:
            self.pad.show_earlier(signature.jpeg)
        self.again.setEnabled(not self.pad.blank)
        self._say(self.good_words() if signature is not None else "", "good")

    def forget(self) -> None:
        """Neither name nor strokes stay."""
        self._resting.stop()
        self.pad.clear()
        self._whose = ""
        self._name.setText("")
        self._say("", "good")

    def _keep(self) -> None:
        if not self.pad.written:
            return
        if not self.pad.enough:
            if self.signature(self.flow.view) is not None:
                self.sign(None)
            self.again.setEnabled(True)
            self._say("sign.too_little", "bad")
        else:
            jpeg, width, height = self.pad.picture()
            self.sign(ScannedPage(material=SIGNATURE, jpeg=jpeg, width=width, height=height))
        self.next_changed.emit()

    def _again(self) -> None:
        self._resting.stop()
        self.pad.clear()
        self.sign(None)
        self.draw(self.flow.view)
        self.next_changed.emit()

    def _say(self, key: str, tone: str) -> None:
        self._state.setText(self.texts.say(key) if key else "")
        restyled(self._state, tone=tone)

    def _what_is_signed(self) -> QFrame:
        say, item = self.texts.say, self.flow.view.item
        block = frame("card")
        inside = column(self.scale, block, gap=Space.TIGHT, edge=Space.GAP)
        what = say("sign.what", item=item_title(item, self.texts))
        inside.addWidget(words(what, "large", strong=True))
        inside.addWidget(words(self.promise(), "large"))
        papers = say("sign.papers", names="、".join(self.papers()))
        inside.addWidget(words(papers, "body", tone="quiet"))
        self._name = words("", "large", tone="blue", strong=True, private=True)
        inside.addWidget(self._name)
        return block
