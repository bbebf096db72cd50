"""Whether somebody is still there: asks 还在吗 over the window, and says when nobody is left."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from devices.id_card.card_watch import CardFailed, CardRead, CardTaken
from kiosk.flow.equipment import DocumentMoved, PageCaptured, ReceiptFailed, ReceiptPrinted
from kiosk.flow.idle_limit import Attendance, IdleLimit
from ui.texts import Texts
from ui.widgets.question import Question

# Not what the camera sees: a paper with a code, left below it, would keep the visit open for ever.
# Nor what sync brings: that comes whether anybody is there or not.
SOMEBODY_BUSY: Final = (
    CardRead,
    CardFailed,
    CardTaken,
    PageCaptured,
    ReceiptPrinted,
    ReceiptFailed,
    DocumentMoved,
)


class Presence(QObject):
    """Fed with touches and asked once a second; lives on Qt's thread.

    Signals:
    gone: nobody answered, or somebody said that the visit is over.
    """

    gone = Signal()

    def __init__(
        self,
        question: Question,
        *,
        texts: Texts,
        idle: IdleLimit,
        monotonic: Callable[[], float],
        something_to_lose: Callable[[], bool],
    ) -> None:
        super().__init__(question)
        self._question = question
        self._texts = texts
        self._idle = idle
        self._monotonic = monotonic
        self._something_to_lose = something_to_lose
        self._asking = False

    def touched(self) -> None:
        """Somebody touched the screen, or a device saw somebody."""
        self._idle.touched(self._monotonic())

    def is_gone(self) -> bool:
        """Nobody has touched anything for so long that a visit would end."""
        return self._idle.attendance(self._monotonic()) is Attendance.GONE

    def other_question(self) -> None:
        """The question on the window is about something else now."""
        self._asking = False

    def look(self) -> None:
        """Ask, go on asking, or stop asking."""
        moment = self._monotonic()
        match self._idle.attendance(moment):
            case Attendance.GONE:
                self.gone.emit()
            case Attendance.ASK:
                key = "body" if self._something_to_lose() else "done_body"
                body = self._texts.say(f"idle.{key}", seconds=self._idle.seconds_left(moment))
                if self._asking and self._question.isVisible():
                    self._question.say(body)
                else:
                    self._ask(body)
            case Attendance.PRESENT:
                if self._asking:
                    self._asking = False
                    self._question.hide()

    def _ask(self, body: str) -> None:
        self._asking = True
        say = self._texts.say
        self._question.ask(
            say("idle.title"),
            body,
            stay=say("idle.stay"),
            go=say("idle.go"),
            on_stay=lambda: None,
            on_go=self.gone.emit,
        )
