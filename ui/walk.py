"""One way through some pages: choosing an item, a visit, a progress query."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from kiosk.domain.staff import StaffMember
from kiosk.flow.equipment import Event, NetworkChanged
from kiosk.flow.staff_session import StaffSession
from ui.terminal import Terminal
from ui.theme.tokens import Scale


@dataclass(frozen=True, slots=True)
class Around:
    """What the window hands to a walk that begins."""

    terminal: Terminal
    scale: Scale
    network: NetworkChanged  # as it is now; later changes come as events
    staff: StaffMember | None = None  # who is signed in; None: a resident by themselves
    session: StaffSession | None = None  # of the window; None: a walk alone, in a test


@dataclass(frozen=True, slots=True)
class Bars:
    """What the bars above and below the page show."""

    steps: tuple[str, ...] = ()  # words of the step bar; empty hides it
    at: int = 0  # the step people are at
    next_words: str = ""  # empty: this page has no next button
    can_go_next: bool = False
    can_go_back: bool = True
    something_to_lose: bool = False  # ask before ending
    leave: str = "leave"  # the words of that question


class Walk(QObject):
    """The window shows what a walk shows, and hands on what people touch.

    Signals:
    page_shown(QWidget): this page, from now on.
    page_ahead(QWidget): this one will soon be shown; there is time to style it and lay it out.
    bars_changed: `bars` differs from before.
    opens(Opening): that walk begins, this one ends.
    shade_wanted: hide the screen, somebody steps near.
    home_wanted(str): people go back beyond the first page, to choosing among that theme ("": all).
    over: the walk is at its end; the terminal waits for the next person.
    """

    can_refit = False  # whether people may choose other comfort on the way

    page_shown = Signal(QWidget)
    page_ahead = Signal(QWidget)
    bars_changed = Signal()
    opens = Signal(object)
    shade_wanted = Signal()
    home_wanted = Signal(str)
    over = Signal()

    def begin(self) -> None:
        """Show the first page."""
        raise NotImplementedError

    def bars(self) -> Bars:
        """What the bars show now."""
        raise NotImplementedError

    def next(self) -> None:
        """The next button was touched."""

    def back(self) -> None:
        """The back button was touched."""
        raise NotImplementedError

    def happened(self, event: Event) -> None:
        """The machine around us reports something."""

    def refit(self, around: Around) -> None:
        """Go on where people are with other words and sizes: every page is made anew.

        Called only where `can_refit`.
        """
        raise NotImplementedError

    def is_working(self) -> bool:
        """The machine does what people asked for, and they need not touch anything meanwhile."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """A key of a real keyboard that no field wanted; whether it was for this walk."""
        del event
        return False

    def tick(self) -> None:
        """Called about once a second."""

    def leave(self) -> None:
        """It is over: devices off, nothing of the person stays in any widget."""
        raise NotImplementedError


Opening = Callable[[Around], Walk]
