"""How a slip or a document stands in the printer: coming, out, in trouble, or asking the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from devices.page_printer.api import PrintJobState, PrintJobStatus
from kiosk.domain.fault import Fault
from kiosk.domain.unprintable import Unprintable
from ui.texts import Texts
from ui.theme.icons import Picture, picture, shown
from ui.theme.tokens import Colour, Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import column, frame, push_button, restyled, row, words
from ui.widgets.printer_help import PICTURES, PrinterHelp


@unique
class Sheet(StrEnum):
    """What is printed; the value begins the keys of its words."""

    SLIP = "slip"
    DOCUMENT = "document"
    PAPER = "paper"  # composed here: a guide, a form


@dataclass(frozen=True, slots=True)
class _Said:
    """What is shown, whatever the language and the size."""

    key: str = ""
    good: bool = False
    fault: Fault | None = None
    can_retry: bool = False
    can_cancel: bool = False
    asks: bool = False
    missing: tuple[Unprintable, ...] = ()


class PrintingState(QFrame):
    """Signals: answered (did it come out? the person says so), again (print once more), cancelled,
    resumed.
    """

    answered = Signal(bool)
    again = Signal()
    cancelled = Signal()
    resumed = Signal()  # what was in the way is mended

    def __init__(self, sheet: Sheet, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self._sheet = sheet
        self._texts = texts
        self._scale = scale
        self._icon_size = scale.px(72)
        self._is_printed = False
        outer = column(scale, self, gap=Space.NEAR)
        self._card = frame("card")
        line = row(scale, self._card, gap=Space.GAP, edge=Space.GAP)
        self._icon = shown(Picture.PRINTER, scale.ink(Colour.BLUE), self._icon_size)
        line.addWidget(self._icon)
        text = column(scale, gap=Space.TIGHT)
        self._words = words("", "large", strong=True)
        text.addWidget(self._words)
        line.addLayout(text, 1)
        outer.addWidget(self._card)
        self._trouble = FaultNotice(texts, scale)
        outer.addWidget(self._trouble)
        self._help = PrinterHelp(texts, scale)
        outer.addWidget(self._help)
        self._missing = words("", "large", tone="bad", strong=True)
        self._missing.hide()
        outer.addWidget(self._missing)
        buttons = (column if scale.few_choices else row)(scale, gap=Space.GAP)
        say = texts.say
        self._yes = push_button(say(f"{sheet}.yes"), "strong", self._came_out)
        self._no = push_button(say(f"{sheet}.no"), "secondary", self._did_not)
        self._retry = push_button(say(f"{sheet}.again"), "strong", self.again.emit)
        self._resume = push_button(say("print_help.continue"), "strong", self._go_on)
        self._cancel = push_button(say(f"{sheet}.cancel"), "secondary", self.cancelled.emit)
        for name, button in (("yes", self._yes), ("no", self._no), ("again", self._retry)):
            button.setObjectName(f"{sheet}_{name}")
            buttons.addWidget(button, 1)
        self._cancel.setObjectName(f"{sheet}_cancel")
        self._resume.setObjectName(f"{sheet}_resume")
        buttons.addWidget(self._cancel, 1)
        buttons.addWidget(self._resume, 2)
        outer.addLayout(buttons)
        self.waiting()

    def waiting(self) -> None:
        """It will be printed in a moment."""
        self._show(_Said("waiting"))

    def busy(self) -> None:
        """The printer works."""
        self._show(_Said("busy"))

    @property
    def is_printed(self) -> bool:
        """It came out, by the printer's own word."""
        return self._is_printed

    @property
    def is_stuck(self) -> bool:
        """Somebody has to help the printer."""
        return self._said.can_cancel

    def printed(self) -> None:
        """See `is_printed`."""
        self._show(_Said("printed", good=True))

    def stuck(self, fault: Fault) -> None:
        """The job waits until somebody helps; it then goes on by itself."""
        self._show(_Said("busy", fault=fault, can_cancel=True))

    def failed(self, fault: Fault, missing: Sequence[Unprintable] = ()) -> None:
        """Nothing came out; it may be tried again. `missing`: what no font has, and where."""
        self._show(_Said(fault=fault, can_retry=True, missing=tuple(missing)))

    def uncertain(self) -> None:
        """Only the person can tell whether it came out."""
        self._show(_Said("uncertain", asks=True))

    def moved(self, status: PrintJobStatus) -> None:
        """As the job of an A4 printer stands."""
        fault = status.fault or Fault.PAGE_UNCERTAIN
        match status.state:
            case PrintJobState.WAITING:
                self.waiting()
            case PrintJobState.PRINTING:
                self.busy()
            case PrintJobState.STUCK:
                self.stuck(fault)
            case PrintJobState.PRINTED:
                self.printed()
            case PrintJobState.FAILED if fault is Fault.PAGE_UNCERTAIN:
                self.uncertain()
            case PrintJobState.FAILED:
                self.failed(fault)

    def _go_on(self) -> None:
        self.busy()  # until the printer says otherwise
        self.resumed.emit()

    def stand_like(self, other: "PrintingState") -> None:
        """Say what another one says, in these words and sizes."""
        self._show(other._said)

    def _came_out(self) -> None:
        self.printed()
        self.answered.emit(True)

    def _did_not(self) -> None:
        self.answered.emit(False)
        self.again.emit()

    def _show(self, said: _Said) -> None:
        self._said = said
        key, good, fault = said.key, said.good, said.fault
        self._is_printed = good
        self._card.setVisible(bool(key) and fault is None)
        self._words.setText(self._texts.say(f"{self._sheet}.{key}") if key else "")
        restyled(self._words, tone="good" if good else "plain")
        name = Picture.CHECK if good else Picture.PRINTER
        colour = self._scale.ink(Colour.GOOD if good else Colour.BLUE)
        self._icon.setPixmap(picture(name, colour, self._icon_size))
        helped = said.can_cancel and fault in PICTURES
        self._trouble.show_fault(None if helped else fault)
        self._help.show_fault(fault if helped else None)
        named = [
            self._texts.say("unprintable", place=one.place, character=one.character)
            for one in said.missing
        ]
        self._missing.setText("\n".join(named))
        self._missing.setVisible(bool(named))
        self._yes.setVisible(said.asks)
        self._no.setVisible(said.asks)
        self._retry.setVisible(said.can_retry)
        of_pages = self._sheet is not Sheet.SLIP
        self._cancel.setVisible(said.can_cancel and of_pages)
        self._resume.setVisible(said.can_cancel and of_pages)
