"""Leads staff from the foot of the standby page to their desk."""

from PySide6.QtGui import QKeyEvent

from kiosk.flow.equipment import Event
from kiosk.flow.sign_in_flow import SignInFlow, SignInStep, SignInView
from ui.one_page_walk import OnePageWalk
from ui.pages.staff_sign_in import StaffSignInPage
from ui.walk import Around, Bars


class SignInWalk(OnePageWalk[SignInView]):
    """Ends by itself: whoever signs in is led on by the window."""

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        terminal, session = around.terminal, around.session
        assert session is not None, "the window hands its session to every walk"
        self.flow = SignInFlow(
            terminal.store,
            equipment=terminal.equipment,
            site=terminal.site.code,
            now=terminal.now,
            monotonic=session.monotonic,
            on_change=self._changed,
            signed_in=session.signed_in,
        )

    def begin(self) -> None:
        """Ask for the card."""
        self.flow.begin()

    def bars(self) -> Bars:
        """Only back: the big key of the keypad is the way on."""
        return Bars()

    def back(self) -> None:
        """To standby."""
        self.over.emit()

    def happened(self, event: Event) -> None:
        """To the flow; it draws."""
        self.flow.happened(event)
        super().happened(event)

    def tick(self) -> None:
        """The wait after wrong PINs."""
        self.flow.tick()

    def key(self, event: QKeyEvent) -> bool:
        """A real keyboard."""
        return isinstance(self.page, StaffSignInPage) and self.page.panel.key(event)

    def _make_page(self) -> StaffSignInPage:
        return StaffSignInPage(
            self.flow,
            equipment=self._terminal.equipment,
            texts=self._terminal.texts,
            scale=self._scale,
        )

    def _leave_flow(self) -> None:
        if self.flow.view.step is not SignInStep.DONE:
            self._terminal.equipment.watch_staff_card(False)
        self.flow.leave()
