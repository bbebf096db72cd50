"""One look at what waits for a second person's approval."""

from kiosk.flow.approval_flow import ApprovalFlow, ApprovalView
from ui.paged_walk import PagedWalk
from ui.pages.approval import ApprovalPage
from ui.walk import Around, Bars


class ApprovalWalk(PagedWalk[ApprovalView]):
    """For whoever is signed in."""

    def __init__(self, around: Around) -> None:
        super().__init__(around)
        terminal = around.terminal
        member = around.staff
        assert member is not None, "nobody is signed in"
        self.flow = ApprovalFlow(
            terminal.store,
            member,
            now=terminal.now,
            send_soon=terminal.equipment.send_soon,
            on_change=self._changed,
        )

    def begin(self) -> None:
        """Everything that waits."""
        self.flow.begin()

    def bars(self) -> Bars:
        """Back leads out."""
        return Bars()

    def back(self) -> None:
        """To the desk."""
        self.over.emit()

    def _page_for(self, view: ApprovalView) -> ApprovalPage:
        return ApprovalPage(
            self.flow,
            items={item.code: item for item in self._terminal.catalog().every()},
            equipment=self._terminal.equipment,
            texts=self._terminal.texts,
            scale=self._scale,
        )

    def _leave_flow(self) -> None:
        self.flow.leave()
