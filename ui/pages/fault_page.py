"""The friendly page after a mistake of our own: nothing frightening, one way on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kiosk.domain.fault import Fault
from ui.texts import Texts
from ui.theme.icons import Picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import column, push_button, words


class FaultPage(QWidget):
    """Signal: home."""

    home = Signal()

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        code = Fault.PROGRAM_DEFECT.value
        page = column(scale, self, gap=Space.GAP, edge=Space.EDGE)
        centre = Qt.AlignmentFlag.AlignCenter
        page.addStretch(2)
        page.addWidget(
            shown(Picture.INFO, scale.ink(Colour.BLUE), scale.px(120 if scale.crowded else 180)),
            0,
            centre,
        )
        lines = [
            words(texts.say("fault_page.title"), "title"),
            words(texts.say(f"faults.{code}.what"), "large"),
            words(texts.say(f"faults.{code}.lost"), "large", tone="good", strong=True),
            words(texts.say(f"faults.{code}.now"), "large"),
        ]
        for label in lines:
            label.setAlignment(centre)
            page.addWidget(label)
        page.addStretch(1)
        button = push_button(texts.say("fault_page.home"), "primary", self.home.emit, size="large")
        button.setObjectName("fault_home")
        button.setFixedWidth(scale.px(640))
        page.addWidget(button, 0, centre)
        note = words(texts.say("fault.code", code=code), "note", tone="quiet")
        note.setAlignment(centre)
        page.addWidget(note)
        page.addStretch(2)
