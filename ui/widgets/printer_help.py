"""What is to be done at the A4 printer: a picture, and words that are read at two metres."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel

from kiosk.domain.fault import Fault
from ui.texts import Texts
from ui.theme.icons import Picture, picture
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.pieces import column, row, words

PICTURES: Final[Mapping[Fault, Picture]] = MappingProxyType(
    {
        Fault.PAGE_PRINTER_GONE: Picture.PRINTER_OFF,
        Fault.PAGE_MEDIA_EMPTY: Picture.PRINTER_PAPER,
        Fault.PAGE_COVER_OPEN: Picture.PRINTER_COVER,
        Fault.PAGE_JAM: Picture.PRINTER_JAM,
        Fault.PAGE_TONER_EMPTY: Picture.PRINTER_TONER,
        Fault.PAGE_WRONG_PRINTER: Picture.PRINTER_WRONG,
        Fault.PAGE_PAUSED: Picture.PRINTER_PAUSED,
        Fault.PAGE_STALLED: Picture.PRINTER_STALLED,
    }
)
HEIGHT: Final = 260  # of the picture, pixels at 1080x1920
HEIGHT_BESIDE: Final = 190  # where the words stand beside it


class PrinterHelp(QFrame):
    """Hidden until a fault of PICTURES is given; hides itself again for any other."""

    def __init__(self, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._texts = texts
        self._scale = scale
        self.setProperty("kind", "notice")
        self.setProperty("tone", "warn")
        stacked = scale.portrait or scale.few_choices
        self._height = scale.px(HEIGHT if stacked else HEIGHT_BESIDE)
        inside = (column if stacked else row)(scale, self, gap=Space.GAP, edge=Space.GAP)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignCenter)
        said = column(scale, gap=Space.NEAR)
        self._what = words("", "title", tone="warn", strong=True)
        self._now = words("", "heading")
        self._lost = words("", "large", tone="good", strong=True)
        self._code = words("", "note", tone="quiet")
        for sentence in (self._what, self._now, self._lost, self._code):
            said.addWidget(sentence)
        inside.addLayout(said, 1)
        self.hide()

    def show_fault(self, fault: Fault | None) -> None:
        """The picture of that fault, what happened, what to do, that nothing is lost."""
        shown = PICTURES.get(fault) if fault is not None else None
        self.setVisible(shown is not None)
        if shown is None or fault is None:
            return
        say, code = self._texts.say, fault.value
        ink = self._scale.ink(Colour.WARN)
        self._picture.setPixmap(picture(shown, ink, self._height))
        self._picture.setAccessibleName(say(f"faults.{code}.what"))
        self._what.setText(say(f"faults.{code}.what"))
        self._now.setText(say(f"print_help.{code}"))
        self._lost.setText(say(f"faults.{code}.lost"))
        self._code.setText(say("fault.code", code=code))
