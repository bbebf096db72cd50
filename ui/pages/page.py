"""What every page of a flow is: it draws a view, hears events, and lets go of the person."""

from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk.flow.equipment import Equipment, Event
from kiosk.flow.flow_view import FlowView
from kiosk.flow.intake_flow import IntakeFlow
from ui.texts import Texts
from ui.theme.tokens import Scale

F = TypeVar("F")
V = TypeVar("V")


class Page(QWidget, Generic[F, V]):
    """One page of a flow F that shows views V. The window around it has the bars."""

    def __init__(self, flow: F, *, equipment: Equipment, texts: Texts, scale: Scale) -> None:
        super().__init__()
        self.flow = flow
        self.equipment = equipment
        self.texts = texts
        self.scale = scale

    def entered(self) -> None:
        """The page is now the one people see: start what it needs."""

    def make_whole(self) -> None:
        """Lay out at once what otherwise follows piece by piece when the page is seen."""

    def left(self) -> None:
        """Another page is shown: stop what `entered` started."""

    def draw(self, view: V) -> None:
        """Show this view. Called at once after `entered` and after every change."""
        raise NotImplementedError

    def happened(self, event: Event) -> None:
        """The machine around us reports something; called on the interface's thread."""

    def hand_on(self) -> object:
        """Another page takes this one's place for the same view, in another size or language.

        Returns what is nowhere but on this page, for `carry_on`; this page does nothing any more.
        """
        return None

    def carry_on(self, kept: object) -> None:
        """Called before `entered` with what the page before had."""

    def forget(self) -> None:
        """The visit is over: nothing of the person may stay in any widget."""


class VisitPage(Page[IntakeFlow, FlowView]):
    """One page of applying for an item.

    Signals:
    next_changed: `can_go_next` or `next_words` differ from before.
    """

    next_changed = Signal()

    @property
    def next_words(self) -> str:
        """What stands on the next button: a verb and its object."""
        return self.texts.say("visit.next")

    @property
    def can_go_next(self) -> bool:
        """False greys the next button; prefer True and a plain complaint."""
        return True
