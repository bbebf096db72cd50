"""Says in three short sentences what went wrong, that nothing is lost, and what to do now."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from kiosk.domain.fault import Fault
from ui.texts import Texts
from ui.theme.icons import Picture, picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import column, restyled, row, words

GRAVE: Final = frozenset({"S", "X", "K"})  # codes whose trouble ends the visit


class FaultNotice(QFrame):
    """Hidden until a fault is given; hides itself again for None."""

    def __init__(self, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._scale = scale
        self.setProperty("kind", "notice")
        self.setProperty("tone", "warn")
        line = row(scale, self, gap=Space.GAP, edge=Space.GAP)
        top = Qt.AlignmentFlag.AlignTop
        self._side = scale.px(72)
        self._icon = shown(Picture.WARNING, scale.ink(Colour.WARN), self._side)
        line.addWidget(self._icon, 0, top)
        sentences = column(scale, gap=Space.TIGHT)
        self._what = words("", "large", tone="warn", strong=True)
        self._lost = words("", "body", tone="good", strong=True)
        self._now = words("", "body")
        self._code = words("", "note", tone="quiet")
        for sentence in (self._what, self._now, self._lost, self._code):
            sentences.addWidget(sentence)
        line.addLayout(sentences, 1)
        self.fault: Fault | None = None
        self.hide()

    def show_fault(self, fault: Fault | None) -> None:
        """Say what this fault means, or nothing."""
        self.fault = fault
        self.setVisible(fault is not None)
        if fault is None:
            return
        code = fault.value
        tone = "bad" if code[0] in GRAVE else "warn"
        colour = self._scale.ink(Colour.BAD if tone == "bad" else Colour.WARN)
        self._icon.setPixmap(picture(Picture.WARNING, colour, self._side))
        restyled(self, tone=tone)
        restyled(self._what, tone=tone)
        self._what.setText(self._texts.say(f"faults.{code}.what"))
        self._lost.setText(self._texts.say(f"faults.{code}.lost"))
        self._now.setText(self._texts.say(f"faults.{code}.now"))
        self._code.setText(self._texts.say("fault.code", code=code))
