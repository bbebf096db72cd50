"""Leads through the pages of the upload state; the flow decides, the pages draw."""

from typing import Final

from kiosk.flow.equipment import Event
from kiosk.flow.stick_flow import StickState
from kiosk.flow.upload_flow import UploadFlow, UploadStep, UploadView
from ui.paged_walk import PagedWalk
from ui.pages.notices import UploadNoticesPage
from ui.pages.upload_page import UploadPage
from ui.pages.upload_state import UploadStatePage
from ui.pages.upload_stick import UploadStickPage
from ui.pages.upload_visits import UploadVisitsPage
from ui.walk import Around, Bars

PAGES: dict[UploadStep, type[UploadPage]] = {
    UploadStep.STATE: UploadStatePage,
    UploadStep.STICK: UploadStickPage,
    UploadStep.NOTICES: UploadNoticesPage,
    UploadStep.VISITS: UploadVisitsPage,
}
LOOK_EVERY: Final = 5  # ticks
# Ticks that the end of a turn stays for whoever went away meanwhile, while the stick is in.
END_STAYS: Final = 600


class UploadWalk(PagedWalk[UploadView]):
    """One look at how sending stands."""

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        terminal = around.terminal
        self._ticks = 0
        self._at_end = 0  # ticks since a turn ended
        self.flow = UploadFlow(
            terminal.store,
            equipment=terminal.equipment,
            catalog=terminal.catalog(),
            standing=terminal.standing,
            sending=terminal.sending,
            network=around.network.fault,
            now=terminal.now,
            on_change=self._changed,
        )

    def begin(self) -> None:
        """How it stands."""
        self.flow.begin()

    def bars(self) -> Bars:
        """Next begins with the stick; everywhere else there is nothing to go on to."""
        view = self.flow.view
        if view.step is not UploadStep.STICK:
            return Bars()
        stick = view.stick
        if stick.state is StickState.MOVING:
            return Bars(can_go_back=False, something_to_lose=True, leave="leave_stick")
        say = self._terminal.texts.say
        if stick.state is StickState.NOT_ENROLLED:
            return Bars()
        if stick.is_done:
            return Bars(next_words=say("stick.done_next"), can_go_next=True)
        ended = stick.state is StickState.ENDED
        words = say("stick.again_next" if ended else "stick.go_next")
        return Bars(next_words=words, can_go_next=stick.is_in)

    def next(self) -> None:
        """A turn with the stick; when it is done, back to how it stands now."""
        if self.flow.view.stick.is_done:
            self.flow.back()
        else:
            self.flow.carry()

    def back(self) -> None:
        """To the first page; from there to the desk."""
        if not self.flow.back():
            self.over.emit()

    def happened(self, event: Event) -> None:
        """To the flow; it draws."""
        self.flow.happened(event)
        super().happened(event)

    def tick(self) -> None:
        """Cases go up while somebody looks."""
        self._ticks += 1
        ended = self.flow.view.stick.state is StickState.ENDED
        self._at_end = self._at_end + 1 if ended else 0
        if self._ticks % LOOK_EVERY == 0:
            self.flow.look()

    def is_working(self) -> bool:
        """A stick takes minutes; nobody must touch the screen meanwhile, nor miss how it ended."""
        stick = self.flow.view.stick
        unread = stick.state is StickState.ENDED and stick.is_in and self._at_end < END_STAYS
        return stick.something_to_lose or unread

    def _page_for(self, view: UploadView) -> UploadPage:
        return PAGES[view.step](
            self.flow,
            equipment=self._terminal.equipment,
            texts=self._terminal.texts,
            scale=self._scale,
        )

    def _leave_flow(self) -> None:
        self.flow.leave()
