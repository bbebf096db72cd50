"""Going on with the telephone, at the foot of a form: offered, waited for, or gone wrong."""

from enum import StrEnum, unique

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar

from kiosk.domain.fault import Fault
from ui.texts import Texts
from ui.theme.tokens import Scale, Space
from ui.widgets.fault_notice import FaultNotice
from ui.widgets.pieces import column, push_button, row, words


@unique
class Handing(StrEnum):
    """How it stands with handing the form over."""

    OFFERED = "offered"
    OFFLINE = "offline"  # it needs the gateway
    BUSY = "busy"  # it is on its way; may be called off
    FAILED = "failed"  # nothing was handed over; may be tried again


class ToPhoneOffer(QFrame):
    """Hidden where a form may not go on elsewhere. Holds nothing of a person.

    Signals: wanted (hand the form over), called_off (it is not waited for any more), grew (there
    is more to see than the button was).
    """

    wanted = Signal()
    called_off = Signal()
    grew = Signal()

    def __init__(self, *, texts: Texts, scale: Scale) -> None:
        super().__init__()
        say = texts.say
        self.handing = Handing.OFFERED
        self._offline = False
        whole = column(scale, self, gap=Space.TIGHT)
        self._button = push_button(say("phone.to_phone"), "quiet", self.wanted.emit)
        self._button.setObjectName("to_phone")
        self._note = words(say("phone.to_offline"), "body", tone="quiet")
        self._note.setObjectName("to_phone_offline")
        self._waiting = QFrame()
        self._waiting.setProperty("kind", "notice")
        self._waiting.setProperty("tone", "blue")
        inside = column(scale, self._waiting, gap=Space.NEAR, edge=Space.GAP)
        inside.addWidget(words(say("phone.to_busy"), "large", tone="blue", strong=True))
        inside.addWidget(words(say("phone.to_busy_note"), "body"))
        moving = QProgressBar()
        moving.setRange(0, 0)  # nobody knows how long
        moving.setTextVisible(False)
        moving.setAccessibleName(say("phone.to_busy"))
        inside.addWidget(moving)
        stop = push_button(say("phone.to_stop"), "secondary", self._stop)
        stop.setObjectName("to_phone_stop")
        inside.addWidget(stop)
        self._trouble = FaultNotice(texts, scale)
        self._after = QFrame()
        buttons = (column if scale.few_choices else row)(scale, self._after, gap=Space.NEAR)
        again = push_button(say("phone.to_again"), "strong", self.wanted.emit)
        again.setObjectName("to_phone_again")
        leave = push_button(say("phone.to_stay"), "secondary", self.offer)
        leave.setObjectName("to_phone_stay")
        for button in (again, leave):
            buttons.addWidget(button, 1)
        for part in (self._button, self._note, self._waiting, self._trouble, self._after):
            whole.addWidget(part)
        self.offer()

    def network(self, fault: Fault | None) -> None:
        """While it is on its way, its own answer counts and not what the line does meanwhile."""
        self._offline = fault is not None
        if self.handing in (Handing.OFFERED, Handing.OFFLINE):
            self.offer()

    def offer(self) -> None:
        """The button; without a network, why there is none."""
        self._show(Handing.OFFLINE if self._offline else Handing.OFFERED)

    def busy(self) -> None:
        """The form is on its way to the gateway."""
        self._show(Handing.BUSY)

    def failed(self, fault: Fault) -> None:
        """It did not get there, and everything is still here."""
        self._show(Handing.FAILED, fault)

    def _stop(self) -> None:
        self.offer()
        self.called_off.emit()

    def _show(self, handing: Handing, fault: Fault | None = None) -> None:
        self.handing = handing
        self._button.setVisible(handing is Handing.OFFERED)
        self._note.setVisible(handing is Handing.OFFLINE)
        self._waiting.setVisible(handing is Handing.BUSY)
        self._trouble.show_fault(fault)
        self._after.setVisible(handing is Handing.FAILED)
        if handing in (Handing.BUSY, Handing.FAILED):
            self.grew.emit()
